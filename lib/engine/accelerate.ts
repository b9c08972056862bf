/**
 * Carries accelerations on: to their temporary spec, and back to the original (domain.md, Acceleration).
 *
 * 1. Lease one whose time has come: another engine leaves it alone until the lease is over. Committed.
 * 2. Under the lease: ask the machine what the event makes of it, and store that, the write that is to come included.
 * 3. The effect, outside any transaction: read what the scheduler holds, or write and read back.
 * 4. Its answer is the next event: 2 again, until nothing is left to do now. Then the lease ends.
 *
 * A crash after 1 or 4 costs the rest of the lease. After 2 or within 3 the write may have taken effect: `doing` says so,
 * whoever comes next reads before it writes, and does not believe a reading of the original before a time is over.
 * Nothing is written but directly after a reading, and the original is stored before the first write.
 */
import type pg from "pg";
import { endLease, isLeased, leaseDue, nextLook, prolongLease } from "#lib/accelerations/claim-store.ts";
import type { Event } from "#lib/accelerations/saga.ts";
import { type Acceleration, lockAcceleration, stepsOf } from "#lib/accelerations/store.ts";
import type { Sql } from "#lib/db/sql.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import type { Answer, Held, Lever } from "#lib/drivers/driver.ts";
import { clockTime } from "#lib/incidents/sentence.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type Instant, type Millis, millis, minus, plus, SECOND } from "#lib/time/instant.ts";
import type { Sleep } from "#lib/time/sleep.ts";
import { isGood } from "#lib/verdicts/verdict.ts";
import { leverOf } from "./lever.ts";
import { type Outward, storeMoved } from "./store-moved.ts";
import { judgeSubject, loadSubjects } from "./subjects.ts";

/** Between two steps: where a trial kills, and a test looks. */
export type Point = "leased" | "stored" | "done";

export interface AccelerateOptions {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** ROLLCALL_SECRET: opens connections. */
  readonly secret: string;
  readonly processId: string;
  readonly sleep: Sleep;
  readonly leverOf?: (one: Acceleration) => Promise<Answer<Lever>>;
  readonly at?: (point: Point, doing: Outward["kind"] | null) => void | Promise<void>;
}

/** No scheduler is waited for longer: then whether it did what was asked is not known. */
export const PATIENCE = millis(10 * SECOND);
/** Longer than an effect and what is stored around it. */
export const LEASE = millis(15 * SECOND);
/** Effects in one go: a reading, a write, and what follows from it. More is a circle, and a bug. */
const AT_MOST = 20;

/** What the schedule's own verdicts say of the windows of the temporary spec. */
async function runsOf(sql: Sql, one: Acceleration, now: Instant): Promise<Event[]> {
  if (one.state !== "applied" || one.appliedAt === null) return [];
  const from = minus(one.appliedAt, millis(1));
  const subject = (await loadSubjects(sql, [one.scheduleId], { now, from })).get(one.scheduleId);
  if (!subject) return [];
  const windows = judgeSubject(subject, now).windows.filter(({ version }) => version.acceleration?.id === one.id);
  const runs = windows.flatMap((window) => window.runs);
  const failed = runs.filter((run) => run.outcome === "fail" && run.finishedAt !== null);
  const told = (await stepsOf(sql, [one.id])).get(one.id)?.filter(({ step }) => step === "run_failed").length ?? 0;
  return [
    // Its window is excused: this is where a fail is told.
    ...failed.slice(told).map(
      (run): Event => ({
        kind: "run_failed",
        detail: `The run that began at ${clockTime(run.startedAt, one.timezone)} failed.`,
      }),
    ),
    {
      kind: "runs",
      seen: runs.length,
      confirmed: windows.filter((window) => isGood(window, subject.facts.alsoBad)).length,
      underWay: runs.some((run) => run.finishedAt === null),
    },
  ];
}

/** The events that waking up brings: what was run, and that an archived schedule needs no acceleration. */
async function whenWoken(sql: Sql, one: Acceleration, now: Instant): Promise<Event[]> {
  const ended: Event[] = one.archived ? [{ kind: "cancel", by: "The archiving of the schedule" }] : [];
  return [...(await runsOf(sql, one, now)), ...ended, { kind: "woken" }];
}

const unreachable = (sentence: string): Answer<never> => ({ ok: false, problem: { kind: "unreachable", sentence } });

async function within<T>(work: Promise<Answer<T>>, patience: Millis, sleep: Sleep): Promise<Answer<T>> {
  const stop = new AbortController();
  const late = sleep(patience, stop.signal).then(
    () => unreachable(`No answer came within ${patience / 1_000} s.`),
    () => unreachable("It was broken off."),
  );
  try {
    return await Promise.race([work, late]);
  } catch (thrown) {
    // A driver answers with its problem; what it throws is a bug, and may have come after it wrote.
    return unreachable(thrown instanceof Error ? `${thrown.message.replace(/\.$/, "")}.` : "It broke.");
  } finally {
    stop.abort();
  }
}

async function carryOut(one: Acceleration, outward: Outward, options: AccelerateOptions): Promise<Event> {
  const lever = await (options.leverOf ? options.leverOf(one) : leverOf(one, options));
  const work = (): Promise<Answer<Held>> => {
    if (!lever.ok) return Promise.resolve(lever);
    return outward.kind === "read" ? lever.value.read() : lever.value.apply(outward);
  };
  const answer = await within(work(), PATIENCE, options.sleep);
  return { kind: outward.kind === "read" ? "read" : "written", answer };
}

interface Stored {
  readonly one: Acceleration;
  readonly outward: Outward;
  readonly leasedAt: Instant;
}

/** Carries one on that is leased, as far as it goes now. */
async function carryOn(id: string, options: AccelerateOptions): Promise<void> {
  const { pool, clock, processId: by } = options;
  let event: Event | null = null;
  for (let effects = 0; effects < AT_MOST; effects++) {
    const stored: Stored | null = await inSqlTransaction(pool, async (sql) => {
      const one = await lockAcceleration(sql, id);
      if (!one || !(await isLeased(sql, id, by))) return null;
      const now = clock.now();
      await prolongLease(sql, { id, by, until: plus(now, LEASE) });
      const events = event === null ? await whenWoken(sql, one, now) : [event];
      const outward = await storeMoved(sql, { before: one, events }, now);
      return outward && { one, outward, leasedAt: now };
    });
    await options.at?.("stored", stored?.outward.kind ?? null);
    if (stored === null) return;
    // Who was held up for so long that another may take over begins nothing more.
    if (clock.now() > plus(stored.leasedAt, millis(LEASE - PATIENCE))) return;
    event = await carryOut(stored.one, stored.outward, options);
    await options.at?.("done", stored.outward.kind);
  }
  throw new Error(`the acceleration ${id} goes round in circles`);
}

/** Carries on all whose time has come; answers when the next one's does. `null`: none is active. */
export async function accelerateDue(options: AccelerateOptions): Promise<Instant | null> {
  const { pool, clock, processId: by } = options;
  const sql = sqlOf(pool);
  for (;;) {
    const now = clock.now();
    const id = await leaseDue(sql, { now, until: plus(now, LEASE), by });
    if (id === null) return nextLook(sql);
    await options.at?.("leased", null);
    await carryOn(id, options);
    await endLease(sql, id, by);
  }
}
