/**
 * Two engines on one PostgreSQL fire many schedules at the same moments: no window attempted twice, none left out, each
 * within a second of its time; and when one engine is killed in the midst of it (kill -9), nothing is sent again.
 * Usage: trials/dispatch.ts [minutes] [schedules] [seconds between two windows]
 */
import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Embedded, startEmbedded } from "#lib/db/embedded/start.ts";
import { argument, percentile, Report, runTrial } from "./report.ts";
import { Rollcall, sleep } from "./rollcall.ts";

const MINUTES = argument(10);
const SCHEDULES = argument(2_000, 3);
const EVERY = argument(60, 4) * 1_000;
const LATEST = 1_000;

const report = new Report("dispatch");
const dataDir = mkdtempSync(join(tmpdir(), "rollcall-trial-"));
chmodSync(dataDir, 0o711);
let database: Embedded | null = null;
let target: Server | null = null;
const processes: Rollcall[] = [];
const quiet = { info: () => {}, warn: () => {}, error: console.error };

/** When each window's request came, by schedule and window: one that comes twice is there twice. */
const came = new Map<string, number[]>();

/** The application: it answers after a little, and remembers what came when. */
async function openTarget(): Promise<string> {
  const server = createServer((request, response) => {
    const at = Date.now();
    const window = Date.parse(String(request.headers["rollcall-scheduled-for"]));
    const key = `${request.url} ${window}`;
    const before = came.get(key);
    if (before) before.push(at);
    else came.set(key, [at]);
    request.resume();
    setTimeout(() => response.end("done"), 5 + (at % 40));
  });
  target = server;
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", 4_096, listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const slug = (n: number): string => `fired-${n}`;

async function makeSchedules(web: Rollcall, origin: string): Promise<void> {
  const spec =
    EVERY === 60_000
      ? { kind: "cron", expression: "* * * * *" }
      : { kind: "interval", everySeconds: EVERY / 1_000, anchor: "2026-01-01T00:00:00Z" };
  let next = 0;
  const work = async (): Promise<void> => {
    for (let n = next++; n < SCHEDULES; n = next++) {
      await web.must("PUT", `/schedules/${slug(n)}`, {
        ...{ name: slug(n), spec, timezone: "UTC", graceSeconds: EVERY / 2_000 },
        driver: { kind: "rollcall", target: { url: `${origin}/${n}`, contract: "none", allowPrivateNetwork: true } },
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
}

/** The windows of a run of moments, with how often each schedule's request came. */
function counted(moments: readonly number[]): { readonly lateness: number[]; missing: number; twice: number } {
  const found = { lateness: [] as number[], missing: 0, twice: 0 };
  for (const moment of moments) {
    for (let n = 0; n < SCHEDULES; n++) {
      const times = came.get(`/${n} ${moment}`) ?? [];
      if (times.length === 0) found.missing++;
      if (times.length > 1) found.twice++;
      if (times[0] !== undefined) found.lateness.push(times[0] - moment);
    }
  }
  return found;
}

await runTrial(
  async () => {
    console.log(
      `dispatch: 2 engines on one PostgreSQL, ${SCHEDULES} schedules every ${EVERY / 1_000} s, ${MINUTES} min`,
    );
    database = await startEmbedded({ dataDir, log: quiet });
    const { host, user, database: name } = database.address;
    const url = `postgresql://${user}@localhost/${name}?host=${encodeURIComponent(host)}`;
    const keys = {
      api: randomBytes(24).toString("base64url"),
      ping: randomBytes(17).toString("base64url").slice(0, 22),
    };
    const secret = randomBytes(24).toString("base64url");
    for (const role of ["web", "engine", "engine"]) {
      const one = new Rollcall({ keys, env: { DATABASE_URL: url, ROLLCALL_ROLE: role, ROLLCALL_SECRET: secret } });
      processes.push(one);
      await one.launch();
    }
    await Promise.all(processes.map((one) => one.healthy(120_000)));
    const [web, , second] = processes;
    if (!web || !second) throw new Error("there are no processes");
    await makeSchedules(web, await openTarget());
    const first = Math.ceil((Date.now() + 3_000) / EVERY) * EVERY;
    const windows = Math.max(2, Math.round((MINUTES * 60_000) / EVERY));
    const moments = Array.from({ length: windows }, (_, i) => first + i * EVERY);
    // One engine is killed while it fires; the windows after that are the other's, until it is back.
    const killedAt = moments[Math.floor(windows / 2)] ?? first;
    await sleep(killedAt - Date.now() + 120);
    await second.kill();
    await sleep(1_500);
    await second.launch();
    await second.healthy(60_000);
    await sleep((moments.at(-1) ?? first) - Date.now() + Math.min(EVERY - 2_000, 8_000));
    const calm = counted(moments.filter((moment) => moment !== killedAt));
    const p99 = percentile(calm.lateness, 0.99);
    report.figure("requests", calm.lateness.length);
    const ms = (share: number): string => `${percentile(calm.lateness, share).toFixed(0)} ms`;
    report.figure("after their time", `${ms(0.5)} (median), ${ms(0.99)} (99 of 100), ${ms(1)} (latest)`);
    report.check(calm.twice === 0, "no window is attempted twice", () => `${calm.twice}`);
    report.check(calm.missing === 0, "none is left out", () => `${calm.missing} of ${calm.lateness.length}`);
    report.check(p99 <= LATEST, `99 of 100 go out within ${LATEST} ms of their time`);
    const killed = counted([killedAt]);
    report.figure("at the kill -9", `${killed.lateness.length} of ${SCHEDULES} requests came`);
    report.check(killed.twice === 0, "nothing is sent again after a kill -9", () => `${killed.twice}`);
    const between = [first, moments.at(-1) ?? first].map((at) => new Date(at).toISOString());
    const [stored] = await web.ask<{ windows: number; most: number }>(
      `SELECT count(*)::int AS windows, coalesce(max(n), 0)::int AS most FROM (
         SELECT count(*) AS n FROM attempt WHERE scheduled_for >= $1::timestamptz AND scheduled_for <= $2::timestamptz
          GROUP BY schedule_id, scheduled_for) AS each`,
      between,
    );
    report.check(
      stored?.windows === SCHEDULES * windows && stored.most === 1,
      "each window has one attempt, that of the kill too",
      () => JSON.stringify(stored),
    );
    const bad = await web.ask<{ at: string; count: number }>(
      "SELECT expected_at::text AS at, count(*)::int AS count FROM bad_window WHERE bad AND expected_at <> $1::timestamptz GROUP BY 1",
      [new Date(killedAt).toISOString()],
    );
    report.check(bad.length === 0, "each window is good, but what the kill took", () => JSON.stringify(bad));
    if (report.failed) for (const one of processes) console.log(one.log.slice(-2_500));
    report.end(`${calm.lateness.length} windows fired once each, 99 of 100 within ${p99.toFixed(0)} ms`);
  },
  async () => {
    await Promise.all(processes.map((one) => one.remove()));
    target?.closeAllConnections();
    target?.close();
    if (database) {
      await database.stop();
      if (database.realDataDir !== dataDir) rmSync(database.realDataDir, { recursive: true, force: true });
    }
    rmSync(dataDir, { recursive: true, force: true });
  },
);
