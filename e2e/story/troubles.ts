/**
 * A night on which four things are not over yet, each of which a person has to see at once: an acceleration whose original
 * cannot be put back, one whose schedule somebody else has changed, one that counts down, and windows that were being made
 * good when the matrix turned red. The engine's own steps make them; only the schedulers are played.
 */
import type pg from "pg";
import { v7 } from "uuid";
import { accelerateInput } from "#lib/accelerations/schema.ts";
import type { Acceleration } from "#lib/accelerations/store.ts";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { claimVerification, finishVerification } from "#lib/boundary/verification-store.ts";
import { makePartitions } from "#lib/db/partitions.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import type { Answer, Held, Lever } from "#lib/drivers/driver.ts";
import { connectionInput } from "#lib/drivers/schema.ts";
import { putConnection } from "#lib/drivers/service.ts";
import { accelerateDue } from "#lib/engine/accelerate.ts";
import { claimMakeGood } from "#lib/engine/claim-make-good.ts";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { leverOf } from "#lib/engine/lever.ts";
import { makeGood } from "#lib/engine/make-good.ts";
import { putSchedule } from "#lib/engine/put-schedule.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { requestAcceleration } from "#lib/engine/request-acceleration.ts";
import type { CheckInKind } from "#lib/evidence/check-in.ts";
import { listIncidents } from "#lib/incidents/row-store.ts";
import { makeGoodInput } from "#lib/incidents/schema.ts";
import type { Result } from "#lib/problem.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { instant, SECOND } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { ADA } from "./cast.ts";
import type { StoryClock } from "./clock.ts";
import { DAY, HOUR, MINUTE, STORY_NOW } from "./jobs.ts";

function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.problem.message} ${JSON.stringify(result.problem.errors ?? "")}`);
}

const held = (expression: string): Held => ({
  ...{ spec: { kind: "cron", expression, dialect: "vixie" }, timezone: "UTC", native: expression, enabled: true },
});

/** Somebody else's scheduler, as its driver finds it. */
class Scheduler {
  holds: Held;
  away: string | null = null;
  constructor(expression: string) {
    this.holds = held(expression);
  }
  #answer(): Answer<Held> {
    const sentence = this.away;
    return sentence === null
      ? { ok: true, value: this.holds }
      : { ok: false, problem: { kind: "unreachable", sentence } };
  }
  readonly lever: Lever = {
    read: async () => this.#answer(),
    apply: async ({ put, instead }) => {
      if (this.away !== null) return this.#answer();
      if (this.holds.native !== instead.native) {
        const sentence = `It holds \`${this.holds.native}\` by now.`;
        return { ok: false, problem: { kind: "changed", sentence, holds: this.holds } };
      }
      this.holds = "native" in put ? put : held(put.spec.kind === "cron" ? put.spec.expression : "?");
      return this.#answer();
    },
  };
}

const ENGINE = "019b0000-0000-7000-8000-00000000e001";
const ROUTE = "cron-api";
const SECRET = { kind: "vercel-cron", secret: "a story's own CRON_SECRET, of 32" } as const;

/** Adds the night to an installation in which nobody has done anything yet; leaves the clock at `STORY_NOW`. */
export async function tellTroubles(pool: pg.Pool, clock: StoryClock, secret: string): Promise<void> {
  const sql = sqlOf(pool);
  const ctx = () => ({ actor: ADA, now: clock.now() });
  const goTo = (ago: number): void => {
    clock.at = instant(STORY_NOW - ago);
  };
  const schedulers: Readonly<Record<string, Scheduler>> = {
    "warehouse-load": new Scheduler("0 2 * * *"),
    "sync-crm": new Scheduler("30 4 * * *"),
  };
  const turn = () =>
    accelerateDue({
      ...{ pool, clock, secret, sleep, processId: ENGINE },
      leverOf: async (one: Acceleration) => {
        const played = schedulers[one.schedule];
        return played ? { ok: true, value: played.lever } : leverOf(one, { pool, clock, secret });
      },
    });
  const recorder = makeRecorder({ pool, clock });
  const says = async (slug: string, kind: CheckInKind): Promise<void> => {
    const scheduleId = (await scheduleBySlug(sql, slug))?.id ?? "";
    const now = clock.now();
    const blank = { rid: null, exitStatus: null, window: null, body: null, bodyBytes: 0, remoteAddress: null, userAgent: null }; // biome-ignore format: one line
    await recorder.record([{ id: v7({ msecs: now }), scheduleId, at: now, receivedAt: now, kind, method: "POST", ...blank }]); // biome-ignore format: one line
  };
  const put = async (slug: string, fields: Readonly<Record<string, unknown>>): Promise<void> => {
    const input = scheduleInput.parse({ name: slug, timezone: "UTC", graceSeconds: 300, ...fields });
    must(await putSchedule(ctx(), { slug, input, ifMatch: null }));
  };
  const accelerate = async (slug: string, more: Readonly<Record<string, unknown>>): Promise<void> => {
    const asked = { spec: { kind: "cron", expression: "* * * * *" }, maxDurationSeconds: 1_800, ...more };
    must(await requestAcceleration(ctx(), { slug, input: accelerateInput.parse(asked), ifMatch: null }));
    await turn();
    clock.at = instant(clock.at + SECOND);
    await turn();
  };
  const cron = (expression: string) => ({ kind: "cron", expression, dialect: "vixie" });

  goTo(2 * HOUR);
  await inSqlTransaction(pool, (tx) => makePartitions(tx, clock.now(), instant(STORY_NOW + 40 * DAY)));
  await makeConnections(ctx);
  await put("warehouse-load", {
    spec: { ...cron("0 2 * * *"), dialect: "pg-cron" },
    driver: { kind: "pg-cron", connection: "warehouse", ref: "warehouse-load" },
  });
  await put("sync-crm", {
    spec: cron("30 4 * * *"),
    driver: { kind: "crontab", connection: "batch-host", ref: "cron.d/app#1f2e3d4c5b6a" },
  });
  await put("invoices", {
    spec: { kind: "cron", expression: "0 12 * * *" },
    driver: { kind: "rollcall", target: { url: "https://app.example.com/jobs/invoices" } },
  });
  await missesRuns(pool, clock, { goTo, put });

  goTo(21 * MINUTE);
  await accelerate("warehouse-load", { reason: "See whether the load takes the new column" });
  await accelerate("sync-crm", { reason: "Three good ones before the weekend", confirmedRunsWanted: 3 });
  goTo(19 * MINUTE - 2 * SECOND);
  await says("warehouse-load", "start");
  goTo(18 * MINUTE + 20 * SECOND);
  const { "warehouse-load": warehouse, "sync-crm": crm } = schedulers;
  if (warehouse) warehouse.away = "PostgreSQL does not answer: connect ECONNREFUSED 10.20.0.14:5432.";
  await says("warehouse-load", "success");
  // The saga looks every second, and tries again later and later.
  for (let ago = 18 * MINUTE; ago > 14 * MINUTE; ago -= 5 * SECOND) {
    goTo(ago);
    await turn();
  }
  if (crm) crm.holds = held("0 5 * * 1-5");
  for (let ago = 14 * MINUTE; ago > 0; ago -= 5 * SECOND) {
    goTo(ago);
    await turn();
    if (ago === 6 * MINUTE)
      await accelerate("invoices", { reason: "See whether the rounding is right now", maxRuns: 10 });
    if (ago === 5 * MINUTE) await says("invoices", "start");
    if (ago === 4 * MINUTE) await says("invoices", "fail");
  }
  goTo(0);
}

async function makeConnections(ctx: () => { actor: typeof ADA; now: ReturnType<StoryClock["now"]> }): Promise<void> {
  const warehouse = { kind: "pg-cron", host: "10.20.0.14", database: "warehouse", user: "etl", password: "hush-hush" };
  const batch = { kind: "crontab", tables: "cron.d/app" };
  for (const [name, given] of [
    ["warehouse", warehouse],
    ["batch-host", batch],
  ] as const) {
    // biome-ignore format: one line
    must(await putConnection(ctx(), { name, input: connectionInput.parse(given), ifMatch: null }));
  }
}

/** An outage of an hour behind a route; its windows were being made good when the matrix turned red. */
async function missesRuns(
  pool: pg.Pool,
  clock: StoryClock,
  by: {
    readonly goTo: (ago: number) => void;
    readonly put: (slug: string, fields: Readonly<Record<string, unknown>>) => Promise<void>;
  },
): Promise<void> {
  const sql = sqlOf(pool);
  const ctx = () => ({ actor: ADA, now: clock.now() });
  const verified = async (green: boolean): Promise<void> => {
    const [id, now] = [v7({ msecs: clock.at }), clock.now()];
    await claimVerification(sql, { id, route: ROUTE, now, stale: now, by: ADA.name });
    await finishVerification(sql, { id, cases: [], green, representative: true, finishedAt: now });
  };
  const url = "https://app.example.com/api/cron/usage";
  const route = { contract: SECRET, url, probeUrl: "https://app.example.com/api/cron/probe" };
  must(await putRoute(ctx(), { name: ROUTE, input: routeInput.parse(route), ifMatch: null }));
  await by.put("usage-report", {
    ...{ spec: cronEvery5, graceSeconds: 60, route: ROUTE, path: "/api/cron/usage" },
    driver: { kind: "rollcall", target: { url, contract: "vercel-cron" } },
  });
  by.goTo(58 * MINUTE);
  await judgeDue(pool, { now: clock.now(), atMost: 100 });
  await by.put("usage-report", {
    ...{ spec: { kind: "cron", expression: "0 12 * * *" }, graceSeconds: 60, route: ROUTE, path: "/api/cron/usage" },
    driver: { kind: "rollcall", target: { url, contract: "vercel-cron" } },
  });
  by.goTo(30 * MINUTE);
  await verified(true);
  const [incident] = await listIncidents(sql, {}, { limit: 1, sort: "opened", before: null });
  const input = makeGoodInput.parse({ mode: "each", perMinute: 6 });
  must(await makeGood(ctx(), { id: incident?.id ?? "", input, ifMatch: null }));
  for (let n = 0; n < 5; n++) {
    by.goTo(29 * MINUTE - n * 10 * SECOND);
    await claimMakeGood(pool, { now: clock.now(), atMost: 10 });
  }
  by.goTo(28 * MINUTE);
  await verified(false);
  await claimMakeGood(pool, { now: clock.now(), atMost: 10 });
  await inSqlTransaction(pool, (tx) => tx.query("DELETE FROM dispatch"));
}
const cronEvery5 = { kind: "cron", expression: "*/5 * * * *" };
