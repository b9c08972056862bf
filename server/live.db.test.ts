import { type ClientRequest, get, type IncomingMessage, type ServerResponse } from "node:http";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { createKey, revokeKey } from "#lib/access/keys.ts";
import { changePerson } from "#lib/access/people.ts";
import { cookieName, sessionToken } from "#lib/access/session-cookie.ts";
import { endSession } from "#lib/access/sessions.ts";
import { startListener } from "#lib/db/listen.ts";
import { tellStale } from "#lib/db/tell.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast, type PersonActor, SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import type { Door } from "./door.ts";
import { openFront } from "./http.ts";
import { openLive } from "./live.ts";

const database = useDatabase();
let cast: Cast;
const closers: (() => Promise<void>)[] = [];
beforeAll(async () => {
  cast = await insertCast(database.sql, database.clock.now());
});
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function until(holds: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 10_000; !holds(); ) {
    if (performance.now() > deadline) throw new Error("it does not come true");
    await pause(5);
  }
}

/** A web process: its door, its listener, and how to cut it off from the database. */
async function web(instanceId: string) {
  const name = `listening-${instanceId}`;
  const listener = await startListener({
    connection: { ...database.connection, application_name: name },
    sleep: (length, signal) => pause(length, undefined, signal ? { signal } : {}),
  });
  const live = await openLive({ listener, instanceId, onTrouble: (thrown) => expect(thrown).toBeUndefined() });
  const front = await openFront({ host: "127.0.0.1", port: 0, early: [], onBug: (bug) => expect(bug).toBeUndefined() });
  const responses: ServerResponse[] = [];
  const door: Door = (request, response) => {
    responses.push(response);
    live.door(request, response);
  };
  front.open([{ path: "/api/v1/live", door }]);
  let closed = false;
  const close = async (patience = 2_000) => {
    if (closed) return;
    closed = true;
    live.close();
    await front.close(patience);
    await listener.stop();
  };
  closers.push(close);
  const cut = () =>
    database.sql.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1", [name]);
  return { url: `http://127.0.0.1:${front.port}/api/v1/live`, responses, cut, close };
}

interface Told {
  readonly id: string | null;
  readonly event: string;
  readonly data: { readonly keys?: readonly (readonly string[])[] };
}

async function follow(url: string, headers: Readonly<Record<string, string>>) {
  const told: Told[] = [];
  let ended = false;
  let text = "";
  let request: ClientRequest | undefined;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    request = get(url, { headers, agent: false }, resolve).once("error", reject);
  });
  response.on("error", () => {});
  response.on("close", () => {
    ended = true;
  });
  response.setEncoding("utf8").on("data", (more: string) => {
    text += more;
    for (let end = text.indexOf("\n\n"); end >= 0; end = text.indexOf("\n\n")) {
      const fields = new Map(text.slice(0, end).split("\n").map((line) => line.split(": ", 2) as [string, string])); // biome-ignore format: one thing
      text = text.slice(end + 2);
      const data = fields.get("data");
      if (data) told.push({ id: fields.get("id") ?? null, event: fields.get("event") ?? "", data: JSON.parse(data) });
    }
  });
  closers.push(async () => void request?.destroy());
  return { response, told, ended: () => ended, leave: () => request?.destroy() };
}

const cookieOf = async (person: PersonActor) => {
  const { config } = database.runtime;
  const token = await sessionToken({ personId: person.id, sessionId: person.sessionId }, config.secret);
  return { cookie: `${cookieName(config.publicUrl)}=${token}` };
};
const keyOf = async (scope: "read" | "report") => {
  const made = succeeded(await createKey({ actor: SYSTEM, now: database.clock.now() }, { name: `a ${scope} ${Math.trunc(performance.now())}`, scope })); // biome-ignore format: one thing
  return { made, headers: { authorization: `Bearer ${made.text}` } };
};
const keys = (told: readonly Told[]) => told.flatMap(({ data }) => data.keys ?? []).map((key) => key.join("/"));

describe("the stream of stale keys", () => {
  it("says in every process what any of them stored, one frame for what one transaction told", async () => {
    const [one, other] = [await web("one"), await web("other")];
    const readers = [await follow(one.url, await cookieOf(cast.vera)), await follow(other.url, await cookieOf(cast.rosa))]; // biome-ignore format: one thing
    await until(() => readers.every(({ told }) => told.length === 1));
    await tellStale(database.sql, ["schedules/nightly", "incidents"]);
    await until(() => readers.every(({ told }) => told.length === 2));
    for (const { told, response } of readers) {
      expect(told.map(({ event }) => event)).toEqual(["reset", "stale"]);
      expect(keys(told)).toContain("schedule/nightly");
      expect(keys(told)).toContain("incidents");
      expect(response.headers).toMatchObject({
        "content-type": "text/event-stream; charset=utf-8",
        "x-accel-buffering": "no",
        "cache-control": "no-store, no-transform",
      });
    }
  });

  it("gathers what comes close together, and loses none of it", async () => {
    const { url } = await web("gathering");
    const { told } = await follow(url, await cookieOf(cast.vera));
    for (let i = 0; i < 60; i++) await tellStale(database.sql, [`incidents/${i}`]);
    await until(() => keys(told).includes("incident/59"));
    expect(new Set(keys(told).filter((key) => key.startsWith("incident/"))).size).toBe(60);
    expect(told.length).toBeLessThan(40);
  });

  it("resumes after the last id without a gap; in another process it begins anew", async () => {
    const [one, other] = [await web("resuming"), await web("elsewhere")];
    const cookie = await cookieOf(cast.vera);
    const first = await follow(one.url, cookie);
    await tellStale(database.sql, ["changes"]);
    await until(() => first.told.length === 2);
    const lastId = first.told[1]?.id ?? "";
    first.leave();
    await tellStale(database.sql, ["webhooks"]);
    await pause(150);
    await tellStale(database.sql, ["discarded"]);
    await pause(150);
    const again = await follow(one.url, { ...cookie, "last-event-id": lastId });
    await until(() => again.told.length === 3);
    expect(again.told.map(({ event }) => event)).toEqual(["resumed", "stale", "stale"]);
    expect(keys(again.told)).toEqual(["webhooks", "discarded", "overview"]);
    const foreign = await follow(other.url, { ...cookie, "last-event-id": lastId });
    await until(() => foreign.told.length === 1);
    expect(foreign.told[0]?.event).toBe("reset");
  });

  it("says when nothing can be heard, and makes everything stale when it hears again", async () => {
    const { url, cut } = await web("deaf");
    const { told } = await follow(url, await cookieOf(cast.vera));
    await until(() => told.length === 1);
    await cut();
    await until(() => told.length === 3);
    expect(told.map(({ event }) => event)).toEqual(["reset", "deaf", "reset"]);
    await tellStale(database.sql, ["webhooks"]);
    await until(() => keys(told).includes("webhooks"));
  });
});

describe("who may listen", () => {
  it("a key that reads; nobody without credentials, with a bad key or one that only reports, and by GET alone", async () => {
    const { url } = await web("asked");
    const reading = await follow(url, (await keyOf("read")).headers);
    expect(reading.response.statusCode).toBe(200);
    const statusOf = async (headers: Record<string, string>, method = "GET") =>
      (await fetch(url, { headers, method })).status;
    expect(await statusOf({})).toBe(401);
    expect(await statusOf({ authorization: "Bearer nonsense" })).toBe(401);
    expect(await statusOf(await cookieOf(cast.max))).toBe(401);
    expect(await statusOf((await keyOf("report")).headers)).toBe(403);
    expect(await statusOf(await cookieOf(cast.vera), "POST")).toBe(405);
  });

  it("a session that ends ends its stream at once, in every process, and no other; so does a key", async () => {
    const [one, other] = [await web("ending"), await web("ending-too")];
    const now = database.clock.now();
    const key = await keyOf("read");
    const vera = await follow(one.url, await cookieOf(cast.vera));
    const otto = await follow(other.url, await cookieOf(cast.otto));
    const rosa = await follow(other.url, await cookieOf(cast.rosa));
    const program = await follow(other.url, key.headers);
    await endSession({ now }, { sessionId: cast.vera.sessionId });
    await until(vera.ended);
    succeeded(await changePerson({ actor: cast.ada, now }, { id: cast.otto.id, change: { disabled: true } }));
    await until(otto.ended);
    succeeded(await revokeKey({ actor: cast.ada, now }, { id: key.made.key.id }));
    await until(program.ended);
    expect(rosa.ended()).toBe(false);
  });
});

describe("what a stream costs", () => {
  it("a reader that reads nothing is cut off, and the others read on", async () => {
    const { url, responses } = await web("slow");
    const cookie = await cookieOf(cast.rosa);
    const slow = await follow(url, cookie);
    const quick = await follow(url, cookie);
    slow.response.pause();
    // More than the machine itself buffers for a reader.
    responses[0]?.write(Buffer.alloc(32 * 1_024 * 1_024, "\n"));
    await tellStale(database.sql, ["changes"]);
    await until(() => responses[0]?.destroyed === true);
    await tellStale(database.sql, ["webhooks"]);
    await until(() => keys(quick.told).includes("webhooks"));
    expect(responses[1]?.destroyed).toBe(false);
  });

  it("a stop ends every stream without waiting to cut it", async () => {
    const { url, close } = await web("stopping");
    const { response, ended } = await follow(url, await cookieOf(cast.rosa));
    await close(60_000);
    await until(ended);
    expect(response.complete).toBe(true);
  });
});
