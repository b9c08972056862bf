/** The demo against the real database, the real doors and its real target; only its time is the test's. */
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type Listener, startListener } from "#lib/db/listen.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { log } from "#lib/log.ts";
import { type Call, keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { insertCast } from "#lib/testing/people.ts";
import { at } from "#lib/testing/schedules.ts";
import { instant } from "#lib/time/instant.ts";
import type { Sleep } from "#lib/time/sleep.ts";
import { apiListener } from "../api/listener.ts";
import { doorFor } from "../door.ts";
import { type Evidence, openEvidence } from "../evidence.ts";
import { type Demo, openDemo } from "./demo.ts";
import { holdDemo } from "./of-process.ts";

const db = useDatabase();
const dataDir = mkdtempSync(join(tmpdir(), "rollcall-demo-"));
const complaints: string[] = [];
let listener: Listener;
let evidence: Evidence;
let server: Server;
let demo: Demo;
let key: Call;
let otto: Call;

/** Whoever sleeps, by when they wake: the test says when that is. */
let sleepers: { readonly until: number; wake(): void }[] = [];
const sleep: Sleep = (length, signal) =>
  new Promise((resolve, reject) => {
    const stopped = () => {
      sleepers = sleepers.filter((one) => one !== sleeper);
      reject(signal?.reason);
    };
    const wake = () => {
      signal?.removeEventListener("abort", stopped);
      resolve();
    };
    const sleeper = { until: db.clock.at + length, wake };
    sleepers.push(sleeper);
    signal?.addEventListener("abort", stopped);
  });

/** Lets the time come: whoever sleeps until then wakes in their order, and has a moment to do what they do. */
async function until(moment: number): Promise<void> {
  for (;;) {
    const next = sleepers.filter((one) => one.until <= moment).sort((a, b) => a.until - b.until)[0];
    if (!next) break;
    sleepers = sleepers.filter((one) => one !== next);
    db.clock.at = instant(Math.max(db.clock.at, next.until));
    next.wake();
    await pause(150);
  }
  db.clock.at = instant(moment);
}

/** Half a minute at most passes meanwhile, in which jobs end: they are called again only after that. */
async function eventually<T>(ask: () => Promise<T>, fits: (answer: T) => boolean): Promise<T> {
  const latest = db.clock.at - (db.clock.at % 60_000) + 50_000;
  for (;;) {
    const answer = await ask();
    if (fits(answer)) return answer;
    await until(latest);
    await pause(50);
  }
}

const makeDemo = (rollcall: string, alone = true): Demo =>
  openDemo({
    ...{ rollcall, secret: db.runtime.config.secret, everySeconds: 60, alone, clock: db.clock, sleep },
    log: (line) => complaints.push(line),
  });
const own = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const began = at("2027-01-12T02:00:30Z");

beforeAll(async () => {
  const { runtime } = db;
  const { pool, clock } = runtime;
  db.clock.at = began;
  key = await keyCaller("write");
  otto = await sessionCaller((await insertCast(db.sql, clock.now())).otto);
  listener = await startListener({ connection: db.connection, sleep: (length) => pause(Math.min(length, 100)) });
  const recorder = makeRecorder({ pool, clock, onStored: () => {} });
  const config = { ...runtime.config, dataDir };
  evidence = await openEvidence({ config, runtime, listener, recorder, log });
  const doors = [
    { path: "/ping/", door: evidence.door },
    { path: "/api/v1", door: apiListener },
  ];
  server = createServer((request, response) => doorFor(doors, request.url ?? "")?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  demo = makeDemo(own());
  holdDemo(demo);
});
afterAll(async () => {
  await demo.close();
  holdDemo(null);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await evidence.close();
  await listener.stop();
  rmSync(dataDir, { recursive: true, force: true });
});
afterEach(() => {
  expect(complaints.splice(0)).toEqual([]);
});

const decisions = async () =>
  (await key("GET", "/boundary/decisions?route=demo-cron&via=scheduler&limit=1000")).body.items;
const runsOf = async (slug: string) => (await key("GET", `/runs?schedule=${slug}`)).body.items;
const routeUrl = async (): Promise<string> => (await key("GET", "/routes/demo-cron")).body.url;

test("it is not there until it is asked for", async () => {
  expect((await key("GET", "/demo")).body).toMatchObject({ made: false, running: false, schedules: [] });
  expect(sleepers).toEqual([]);
  expect((await key("GET", "/routes/demo-cron")).status).toBe(404);
  expect((await otto("POST", "/demo/contract", { wrong: true })).body).toMatchObject({ code: "demo_not_running" });
});

test("started, its scheduler is let in and its jobs run", async () => {
  const { status, body } = await key("POST", "/demo");
  expect([status, body]).toMatchObject([200, { made: true, running: true, wrong: false }]);
  expect(body.schedules).toHaveLength(5);
  await until(at("2027-01-12T02:01:20Z"));
  const seen = await eventually(decisions, (items) => items.length === 4);
  for (const one of seen) {
    expect(one).toMatchObject({ outcome: "admitted", via: "scheduler", contractResembled: "vercel-cron" });
  }
  for (const slug of body.schedules) {
    const [run] = await eventually(
      () => runsOf(slug),
      ([first]) => first?.outcome === "success",
    );
    expect(run).toMatchObject({ windowExpectedAt: "2027-01-12T02:01:00.000Z", userAgent: "rollcall-demo" });
  }
});

test("hardened by an operator, the same scheduler is refused, and the neighbour runs on", async () => {
  expect((await otto("POST", "/demo/contract", { wrong: true })).body).toMatchObject({ wrong: true });
  expect((await key("GET", "/routes/demo-cron")).body).toMatchObject({
    ...{ contract: { kind: "hmac" }, caller: { kind: "vercel-cron" } },
  });
  await until(at("2027-01-12T02:02:20Z"));
  const seen = await eventually(decisions, (items) => items.length === 8);
  for (const one of seen.slice(0, 4)) {
    expect(one).toMatchObject({ outcome: "rejected", reason: "wrong_contract", via: "scheduler" });
    expect(one.diagnosis).toContain("carries a bearer secret as Vercel Cron sends it; this route expects an HMAC");
  }
  await eventually(
    () => runsOf("demo-cache"),
    (runs) => runs.length === 2,
  );
  expect(await runsOf("demo-invoices")).toHaveLength(1);
  const [change] = (await key("GET", "/changes")).body.items;
  expect(change).toMatchObject({ by: expect.stringContaining("Otto"), title: expect.stringContaining("HMAC") });
});

test("started anew it goes on as the switch stood, at the same address, where that is free", async () => {
  const url = await routeUrl();
  await demo.close();
  expect(sleepers).toEqual([]);
  await expect(fetch(url)).rejects.toThrow();
  demo = makeDemo(own());
  holdDemo(demo);
  expect((await key("GET", "/demo")).body).toMatchObject({ made: true, running: false, wrong: true });
  expect((await key("POST", "/demo")).body).toMatchObject({ running: true, wrong: true });
  expect(await routeUrl()).toBe(url);
  expect((await otto("POST", "/demo/contract", { wrong: false })).body).toMatchObject({ wrong: false });
  await until(at("2027-01-12T02:03:20Z"));
  const seen = await eventually(decisions, (items) => items.length === 12);
  for (const one of seen.slice(0, 4)) expect(one.outcome).toBe("admitted");
});

test("removed, it leaves no port, no route and no live schedule, and may come again", async () => {
  const url = await routeUrl();
  expect((await otto("DELETE", "/demo")).status).toBe(403);
  expect((await key("DELETE", "/demo")).status).toBe(204);
  expect(sleepers).toEqual([]);
  await expect(fetch(url)).rejects.toThrow();
  expect((await key("GET", "/routes/demo-cron")).status).toBe(404);
  expect((await key("GET", "/schedules/demo-cache")).body.archivedAt).not.toBeNull();
  expect((await key("DELETE", "/demo")).status).toBe(404);
  expect((await key("POST", "/demo")).body).toMatchObject({ running: true, wrong: false });
  expect((await key("GET", "/schedules/demo-cache")).body.archivedAt).toBeNull();
  expect((await key("DELETE", "/demo")).status).toBe(204);
});

test("turned, it runs its matrix: red where the scheduler's own proof must be let in, and green again; removed, it leaves no incident of that", async () => {
  interface Verified {
    readonly finishedAt: string | null;
    readonly by: string;
    readonly cases: readonly { readonly case: string; readonly passed: boolean | null }[];
  }
  const all = async (): Promise<readonly Verified[]> =>
    (await key("GET", "/routes/demo-cron/verifications")).body.items;
  /** What is red in the one that the switch ran. */
  const red = async (turn: object) => {
    const before = (await all()).length;
    await key("POST", "/demo/contract", turn);
    for (;;) {
      const [newest, ...older] = await all();
      if (newest && newest.finishedAt !== null && older.length === before) {
        expect(newest.by).toMatch(/^Demo, for /);
        return new Set(newest.cases.filter(({ passed }) => passed === false).map((one) => one.case));
      }
      await pause(50);
    }
  };
  const drift = async () => (await key("GET", "/incidents?state=unresolved&kind=boundary_drift")).body.items;
  await key("POST", "/demo");
  expect(await red({ wrong: true })).toEqual(new Set(["valid_scheduler"]));
  expect(await drift()).toMatchObject([{ route: "demo-cron" }]);
  expect(await red({ wrong: false })).toEqual(new Set());
  expect(await drift()).toEqual([]);
  expect(await red({ wrong: true })).toEqual(new Set(["valid_scheduler"]));
  expect((await key("DELETE", "/demo")).status).toBe(204);
  expect(await drift()).toEqual([]);
});

test("a name that somebody uses is left alone", async () => {
  const mine = { name: "Mine", spec: { kind: "interval", everySeconds: 60 }, timezone: "UTC", graceSeconds: 5 };
  await key("PUT", "/schedules/demo-digest", mine);
  expect((await key("POST", "/demo")).body).toMatchObject({ status: 409, code: "demo_name_taken" });
  expect((await key("GET", "/schedules/demo-digest")).body).toMatchObject({ name: "Mine", route: null });
  await key("DELETE", "/schedules/demo-digest");
});

test("where several processes may serve, it is refused", async () => {
  const other = makeDemo(own(), false);
  holdDemo(other);
  expect((await key("POST", "/demo")).body).toMatchObject({ status: 409, code: "demo_needs_one_process" });
  holdDemo(demo);
});
