import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DiscardedCheckIn } from "#lib/evidence/discarded.ts";
import type { Pending, Settlement } from "#lib/evidence/intake/pending.ts";
import { type CreateDraft, placer } from "#lib/evidence/placer.ts";
import { healthchecks } from "#lib/evidence/protocols/healthchecks.ts";
import { Registry, type RegistryEntry } from "#lib/evidence/registry.ts";
import type { Found } from "#lib/evidence/registry-follow.ts";
import { invalid, ProblemError } from "#lib/problem.ts";
import { instant } from "#lib/time/instant.ts";
import { type PingOptions, pingDoor } from "./ping.ts";

const NOW = instant(Date.UTC(2027, 0, 12, 12));
const UUID = "0192f0c1-2b3c-7d4e-8f50-0123456789ab";
const ARCHIVED = "0192f0c1-2b3c-7d4e-8f50-0123456789ac";
const OTHER = "0192f0c1-2b3c-7d4e-8f50-0123456789ad";
const KEY = "Zm9v_YmFyLWJhejEyMzQ1N";
const entry = (uuid: string, slug: string, more: Partial<RegistryEntry> = {}): RegistryEntry => ({
  id: `id-of-${slug}`,
  projectId: 1,
  slug,
  uuid,
  previousUuid: null,
  previousUntil: null,
  environment: "production",
  archived: false,
  paused: false,
  resumeOnCheckIn: false,
  aliases: [],
  ...more,
});

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: IncomingHttpHeaders;
}

let server: Server;
let port = 0;
let taken: Pending[] = [];
let discarded: DiscardedCheckIn[] = [];
let drafts: string[] = [];
let outcome: Settlement | "wait" = "stored";
let databaseAway = false;
let options: PingOptions;
const bugs: unknown[] = [];

beforeEach(async () => {
  taken = [];
  discarded = [];
  drafts = [];
  outcome = "stored";
  databaseAway = false;
  bugs.length = 0;
  const registry = new Registry();
  registry.setProjects([{ id: 1, pingKey: KEY, previousPingKey: null, previousPingKeyUntil: null }]);
  registry.put(entry(UUID, "nightly", { aliases: ["Nightly_Job"] }));
  registry.put(entry(ARCHIVED, "old", { archived: true }));
  const find = (...args: Parameters<Registry["find"]>): Found | Promise<Found> => {
    const found = registry.find(...args);
    if (typeof found !== "string") return found;
    return Promise.resolve(databaseAway ? ("unchecked" as const) : found);
  };
  const createDraft: CreateDraft = async (slug, now, environment) => {
    if (databaseAway) throw Object.assign(new Error("away"), { code: "ECONNREFUSED" });
    drafts.push(slug);
    expect(now).toBe(NOW);
    registry.put(entry(OTHER, slug, { environment: environment ?? "production" }));
    return { scheduleId: `id-of-${slug}`, made: true };
  };
  options = {
    protocol: healthchecks,
    clock: { now: () => NOW },
    placer: placer({ find, refresh: async () => {} }, createDraft),
    intake: {
      take(pending) {
        taken.push(pending);
        if (outcome !== "wait") pending.settle(outcome);
      },
    },
    discard: (one) => discarded.push(one),
    addressOf: ({ socket }) => socket.remoteAddress ?? null,
    ticketWindow: (ticket) => Promise.resolve(ticket === "good" ? instant(7) : null),
    limit: null,
    onBug: (thrown) => bugs.push(thrown),
  };
  server = createServer((request, response) => pingDoor(options)(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(bugs).toEqual([]);
});

function send(
  path: string,
  { method = "GET", headers = {}, body }: { method?: string; headers?: Record<string, string>; body?: Buffer } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = httpRequest({ port, path, method, headers }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(parts).toString(), headers: response.headers }),
      );
    });
    asking.on("error", reject);
    asking.end(body);
  });
}
const last = () => taken.at(-1)?.incoming;

describe("answers", () => {
  it("200 `OK`, to HEAD, GET, POST alike, by id and by slug and by its alias", async () => {
    for (const path of [
      `/ping/${UUID}`,
      `/ping/${UUID.toUpperCase()}/`,
      `/ping/${KEY}/nightly`,
      `/ping/${KEY}/Nightly_Job`,
    ]) {
      for (const method of ["GET", "POST", "HEAD"]) {
        const { status, text, headers } = await send(path, { method });
        expect([status, text]).toEqual([200, method === "HEAD" ? "" : "OK"]);
        expect(headers["content-length"]).toBe("2");
        expect(last()).toMatchObject({
          scheduleId: "id-of-nightly",
          kind: "success",
          method,
          remoteAddress: "127.0.0.1",
        });
      }
    }
    expect(taken).toHaveLength(12);
    expect(discarded).toEqual([]);
  });

  it("`Access-Control-Allow-Origin: *`, `Cache-Control: no-store`; no cookie; no redirect ever", async () => {
    const paths = [
      `/ping/${UUID}`,
      `/ping/${OTHER}`,
      "/ping/x",
      "/ping/",
      `/ping/${UUID}?rid=1`,
      `/ping/${KEY}/new?create=1`,
    ];
    for (const path of paths) {
      for (const method of ["GET", "HEAD", "POST", "PUT", "OPTIONS"]) {
        const { headers, status } = await send(path, { method });
        expect(headers).toMatchObject({
          "access-control-allow-origin": "*",
          "cache-control": "no-store",
          "ping-body-limit": "100000",
          "content-type": "text/plain; charset=utf-8",
        });
        expect(headers["set-cookie"]).toBeUndefined();
        expect(headers.location).toBeUndefined();
        expect([200, 201, 400, 404, 405]).toContain(status);
      }
    }
  });

  it("404 `not found` (also for an unknown id: a job that reports into the void must notice)", async () => {
    const cases = [
      [`/ping/${OTHER}`, "unknown_id", "/ping/0192f0c1…"],
      [`/ping/${KEY}/unknown/start`, "unknown_slug", "/ping/Zm9v…/unknown/start"],
      [`/ping/${KEY.toLowerCase()}/nightly`, "unknown_key", "/ping/zm9v…/nightly"],
      [`/ping/${ARCHIVED}`, "archived", "/ping/0192f0c1…"],
      [`/ping/${KEY}/old?create=1`, "archived", "/ping/Zm9v…/old"],
    ];
    for (const [path = "", reason, kept] of cases) {
      expect(await send(path, { headers: { "user-agent": "curl/8" } })).toMatchObject({
        status: 404,
        text: "not found",
      });
      expect(discarded.at(-1)).toMatchObject({ reason, path: kept, sender: "127.0.0.1", userAgent: "curl/8", at: NOW });
    }
    expect(taken).toEqual([]);
    expect(drafts).toEqual([]);
    expect(discarded.find(({ reason }) => reason === "unknown_slug")?.slug).toBe("unknown");
  });

  it("another environment is 409 `wrong environment`: staging never keeps production green", async () => {
    expect(await send(`/ping/${UUID}?env=staging`)).toMatchObject({ status: 409, text: "wrong environment" });
    expect(discarded).toMatchObject([{ reason: "wrong_environment", slug: "nightly", scheduleId: "id-of-nightly" }]);
    expect(await send(`/ping/${UUID}?env=production`)).toMatchObject({ status: 200 });
    expect(taken).toHaveLength(1);
  });

  it("malformed ones are 400 or 405, and kept as discarded", async () => {
    expect(await send(`/ping/${UUID}/256`)).toMatchObject({ status: 400, text: "invalid url format" });
    expect(await send(`/ping/${UUID}?rid=7`)).toMatchObject({ status: 400, text: "invalid uuid format" });
    const put = await send(`/ping/${UUID}`, { method: "PUT" });
    expect([put.status, put.headers.allow]).toEqual([405, "HEAD, GET, POST"]);
    expect(discarded.map(({ reason }) => reason)).toEqual(["malformed", "malformed", "malformed"]);
  });

  it("503 with `Retry-After` when nothing can be stored", async () => {
    outcome = "full";
    const { status, headers } = await send(`/ping/${UUID}`);
    expect([status, headers["retry-after"]]).toEqual([503, "30"]);
    outcome = "refused";
    expect((await send(`/ping/${UUID}`)).status).toBe(503);
    expect(discarded).toMatchObject([{ reason: "not_storable", scheduleId: "id-of-nightly" }]);
  });

  it("one that was archived while it was on its way is 404, and discarded as `archived`", async () => {
    outcome = "archived";
    expect(await send(`/ping/${UUID}`)).toMatchObject({ status: 404, text: "not found" });
    expect(discarded).toMatchObject([{ reason: "archived", scheduleId: "id-of-nightly" }]);
  });

  it("429 with `Retry-After` only when an admin set a limit", async () => {
    options = { ...options, limit: (scheduleId) => (scheduleId === "id-of-nightly" ? 12.2 : null) };
    const { status, headers } = await send(`/ping/${KEY}/nightly`);
    expect([status, headers["retry-after"]]).toEqual([429, "13"]);
    expect(discarded).toMatchObject([{ reason: "rate_limited", slug: "nightly" }]);
  });

  it("a check-in is answered 200 `OK` only when it is stored for good", async () => {
    outcome = "wait";
    let answered = false;
    const asking = send(`/ping/${UUID}`).then((answer) => {
      answered = true;
      return answer;
    });
    while (taken.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(answered).toBe(false);
    taken[0]?.settle("stored");
    expect((await asking).text).toBe("OK");
  });
});

describe("create=1", () => {
  it("makes the schedule when unknown and answers 201 `Created`; without it 404", async () => {
    expect(await send(`/ping/${KEY}/new`)).toMatchObject({ status: 404 });
    expect(await send(`/ping/${KEY}/new/start?create=1`)).toMatchObject({ status: 201, text: "Created" });
    expect(last()).toMatchObject({ scheduleId: "id-of-new", kind: "start" });
    expect(await send(`/ping/${KEY}/new?create=1`)).toMatchObject({ status: 200, text: "OK" });
    expect(drafts).toEqual(["new"]);
  });

  it("everything is checked before anything is made or stored", async () => {
    for (const rest of [
      "new/256?create=1",
      "new?create=1&rid=x",
      "new?create=1&at=x",
      "New?create=1",
      "new?window=&create=1",
    ]) {
      expect((await send(`/ping/${KEY}/${rest}`)).status).toBe(400);
    }
    expect((await send(`/ping/${KEY.replace("Z", "z")}/new?create=1`)).status).toBe(404);
    expect([drafts, taken]).toEqual([[], []]);
    expect(discarded).toHaveLength(6);
  });

  it("at once from many makes one", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(`/ping/${KEY}/new?create=1`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(7).fill(200), 201]);
    expect([drafts, taken.length]).toEqual([["new"], 8]);
  });

  it("makes it for the environment that the check-in speaks of", async () => {
    expect((await send(`/ping/${KEY}/new?create=1&env=staging`)).status).toBe(201);
    expect((await send(`/ping/${KEY}/new?create=1`)).status).toBe(200);
    expect((await send(`/ping/${KEY}/new?create=1&env=production`)).status).toBe(409);
  });

  it("is 400 where the draft cannot be made, and kept as discarded", async () => {
    const problem = invalid({ message: "environment must not be empty" });
    const refusing: CreateDraft = () => Promise.reject(new ProblemError(problem));
    const find = () => "unknown_slug" as const;
    options = { ...options, placer: placer({ find, refresh: async () => {} }, refusing) };
    expect((await send(`/ping/${KEY}/new?create=1&env=`)).status).toBe(400);
    expect(discarded).toMatchObject([{ reason: "malformed", slug: "new", detail: "environment must not be empty" }]);
    expect(taken).toEqual([]);
  });

  it("while the database is away is taken, to be made later", async () => {
    databaseAway = true;
    outcome = "spooled";
    expect(await send(`/ping/${KEY}/new?create=1`)).toMatchObject({ status: 200, text: "OK" });
    expect(taken[0]).toMatchObject({ claim: { address: { slug: "new" }, create: true }, incoming: { scheduleId: "" } });
    expect(await send(`/ping/${OTHER}`)).toMatchObject({ status: 200, text: "OK" });
    expect(discarded).toEqual([]);
  });
});

describe("bodies", () => {
  it("of a POST are kept as they come, up to 100,000 bytes; the rest is read and dropped", async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
    for (const size of [0, 1, 256, 99_999, 100_000, 100_001, 10_000_000]) {
      const body = Buffer.alloc(size, bytes);
      expect(await send(`/ping/${UUID}/log`, { method: "POST", body })).toMatchObject({ status: 200 });
      expect(last()?.bodyBytes).toBe(size);
      expect(last()?.body ?? Buffer.alloc(0)).toEqual(body.subarray(0, 100_000));
    }
  });

  it("come in any content type, and in chunks of any size", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `POST /ping/${UUID} HTTP/1.1\r\nHost: x\r\nContent-Type: \u00ff\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    for (let i = 0; i < 300; i++) {
      socket.write("1\r\nx\r\n");
      if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    socket.write("0\r\n\r\n");
    const answer = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(data.toString())));
    expect(answer).toContain("200 OK");
    expect(last()).toMatchObject({ bodyBytes: 300, body: Buffer.alloc(300, "x") });
    socket.destroy();
  });

  it("of a HEAD or GET count for nothing; 413 is never given, also to one that is refused", async () => {
    expect(await send(`/ping/${UUID}`, { headers: { "content-length": "10" }, body: Buffer.alloc(10) })).toMatchObject({
      status: 200,
    });
    expect(last()).toMatchObject({ body: null, bodyBytes: 0 });
    expect(await send(`/ping/${OTHER}`, { method: "POST", body: Buffer.alloc(10_000_000) })).toMatchObject({
      status: 404,
    });
  });

  it("that break off are not stored, and kept as discarded", async () => {
    const socket = connect(port, "127.0.0.1");
    socket.write(`POST /ping/${UUID} HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nonly this`);
    await new Promise((resolve) => setTimeout(resolve, 30));
    socket.destroy();
    while (discarded.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    expect(discarded).toMatchObject([{ reason: "malformed", path: "/ping/0192f0c1…" }]);
    expect(taken).toEqual([]);
  });
});

it("a client that leaves before its answer has checked in all the same", async () => {
  outcome = "wait";
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET /ping/${UUID} HTTP/1.1\r\nHost: x\r\n\r\n`);
  while (taken.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  socket.destroy();
  await new Promise((resolve) => setTimeout(resolve, 20));
  taken[0]?.settle("stored");
});

it("a connection is kept, and requests on it follow each other, pipelined or not", async () => {
  const socket = connect(port, "127.0.0.1");
  const one = `GET /ping/${UUID} HTTP/1.1\r\nHost: x\r\n\r\n`;
  socket.write(`${one}${one}POST /ping/${OTHER} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc${one}`);
  let said = "";
  socket.on("data", (data) => {
    said += data.toString();
  });
  while ((said.match(/HTTP\/1\.1/g) ?? []).length < 4) await new Promise((resolve) => setTimeout(resolve, 1));
  expect(said.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 200"]);
  socket.destroy();
});

it("what the check-in says is stored with it: `at`, `window`, a ticket, `rid`, who sent it", async () => {
  const agent = "a".repeat(400);
  await send(`/ping/${UUID}/17?at=2027-01-12T11:59:00Z&rid=${OTHER}`, {
    headers: { "user-agent": agent, "rollcall-ticket": "good" },
  });
  expect(last()).toMatchObject({
    at: NOW - 60_000,
    receivedAt: NOW,
    kind: "fail",
    exitStatus: 17,
    rid: OTHER,
    window: 7,
    userAgent: "a".repeat(300),
  });
  expect(last()?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  await send(`/ping/${UUID}?window=2027-01-12T12:00:00Z`, { headers: { "rollcall-ticket": "good" } });
  expect(last()?.window).toBe(NOW);
  await send(`/ping/${UUID}`, { headers: { "rollcall-ticket": "forged" } });
  expect(last()?.window).toBeNull();
});
