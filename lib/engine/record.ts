/**
 * Takes check-ins into the database: one call is one group commit.
 *
 * 1. Of each schedule, a copy of what its windows are judged by is remembered (`live.ts`); it is read where missing.
 * 2. The quick way: runs and verdicts are derived in memory, and one statement stores all that turned nothing bad,
 *    for those schedules whose copy is still the truth. A crash before its commit leaves nothing; nobody was answered.
 * 3. The others go the whole way, in one transaction: store, derive anew, judge, follow incidents, outbox.
 * 4. Tell engines and screens. A crash before that costs a screen its notice, and no verdict: the deadline is stored.
 */
import type pg from "pg";
import type { Sql } from "#lib/db/sql.ts";
import { tellRegistry } from "#lib/db/tell.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { countCheckIns } from "#lib/evidence/counted.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import { runsByRid } from "#lib/evidence/store.ts";
import { insertCheckIns, storeTogether } from "#lib/evidence/write-store.ts";
import { endPause } from "#lib/schedules/excuse-store.ts";
import { type Facts, loadFacts } from "#lib/schedules/facts-store.ts";
import { maximumRuntime } from "#lib/schedules/windows.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { storeAnew } from "./derive-anew.ts";
import { judgeNow } from "./judge-now.ts";
import { applyQuickly, type Live, loadLives, type Quick } from "./live.ts";

export type Recorded = "stored" | "archived";

export interface RecorderOptions {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** After a commit: which schedules have new evidence, and the earliest deadline that moved forward, if one did. */
  readonly onStored?: (schedules: readonly string[], earlierDeadline: Instant | null) => void;
  /** Schedules remembered at most (default 20,000, some kilobytes each). */
  readonly remembered?: number;
}

export interface Recorder {
  /**
   * All durable when it resolves. Rejects with the database's error when it is away or refuses: then nothing of it may
   * count as stored. At most one call at a time may hold check-ins of one schedule.
   */
  record(items: readonly Incoming[]): Promise<readonly Recorded[]>;
  /** Forgets every copy, as after a lost connection. */
  forget(): void;
}

type Groups = Map<string, Incoming[]>;

function grouped(items: readonly Incoming[]): Groups {
  const groups: Groups = new Map();
  for (const item of items) {
    const group = groups.get(item.scheduleId);
    if (group) group.push(item);
    else groups.set(item.scheduleId, [item]);
  }
  return groups;
}

/** Whether the rid of a finish or log is not among the runs remembered: then an older run may have it. */
const unknownRid = (live: Live, item: Incoming, batch: readonly Incoming[]): boolean =>
  item.rid !== null &&
  item.kind !== "start" &&
  !live.ledger.byRid.has(item.rid) &&
  !batch.slice(0, batch.indexOf(item)).some((other) => other.rid === item.rid && other.kind === "start");

export function makeRecorder(options: RecorderOptions): Recorder {
  const { pool, clock, onStored } = options;
  const most = options.remembered ?? 20_000;
  const sql = sqlOf(pool);
  const lives = new Map<string, Live>();

  const remember = (id: string, live: Live): void => {
    if (lives.size >= most) {
      // The oldest entry goes first: good enough, and free.
      const [oldest] = lives.keys();
      if (oldest !== undefined) lives.delete(oldest);
    }
    lives.set(id, live);
  };

  async function readMissing(groups: Groups, now: Instant): Promise<void> {
    const missing = [...groups.keys()].filter((id) => !lives.has(id));
    if (missing.length === 0) return;
    for (const [id, live] of await loadLives(sql, missing, now)) remember(id, live);
  }

  /** Schedules of which a finish names a `rid` that is known only to the database. */
  async function withOlderRuns(groups: Groups): Promise<ReadonlySet<string>> {
    const asked: { scheduleId: string; rid: string }[] = [];
    for (const [scheduleId, batch] of groups) {
      const live = lives.get(scheduleId);
      if (!live) continue;
      for (const item of batch) {
        if (item.rid !== null && unknownRid(live, item, batch)) asked.push({ scheduleId, rid: item.rid });
      }
    }
    if (asked.length === 0) return new Set();
    return new Set((await runsByRid(sql, asked)).map((run) => run.scheduleId));
  }

  /** Answers the schedules that have to go the whole way. */
  async function quickWay(groups: Groups, now: Instant): Promise<Groups> {
    await readMissing(groups, now);
    const older = await withOlderRuns(groups);
    const slow: Groups = new Map();
    const quick = new Map<string, Quick>();
    for (const [id, batch] of groups) {
      const live = lives.get(id);
      const done = live && !older.has(id) ? quickly(live, batch, now) : null;
      if (done) quick.set(id, done);
      else {
        lives.delete(id);
        slow.set(id, batch);
      }
    }
    if (quick.size === 0) return slow;
    const all = [...quick.values()];
    const stored = await storeTogether(sql, {
      states: all.map((one) => one.state),
      checkIns: all.flatMap((one) => one.placed),
      runs: all.flatMap((one) => one.runs),
    });
    let earlier: Instant | null = null;
    for (const [id, { state }] of quick) {
      const live = lives.get(id);
      if (!stored.has(id) || !live) {
        lives.delete(id);
        const batch = groups.get(id);
        if (batch) slow.set(id, batch);
        continue;
      }
      live.seq++;
      const next = state.nextDeadline;
      if (next !== null && (live.nextDeadline === null || next < live.nextDeadline)) {
        earlier = earlier === null || next < earlier ? next : earlier;
      }
      live.nextDeadline = next;
    }
    if (stored.size > 0) onStored?.([...stored], earlier);
    return slow;
  }

  return {
    forget: () => lives.clear(),
    async record(items) {
      const groups = grouped(items);
      const now = clock.now();
      const archived = new Set<string>();
      try {
        const slow = await quickWay(groups, now);
        if (slow.size > 0) {
          for (const id of await inSqlTransaction(pool, (tx) => wholeWay(tx, slow, now))) archived.add(id);
          onStored?.([...slow.keys()], null);
        }
      } catch (thrown) {
        // Whether it was committed is not known: what is remembered of these may be wrong.
        for (const id of groups.keys()) lives.delete(id);
        throw thrown;
      }
      countCheckIns(archived.size === 0 ? items : items.filter((item) => !archived.has(item.scheduleId)));
      return items.map((item) => (archived.has(item.scheduleId) ? "archived" : "stored"));
    },
  };
}

/** A schedule whose judging throws goes the whole way, and is set aside there. */
function quickly(live: Live, batch: readonly Incoming[], now: Instant): Quick | null {
  try {
    return applyQuickly(live, batch, now);
  } catch {
    return null;
  }
}

/** No check-in vanishes: where runs cannot be derived, it is kept without one, to be placed when the schedule is mended. */
async function storeOrKeep(sql: Sql, facts: Facts, batch: readonly Incoming[]): Promise<Instant | null> {
  try {
    maximumRuntime(facts.history, batch[0]?.at ?? facts.history.createdAt);
  } catch {
    await insertCheckIns(
      sql,
      batch.map((incoming) => ({ incoming, runId: null })),
    );
    return null;
  }
  return storeAnew(sql, facts, batch);
}

/**
 * In the caller's transaction: what an answer or a scheduler's history tells of runs, all the whole way. Check-ins that
 * are stored already change nothing; those of an archived schedule are dropped.
 */
export async function recordIn(tx: Sql, items: readonly Incoming[], now: Instant): Promise<void> {
  if (items.length > 0) await wholeWay(tx, grouped(items), now);
}

/** Stores, derives, judges and follows in one transaction; answers the schedules that are archived, or gone. */
async function wholeWay(sql: Sql, groups: Groups, now: Instant): Promise<string[]> {
  const ids = [...groups.keys()].sort();
  const facts = await loadFacts(sql, ids, { lock: true });
  const from = new Map<string, Instant>();
  const archived: string[] = [];
  for (const id of ids) {
    const one = facts.get(id);
    const batch = groups.get(id) ?? [];
    if (!one || one.history.archivedAt != null) {
      archived.push(id);
      continue;
    }
    const reach = await storeOrKeep(sql, one, batch);
    if (one.resumesOnCheckIn && batch.some((item) => item.kind !== "log")) {
      const first = batch.reduce((least, item) => Math.min(least, item.receivedAt), Number(now));
      await endPause(sql, { scheduleId: id, now: instant(first) });
      await tellRegistry(sql, id);
    }
    // A run's window may have opened a little before it: the one that owns its start is found from there.
    from.set(id, instant((reach ?? now) - 1));
  }
  await judgeNow(sql, [...from.keys()], { now, from });
  return archived;
}
