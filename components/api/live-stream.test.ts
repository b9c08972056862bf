import { describe, expect, it } from "vitest";
import { eventsIn, followLive, type Heard } from "./live-stream.ts";

/** A server of one's own: each connection is a stream that the test writes. */
function server() {
  const asked: (string | null)[] = [];
  const writers: ReadableStreamDefaultController<Uint8Array>[] = [];
  const waiting: (() => void)[] = [];
  const fetch = (async (_url: string, { headers, signal }: RequestInit) => {
    asked.push(new Headers(headers).get("last-event-id"));
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        writers.push(controller);
        signal?.addEventListener("abort", () => controller.error(new Error("aborted")));
      },
    });
    for (const go of waiting.splice(0)) go();
    return new Response(body);
  }) as typeof globalThis.fetch;
  const next = () => new Promise<void>((resolve) => waiting.push(resolve));
  const write = (text: string) => writers.at(-1)?.enqueue(new TextEncoder().encode(text));
  return { fetch, asked, next, write, cut: () => writers.at(-1)?.close() };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 2));
}

describe("the events of a stream", () => {
  it("are read however they are cut into pieces", () => {
    const whole = 'retry: 1000\n\nid: e.1\nevent: stale\ndata: {"keys":[["a"]]}\n\nevent: beat\ndata: {}\n\nid: e';
    const expected = [
      { id: "e.1", event: "stale", data: '{"keys":[["a"]]}' },
      { id: null, event: "beat", data: "{}" },
    ];
    for (let cut = 0; cut <= whole.length; cut++) {
      const first = eventsIn(whole.slice(0, cut));
      const second = eventsIn(first.rest + whole.slice(cut));
      expect([...first.events, ...second.events]).toEqual(expected);
      expect(second.rest).toBe("id: e");
    }
  });
});

describe("a page that follows", () => {
  it("hears what goes stale, comes back with the last id, and says when it hears nothing", async () => {
    const { fetch, asked, next, write, cut } = server();
    const heard: Heard[] = [];
    const connected = next();
    const stream = followLive({ url: "/live", hear: (one) => heard.push(one), fetch, chance: () => 0 });
    await connected;
    write("id: e.4\nevent: reset\ndata: {}\n\n");
    write('id: e.5\nevent: stale\ndata: {"keys":[["incidents"]]}\n\n');
    await until(() => heard.length === 3);
    const back = next();
    cut();
    await until(() => heard.length === 4);
    stream.again();
    await back;
    write("event: resumed\ndata: {}\n\nid: e.6\nevent: stale\ndata: nonsense\n\n");
    await until(() => heard.length === 6);
    write("event: deaf\ndata: {}\n\n");
    await until(() => heard.length === 7);
    expect(heard).toEqual([
      { kind: "up" },
      { kind: "all" },
      { kind: "stale", keys: [["incidents"]] },
      { kind: "down" },
      { kind: "up" },
      { kind: "all" },
      { kind: "down" },
    ]);
    expect(asked).toEqual([null, "e.5"]);
    stream.stop();
  });

  it("goes on trying where it is refused, and says once that it hears nothing", async () => {
    const heard: Heard[] = [];
    let tries = 0;
    const fetch = (async () => new Response(null, { status: ++tries === 1 ? 401 : 503 })) as typeof globalThis.fetch;
    const stream = followLive({ url: "/live", hear: (one) => heard.push(one), fetch, chance: () => 0 });
    await until(() => heard.length === 1);
    stream.again();
    await until(() => tries === 2);
    expect(heard).toEqual([{ kind: "down" }]);
    stream.stop();
  });
});
