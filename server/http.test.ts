import { Agent, get } from "node:http";
import { describe, expect, it } from "vitest";
import { type Door, doorFor } from "./door.ts";
import { type Health, healthDoor } from "./health.ts";
import { openFront } from "./http.ts";

const door: Door = (request, response) => void response.end(`at ${request.url}`);

describe("the doors", () => {
  it("are found by their path, whole or up to a slash", () => {
    const doorways = [{ path: "/healthz", door }, { path: "/ping/", door }, { path: "/api/v1", door }]; // biome-ignore format: a table
    const found = ["/healthz", "/healthz?x", "/ping/abc/slug", "/api/v1", "/api/v1/schedules?tag=a"];
    const other = ["/", "/healthzz", "/ping", "/api/v10/x", "/api"];
    expect(found.map((url) => doorFor(doorways, url))).toEqual(found.map(() => door));
    expect(other.map((url) => doorFor(doorways, url))).toEqual(other.map(() => null));
  });
});

async function front(early: Parameters<typeof openFront>[0]["early"] = []) {
  const opened = await openFront({
    host: "127.0.0.1",
    port: 0,
    early,
    onBug: (thrown) => expect(thrown).toBeUndefined(),
  });
  return { opened, at: (path: string) => `http://127.0.0.1:${opened.port}${path}` };
}

describe("the server", () => {
  it("answers 503 until its doors are open, but for the early ones", async () => {
    let health: Health = { status: "unavailable", because: "starting" };
    const { opened, at } = await front([{ path: "/healthz", door: healthDoor(() => health) }]);
    expect((await fetch(at("/healthz"))).status).toBe(503);
    const early = await fetch(at("/ping/x"));
    expect([early.status, early.headers.get("retry-after"), (await early.json()).code]).toEqual([503, "1", "starting"]);
    opened.open([{ path: "/ping/", door }]);
    health = { status: "ok" };
    expect(await (await fetch(at("/healthz"))).text()).toBe('{"status":"ok"}');
    expect(await (await fetch(at("/ping/x"))).text()).toBe("at /ping/x");
    expect((await fetch(at("/nothing"))).status).toBe(404);
    expect((await fetch(at("/healthz"), { method: "POST" })).status).toBe(405);
    await opened.close(100);
  });

  it("lets what is under way end, closes what is idle, and cuts what does not end", async () => {
    const { opened, at } = await front();
    let release = () => {};
    opened.open([
      {
        path: "/slow",
        door: (_request, response) => {
          release = () => response.end("done");
        },
      },
      { path: "/forever", door: (_request, response) => void response.write("x") },
      { path: "/", door },
    ]);
    const agent = new Agent({ keepAlive: true });
    const idle = new Promise<void>((resolve) => {
      get(at("/"), { agent }, (response) => {
        response.socket.once("close", resolve);
        response.resume();
      });
    });
    const slow = fetch(at("/slow"));
    const forever = await fetch(at("/forever"));
    const began = performance.now();
    const closed = opened.close(400);
    await idle;
    await expect(fetch(at("/"))).rejects.toThrow();
    release();
    const answer = await slow;
    expect([await answer.text(), answer.headers.get("connection")]).toEqual(["done", "close"]);
    await closed;
    expect(performance.now() - began).toBeGreaterThan(350);
    await expect(forever.text()).rejects.toThrow();
    agent.destroy();
  });
});
