/**
 * Reads the histories of schedulers that Rollcall does not fire itself (domain.md, rung 1 and 3).
 *
 * 1. Follow the registry: a row for every schedule whose driver has a history. 2. Lease what is due. A crash from here on
 *    leaves the lease, which runs out.
 * 3. Ask each scheduler; no transaction is open meanwhile. The connections are asked beside one another, the schedules of
 *    one after one another, over what the first of them opened.
 * 4. In one transaction for each schedule: attempts, runs, what the history covers, and the cursor. A crash before its
 *    commit leaves nothing, and the same is read again: every id is made of the scheduler's own.
 * A scheduler that cannot be read is asked less and less often; its windows say why.
 */
import type pg from "pg";
import { v5, validate } from "uuid";
import type { Sql } from "#lib/db/sql.ts";
import { tellDeadline, tellStale } from "#lib/db/tell.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { configOf, connectionByName } from "#lib/drivers/connection-store.ts";
import type { Answer, AnyDriver, FiredThere, RanThere, Reading, World } from "#lib/drivers/driver.ts";
import type { AnyConfig } from "#lib/drivers/fields.ts";
import { Kept } from "#lib/drivers/kept.ts";
import {
  coverMore,
  followSchedules,
  leaseReadings,
  lockReading,
  nextReading,
  type ReadingRow,
  writeFailed,
  writeRead,
} from "#lib/drivers/reading-store.ts";
import { canOf, driverOf } from "#lib/drivers/register.ts";
import { storedAmong } from "#lib/evidence/attempt-store.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import { CONNECTED_DRIVERS } from "#lib/schedules/schema.ts";
import type { Clock } from "#lib/time/clock.ts";
import {
  earliest,
  HOUR,
  type Instant,
  instant,
  latest,
  MINUTE,
  millis,
  minus,
  plus,
  SECOND,
} from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { judgeHeard } from "./heard.ts";
import { judgeNow } from "./judge-now.ts";
import { recordIn } from "./record.ts";
import { type AttemptOf, storeAttemptsIn } from "./record-attempts.ts";

export interface ReadDrivers {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** ROLLCALL_SECRET: opens connections. */
  readonly secret: string;
  /** Told of a scheduler that can no longer be read, once until it can. */
  readonly onFailing: (told: { readonly connection: string; readonly sentence: string }) => void;
}

const AT_ONCE = 100;
const LEASE = millis(2 * MINUTE);
/** Between two readings of a schedule; longer where a connection has many. */
const APART = millis(10 * SECOND);
const APART_FOR_EACH = 200;
const LONGEST_APART = MINUTE;
/** After a deadline: a history is whole a few seconds later (`Reading.coversTo`). */
const AFTER_DEADLINE = millis(4 * SECOND);
const SHORTEST_APART = millis(SECOND);
const LONGEST_BACK_OFF = 5 * MINUTE;

const NAMESPACE = "5f0c6f0e-6a3c-5d0a-9a51-3b7a2f5f2c11";

/** A UUID that is the same in every reading; two schedules that read one job have their own. */
const idOf = (one: ReadingRow, id: string): string =>
  v5(`${one.scheduleId} ${validate(id) ? id.toLowerCase() : `${one.knownAs} ${one.ref} ${id}`}`, NAMESPACE);

/** The ids of the check-ins that begin and end a run which a driver was asked for under this id. */
export const ranIds = (id: string): { readonly start: string; readonly end: string } => ({
  start: v5(`start ${id}`, NAMESPACE),
  end: v5(`end ${id}`, NAMESPACE),
});

const KINDS = CONNECTED_DRIVERS.filter((kind) => canOf(driverOf(kind)).history);

/** Reads what is due; answers when something is due next. */
export async function readDrivers(by: ReadDrivers): Promise<Instant | null> {
  const { pool, clock } = by;
  const sql = sqlOf(pool);
  await followSchedules(sql, KINDS, clock.now());
  const now = clock.now();
  const due = await leaseReadings(sql, { now, until: plus(now, LEASE), atMost: AT_ONCE });
  const byConnection = new Map<string, ReadingRow[]>();
  for (const one of due) byConnection.set(one.connection, [...(byConnection.get(one.connection) ?? []), one]);
  await Promise.all([...byConnection.values()].map((its) => readConnection(its, by)));
  return due.length === AT_ONCE ? now : nextReading(sql);
}

async function readConnection(its: readonly ReadingRow[], by: ReadDrivers): Promise<void> {
  const [first] = its;
  if (!first) return;
  const row = await connectionByName(sqlOf(by.pool), first.connection);
  const config = row ? configOf(row, by.secret) : null;
  const kept = new Kept();
  try {
    for (const one of its) {
      const answer = await readOne(one, row?.kind === one.kind ? config : null, { clock: by.clock, kept });
      await inSqlTransaction(by.pool, (tx) =>
        answer.ok ? store(tx, one, answer.value, config, by) : fail(tx, one, answer, by),
      );
    }
  } finally {
    await kept.end();
  }
}

async function readOne(one: ReadingRow, config: AnyConfig | null, world: World): Promise<Answer<Reading>> {
  const driver: AnyDriver = driverOf(one.kind);
  const refused = (sentence: string): Answer<Reading> => ({ ok: false, problem: { kind: "refused", sentence } });
  if (config === null) return refused(`The secrets of the connection “${one.connection}” cannot be opened.`);
  if (!driver.attempts) return refused(`${driver.label} has no history.`);
  try {
    return await driver.attempts(config, { ref: one.ref, cursor: one.cursor }, world);
  } catch {
    // A bug of a driver, whose message may hold anything: it stops no other.
    return refused(`The driver ${driver.label} could not read the history.`);
  }
}

const backOff = (failures: number): number => Math.min(APART * 2 ** Math.min(failures, 10), LONGEST_BACK_OFF);

async function fail(
  tx: Sql,
  one: ReadingRow,
  answer: Extract<Answer<Reading>, { ok: false }>,
  by: ReadDrivers,
): Promise<void> {
  const now = by.clock.now();
  const locked = await lockReading(tx, one);
  if (!locked) return;
  await writeFailed(tx, { ...one, problem: answer.problem, now, nextAt: plus(now, millis(backOff(one.failures))) });
  await tellStale(tx, ["connections"]);
  // What waited to be read is judged by what there is.
  await tellDeadline(tx);
  if (!locked.failing) by.onFailing({ connection: one.connection, sentence: answer.problem.sentence });
}

/** When to read again: soon, and when the next window has fallen due. */
function nextAt(one: ReadingRow, deadline: Instant | null, now: Instant): Instant {
  const apart = Math.min(Math.max(APART, one.siblings * APART_FOR_EACH), LONGEST_APART);
  const usual = plus(now, millis(apart));
  if (deadline === null) return usual;
  const due = latest(plus(deadline, AFTER_DEADLINE), plus(now, SHORTEST_APART));
  return earliest(due, usual);
}

async function store(
  tx: Sql,
  one: ReadingRow,
  reading: Reading,
  config: AnyConfig | null,
  by: ReadDrivers,
): Promise<void> {
  const now = by.clock.now();
  const locked = await lockReading(tx, one);
  // The schedule has another job by now.
  if (!locked) return;
  const recent = reading.attempts.filter(({ at }) => at >= one.beganAt);
  const attempts = (await unknownOf(tx, one, recent)).map((fired) => attemptOf(one, fired));
  const runs = config?.["runs"] === "check-in" ? [] : reading.runs.filter(({ startedAt }) => startedAt >= one.beganAt);
  const from = reading.coversFrom ?? one.readTo;
  const begins = from === null ? null : latest(from, one.beganAt);
  if (begins !== null && begins < reading.coversTo) await coverMore(tx, one.scheduleId, span(begins, reading.coversTo));
  await writeRead(tx, {
    ...{ scheduleId: one.scheduleId, cursor: reading.cursor, readTo: reading.coversTo },
    nextAt: nextAt(one, locked.nextDeadline, now),
  });
  const words = await storeAttemptsIn(tx, attempts, now);
  await recordIn(
    tx,
    runs.flatMap((ran) => checkInsOf(one, ran, now)),
    now,
  );
  await judgeHeard(tx, words, { now, historyOf: () => undefined });
  if (locked.failing) {
    await tellStale(tx, ["connections"]);
    // Windows that turned missing meanwhile get the cause that is known now.
    await judgeNow(tx, [one.scheduleId], { now, from: begins ?? now });
  } else await tellDeadline(tx);
}

/** Without those that were fired through the driver (`fire-connected.ts`): these have their attempt. */
async function unknownOf(tx: Sql, one: ReadingRow, all: readonly FiredThere[]): Promise<readonly FiredThere[]> {
  const byHand = all.filter(({ firedAs }) => firedAs !== undefined && validate(firedAs));
  const moments = byHand.map(({ at }) => at);
  const known = await storedAmong(tx, {
    scheduleId: one.scheduleId,
    ids: byHand.map(({ firedAs }) => firedAs ?? ""),
    // The scheduler has a clock of its own.
    from: minus(instant(Math.min(...moments)), HOUR),
    to: plus(instant(Math.max(...moments)), HOUR),
  });
  return all.filter(({ firedAs }) => firedAs === undefined || !known.has(firedAs.toLowerCase()));
}

const attemptOf = (one: ReadingRow, { firedAs: _, ...fired }: FiredThere): AttemptOf => ({
  ...fired,
  id: idOf(one, `attempt ${fired.id}`),
  scheduleId: one.scheduleId,
  source: one.kind,
});

const LONGEST_LOG = 100_000;

/** What the job would have said itself: that it began, and how it ended. */
function checkInsOf(one: ReadingRow, ran: RanThere, now: Instant): Incoming[] {
  const rid = idOf(one, `run ${ran.id}`);
  const log = ran.log === null || ran.log === "" ? null : Buffer.from(ran.log, "utf8");
  const shared = {
    ...{ scheduleId: one.scheduleId, receivedAt: now, rid, exitStatus: null, window: ran.window },
    ...{ method: "READ", remoteAddress: null, userAgent: null, source: one.kind },
  };
  const start: Incoming = {
    ...shared,
    ...{ id: idOf(one, `start ${ran.id}`), at: ran.startedAt, kind: "start", body: null, bodyBytes: 0 },
  };
  if (ran.finishedAt === null || ran.outcome === null) return [start];
  const end: Incoming = {
    ...shared,
    ...{ id: idOf(one, `end ${ran.id}`), at: latest(ran.finishedAt, ran.startedAt), kind: ran.outcome },
    body: log === null ? null : log.subarray(0, LONGEST_LOG),
    bodyBytes: log?.length ?? 0,
  };
  return [start, end];
}
