/**
 * Rollcall's own jobs. They stand in the registry like any other, and check in through the same door, so that a new
 * installation watches itself from the first minute.
 *
 * 1. At its expected time a job checks in with a start, under a `rid` that every engine makes alike: of several engines
 *    one comes first, the others find the window answered.
 * 2. It runs. 3. It checks in with its end. A crash between leaves a run that hangs, and is found like any other.
 */
import type pg from "pg";
import { v5 } from "uuid";
import { purgeAccess } from "#lib/access/purge.ts";
import { newId } from "#lib/db/new-id.ts";
import { inTransaction, sqlOf } from "#lib/db/transaction.ts";
import type { CheckInKind } from "#lib/evidence/check-in.ts";
import { runsByRid } from "#lib/evidence/store.ts";
import { ok } from "#lib/problem.ts";
import { loadFacts } from "#lib/schedules/facts-store.ts";
import { fieldsOf } from "#lib/schedules/fields.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { markOwn } from "#lib/schedules/state-store.ts";
import { scheduleBySlug } from "#lib/schedules/store.ts";
import { nextWindow, windowOwning } from "#lib/schedules/windows.ts";
import type { Clock } from "#lib/time/clock.ts";
import type { Instant } from "#lib/time/instant.ts";
import { judgeNow } from "./judge-now.ts";
import { makeSchedule } from "./put-schedule.ts";
import type { Recorder } from "./record.ts";
import { retain } from "./retain.ts";
import { rollUp } from "./roll-up.ts";
import { verifyAll } from "./verify-all.ts";

interface Job {
  readonly slug: string;
  readonly name: string;
  readonly expression: string;
  readonly description: string;
  run(by: HouseOptions, now: Instant): Promise<unknown>;
}

export interface HouseOptions {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly recorder: Pick<Recorder, "record">;
  readonly retentionDays: number;
  /** ROLLCALL_SECRET, under which the secrets of routes are stored. */
  readonly secret: string;
}

const JOBS: readonly Job[] = [
  {
    slug: "rollcall-rollups",
    name: "Rollcall: roll-ups",
    expression: "*/10 * * * *",
    description: "Counts windows by schedule, verdict, hour and day.",
    run: ({ pool }, now) => rollUp(pool, now),
  },
  {
    slug: "rollcall-retention",
    name: "Rollcall: retention",
    expression: "50 * * * *",
    description: "Forgets evidence that is older than it is kept, and makes room for what comes.",
    run: ({ pool, retentionDays }, now) => retain(pool, { now, retentionDays }),
  },
  {
    slug: "rollcall-sessions",
    name: "Rollcall: sessions",
    expression: "20 * * * *",
    description: "Ends sessions and one-time links that have expired.",
    run: (_by, now) => purgeAccess({ now }),
  },
  {
    slug: "rollcall-boundary",
    name: "Rollcall: verification of routes",
    expression: "35 * * * *",
    description:
      "Runs the verification matrix of every route that has a probe; well when it could be run, red or green.",
    run: ({ pool, clock, secret }) => verifyAll({ pool, clock, secret }),
  },
];

/** Puts Rollcall's own jobs into the registry where they are missing; one that was archived stays so. */
export async function registerJobs(now: Instant): Promise<void> {
  for (const job of JOBS) {
    await inTransaction(async (tx) => {
      if (await scheduleBySlug(tx, job.slug)) return ok(null);
      const given = scheduleInput.parse({
        name: job.name,
        description: job.description,
        spec: { kind: "cron", expression: job.expression },
        timezone: "UTC",
        graceSeconds: 120,
        maxRuntimeSeconds: 1_800,
        tags: ["rollcall"],
      });
      const fields = fieldsOf(given, null, now);
      if (!fields.ok) return fields;
      const ctx = { actor: { kind: "system", name: "Rollcall" }, now } as const;
      const id = await makeSchedule(tx, { ctx, slug: job.slug, fields: fields.value, reason: null }, false);
      if (id === null) return ok(null);
      await markOwn(tx, id);
      await judgeNow(tx, [id], { now });
      return ok(null);
    });
  }
}

/** Of the namespace in which the `rid` of a window is made: any UUID, as long as it stays. */
const NAMESPACE = "6f1c1a9e-6d0b-4a53-9d6e-6b7e0f6b8a11";

/** Runs the jobs whose window is open and unanswered; answers when the next one opens. */
export async function keepHouse(
  by: HouseOptions,
  onFailed: (slug: string, thrown: unknown) => void,
): Promise<Instant | null> {
  const sql = sqlOf(by.pool);
  let next: Instant | null = null;
  for (const job of JOBS) {
    const row = await scheduleBySlug(sql, job.slug);
    if (!row || row.archivedAt !== null) continue;
    const facts = (await loadFacts(sql, [row.id])).get(row.id);
    if (!facts) continue;
    const now = by.clock.now();
    const coming = nextWindow(facts.history, now)?.expectedAt ?? null;
    if (coming !== null && (next === null || coming < next)) next = coming;
    const window = windowOwning(facts.history, now);
    // A window that is not due yet is left to its expected time; one long past, to its verdict.
    if (!window || window.expectedAt > now || now > window.dueBy) continue;
    const rid = v5(`${row.id} ${window.expectedAt}`, NAMESPACE);
    if ((await runsByRid(sql, [{ scheduleId: row.id, rid }])).length > 0) continue;
    const checkIn = (kind: CheckInKind) => {
      const at = by.clock.now();
      return by.recorder.record([
        {
          ...{ id: newId(at), scheduleId: row.id, at, receivedAt: at, kind, rid, exitStatus: null },
          ...{ window: null, body: null, bodyBytes: 0, method: "POST", remoteAddress: null, userAgent: "Rollcall" },
        },
      ]);
    };
    await checkIn("start");
    try {
      await job.run(by, by.clock.now());
      await checkIn("success");
    } catch (thrown) {
      onFailed(job.slug, thrown);
      await checkIn("fail");
    }
  }
  return next;
}
