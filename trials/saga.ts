/**
 * kill -9 at every step of the saga, over Rollcall's own dispatcher and over pg_cron: the original always comes back.
 *
 * The database counts the writes of one acceleration, from its lease to the end of its revert. In each round it holds up
 * one of them, Rollcall is killed there, and started again: what it had stored until then is all that is left of it. In
 * the end the schedule has its original, its one version, and nothing is fired at the temporary times any more.
 * Usage: trials/saga.ts [rounds, spread over all steps; 0: every one]
 */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { type UserPostgres, userPostgres } from "#lib/testing/user-postgres.ts";
import { argument, Report, runTrial } from "./report.ts";
import { Rollcall, sleep } from "./rollcall.ts";

const ROUNDS = argument(0);
const GATE = 4_711;
/** A lease, what may still come after an unanswered write, a start, and some runs. */
const LONGEST = 90_000;

const report = new Report("kill -9 of the saga");
const rollcall = new Rollcall();
const fired = new Map<string, number>();
let target: { readonly url: string; readonly server: Server } | null = null;
let gate: pg.Client | null = null;
let server: UserPostgres | null = null;

interface Acceleration {
  readonly id: string;
  readonly state: string;
  readonly outcome: string | null;
  readonly originalNative: string | null;
  readonly steps: readonly { readonly step: string; readonly ok: boolean }[];
}

/** Answers well, and counts what comes by the schedule. */
async function openTarget(): Promise<{ readonly url: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const slug = String(request.headers["rollcall-schedule"]);
    fired.set(slug, (fired.get(slug) ?? 0) + 1);
    response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/run`, server };
}

/** Counts the writes of accelerations, and holds up the one whose number is told. */
async function makeGate(): Promise<void> {
  await rollcall.ask("CREATE SEQUENCE trial_writes");
  await rollcall.ask("CREATE TABLE trial_stop (n bigint)");
  await rollcall.ask(`CREATE FUNCTION trial_gate() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      IF EXISTS (SELECT 1 FROM trial_stop WHERE n = nextval('trial_writes')) THEN PERFORM pg_advisory_xact_lock(${GATE}); END IF;
      RETURN NEW;
    END $$`);
  await rollcall.ask(
    "CREATE TRIGGER trial_gate BEFORE UPDATE ON acceleration FOR EACH ROW EXECUTE FUNCTION trial_gate()",
  );
}

/** Holds up the write that was told; the lock ends with its connection. */
async function shutGate(): Promise<void> {
  gate = new pg.Client({ host: rollcall.socketFolder(), user: "rollcall", database: "rollcall" });
  gate.on("error", () => {});
  await gate.connect();
  await gate.query("SELECT pg_advisory_lock($1)", [GATE]);
}

async function openGate(): Promise<void> {
  await gate?.end().catch(() => {});
  gate = null;
}

async function stopAt(n: number | null): Promise<void> {
  await rollcall.ask("DELETE FROM trial_stop");
  // The table holds a row in any case: else nothing is counted.
  await rollcall.ask("INSERT INTO trial_stop VALUES ($1)", [n ?? -1]);
  await rollcall.ask("SELECT setval('trial_writes', 1, false)");
}

const written = async (): Promise<number> => {
  const [row] = await rollcall.ask<{ n: string }>("SELECT CASE WHEN is_called THEN last_value ELSE 0 END AS n FROM trial_writes"); // biome-ignore format: one line
  return Number(row?.n ?? 0);
};

const heldUp = async (): Promise<boolean> => {
  const rows = await rollcall.ask("SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = $1 AND NOT granted", [
    GATE,
  ]);
  return rows.length > 0;
};

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + LONGEST; Date.now() < end; await sleep(50)) {
    if (await holds().catch(() => false)) return;
  }
  throw new Error(`${what} did not come within ${LONGEST / 1_000} s:\n${rollcall.log.slice(-3_000)}`);
}

const read = (id: string): Promise<Acceleration> => rollcall.must("GET", `/accelerations/${id}`);

/** A schedule that is accelerated, whoever fires it. */
interface Fired {
  readonly name: string;
  readonly driver: unknown;
  readonly original: string;
  readonly temporary: unknown;
  /** Confirmed by its runs, or ended by hand as soon as it is applied. */
  readonly ends: "confirmed" | "cancelled";
  /** Why its scheduler does not hold the original; `null`: it does. */
  wrong(slug: string): Promise<string | null>;
}

const dispatched = (url: string): Fired => ({
  name: "dispatcher",
  driver: { kind: "rollcall", target: { url, allowPrivateNetwork: true } },
  original: "0 2 31 12 *",
  temporary: { kind: "interval", everySeconds: 2 },
  ends: "confirmed",
  async wrong(slug) {
    const [row] = await rollcall.ask<{ lever: boolean; version: number }>(
      "SELECT a.lever_on AS lever, s.version FROM acceleration a JOIN schedule s ON s.id = a.schedule_id WHERE s.slug = $1",
      [slug],
    );
    const before = fired.get(slug) ?? 0;
    await sleep(4_500);
    const after = fired.get(slug) ?? 0;
    return row?.lever === false && row.version === 1 && before === after
      ? null
      : JSON.stringify({ row, before, after });
  },
});

/** A user's own PostgreSQL with pg_cron; why not, where it cannot be had. */
async function pgCron(): Promise<Fired | string> {
  const made = await userPostgres();
  if (typeof made === "string") return made;
  server = made;
  await made.query("CREATE ROLE owner LOGIN; GRANT USAGE ON SCHEMA cron TO owner; GRANT EXECUTE ON FUNCTION cron.alter_job TO owner; GRANT pg_read_all_settings TO owner"); // biome-ignore format: one line
  await made.query("SET ROLE owner; SELECT cron.schedule('yearly', '0 2 31 12 *', 'SELECT 1')");
  const connection = { kind: "pg-cron", host: made.host, database: "app", user: "owner", tls: "off", runs: "history" };
  await rollcall.must("PUT", "/connections/cron", connection);
  return {
    name: "pg_cron",
    driver: { kind: "pg-cron", connection: "cron", ref: "yearly" },
    original: "0 2 31 12 *",
    temporary: { kind: "cron", expression: "* * * * *", dialect: "pg-cron" },
    ends: "cancelled",
    async wrong() {
      const [row] = await made.query<{ schedule: string; active: boolean }>("SELECT schedule, active FROM cron.job");
      return row?.schedule === "0 2 31 12 *" && row.active ? null : JSON.stringify(row);
    },
  };
}

/** One acceleration, killed at its n-th write; `null`: not at all. Answers how many writes there were. */
async function round(by: Fired, n: number | null): Promise<number> {
  const slug = `${by.name.replace("_", "-")}-${n ?? "unharmed"}`;
  const spec = { kind: "cron", expression: by.original };
  const fields = { name: slug, spec, timezone: "UTC", graceSeconds: 60, driver: by.driver };
  await rollcall.must("PUT", `/schedules/${slug}`, fields);
  await stopAt(n);
  if (n !== null) await shutGate();
  const asked: Acceleration = await rollcall.must("POST", `/schedules/${slug}/accelerations`, {
    ...{ spec: by.temporary, maxDurationSeconds: 3_600, confirmedRunsWanted: 2, reason: "a trial" },
  });
  const { id } = asked;
  let at = "";
  const killed = async (): Promise<boolean> => {
    if (n === null || at !== "" || !(await heldUp())) return at !== "";
    at = (await read(id)).steps.at(-1)?.step ?? "";
    await rollcall.kill();
    await openGate();
    await rollcall.start();
    await stopAt(null);
    return true;
  };
  let asking = false;
  await until("the revert", async () => {
    await killed();
    const { state } = await read(id);
    if (state === "applied" && by.ends === "cancelled" && !asking) {
      // Its own write may be the one that is held up: it is not waited for, and asked again after a kill.
      asking = true;
      void rollcall.api("POST", `/accelerations/${id}/revert`, {}).catch(() => null).finally(() => { asking = false; }); // biome-ignore format: one line
    }
    return state === "reverted";
  });
  const writes = await written();
  const done = await read(id);
  const schedule: { nextExpectedAt: string; acceleration: string | null } = await rollcall.must("GET", `/schedules/${slug}`); // biome-ignore format: one line
  const wrong = await by.wrong(slug);
  const right =
    wrong === null &&
    done.outcome === by.ends &&
    done.originalNative === by.original &&
    schedule.acceleration === null &&
    schedule.nextExpectedAt.includes("-12-31T02:00:00") &&
    (n === null || at !== "");
  const what = n === null ? "unharmed, it comes back" : `killed at write ${n}, after “${at}”, the original comes back`;
  report.check(right, `${by.name}: ${what}`, () => JSON.stringify({ done, schedule, wrong }));
  return writes;
}

/** The scheduler is held up in the middle of the write: whoever asked is dead before it is done, or given up. */
async function inTheWrite(by: Fired, there: UserPostgres): Promise<void> {
  const slug = "pg-cron-in-the-write";
  const spec = { kind: "cron", expression: by.original };
  const fields = { name: slug, spec, timezone: "UTC", graceSeconds: 60, driver: by.driver };
  await rollcall.must("PUT", `/schedules/${slug}`, fields);
  const holder = new pg.Client({ host: there.host, user: "postgres", database: "app" });
  await holder.connect();
  await holder.query("BEGIN; SELECT 1 FROM cron.job FOR UPDATE");
  const { id }: Acceleration = await rollcall.must("POST", `/schedules/${slug}/accelerations`, {
    ...{ spec: by.temporary, maxDurationSeconds: 3_600, reason: "a trial" },
  });
  const waits = async () => (await there.query("SELECT 1 FROM pg_locks WHERE NOT granted")).length > 0;
  await until("the write that waits", waits);
  await rollcall.kill();
  await holder.query("ROLLBACK");
  await holder.end();
  await rollcall.start();
  await until("the temporary spec", async () => (await read(id)).state === "applied");
  await rollcall.must("POST", `/accelerations/${id}/revert`, {});
  await until("the revert", async () => (await read(id)).state === "reverted");
  const wrong = await by.wrong(slug);
  report.check(wrong === null, `${by.name}: killed while the scheduler was at the write, the original comes back`, () => wrong ?? ""); // biome-ignore format: one line
}

/** All rounds of one; answers how many kills there were. */
async function rounds(by: Fired): Promise<number> {
  const writes = await round(by, null);
  report.figure(`writes of an acceleration (${by.name})`, writes);
  const every = Array.from({ length: writes }, (_, i) => i + 1);
  const share = (n: number): number => Math.floor((n * ROUNDS) / writes);
  const chosen = ROUNDS === 0 ? every : every.filter((n) => share(n) !== share(n - 1));
  for (const n of chosen) await round(by, n);
  return chosen.length;
}

await runTrial(
  async () => {
    target = await openTarget();
    await rollcall.start();
    await makeGate();
    let kills = await rounds(dispatched(target.url));
    const cron = await pgCron();
    if (typeof cron === "string") report.figure("pg_cron", `left out: ${cron}`);
    else {
      kills += await rounds(cron);
      if (server) await inTheWrite(cron, server);
    }
    const open = await rollcall.all<{ kind: string }>("/incidents?state=open");
    report.check(open.length === 0, "no incident is open in the end", () => JSON.stringify(open));
    report.end(`${kills} kills, the original always came back`);
  },
  async () => {
    await openGate();
    target?.server.close();
    await rollcall.remove();
    await server?.end();
  },
);
