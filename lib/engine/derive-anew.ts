/**
 * Stores check-ins of one schedule whatever their place in time, by deriving anew the runs that they may touch.
 *
 * 1. The check-ins from a little before the oldest new one on, and the runs that were under way then.
 * 2. The check-ins that those runs came from: replayed, they give the state at that moment.
 * 3. Derive; write what differs: runs made, changed and gone, and to which run each check-in belongs.
 */
import type { Sql } from "#lib/db/sql.ts";
import type { CheckIn } from "#lib/evidence/check-in.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import { compareRuns, deriveRuns, type Run, START_AFTER_FINISH } from "#lib/evidence/run.ts";
import { checkInsFrom, runsByRid, runsUnderWayAt, type StoredRun } from "#lib/evidence/store.ts";
import { deleteRuns, insertCheckIns, placeCheckIns, upsertRuns } from "#lib/evidence/write-store.ts";
import type { Facts } from "#lib/schedules/facts-store.ts";
import { maximumRuntime } from "#lib/schedules/windows.ts";
import { DAY, type Instant, instant, minus } from "#lib/time/instant.ts";

/** No run without `rid` waits for its finish longer: the longest maximum run time is 7 days. */
const LONGEST_UNDER_WAY = (8 * DAY) as typeof DAY;

export const asCheckIn = (incoming: Incoming): CheckIn => ({
  id: incoming.id,
  at: incoming.at,
  kind: incoming.kind,
  rid: incoming.rid,
  exitStatus: incoming.exitStatus,
  window: incoming.window,
  ...(incoming.closes === undefined ? {} : { closes: incoming.closes }),
});

const same = (a: Run, b: Run): boolean =>
  compareRuns(a, b) === 0 &&
  a.namedWindow === b.namedWindow &&
  a.hasStart === b.hasStart &&
  a.closed === b.closed &&
  a.exitStatus === b.exitStatus &&
  a.executionId === b.executionId;

/** Answers the moment from which on the schedule has to be judged anew; `null` when no run changed. */
export async function storeAnew(sql: Sql, facts: Facts, incoming: readonly Incoming[]): Promise<Instant | null> {
  const scheduleId = facts.id;
  const oldest = incoming.reduce((least, one) => Math.min(least, one.at), Number.MAX_SAFE_INTEGER);
  const from = minus(instant(oldest), START_AFTER_FINISH);
  const later = await checkInsFrom(sql, { scheduleId, from, lookBack: from, runIds: [] });
  const stored = new Set(later.map((checkIn) => checkIn.id));
  const fresh = incoming.filter((one) => !stored.has(one.id));
  if (fresh.length === 0) return null;
  const rids = new Set([...later, ...fresh].flatMap((one) => (one.rid === null ? [] : [one.rid])));
  const underWay = await runsUnderWayAt(sql, { scheduleId, at: from, notBefore: minus(from, LONGEST_UNDER_WAY) });
  const sameRid = await runsByRid(
    sql,
    [...rids].map((rid) => ({ scheduleId, rid })),
    from,
  );
  const before = new Map<string, StoredRun>([...underWay, ...sameRid].map((run) => [run.id, run]));
  const earlier = [...before.values()].filter((run) => run.startedAt < from);
  const replayed =
    earlier.length === 0
      ? []
      : await checkInsFrom(sql, {
          scheduleId,
          from: null,
          lookBack: instant(earlier.reduce((least, run) => Math.min(least, run.startedAt), Number(from))),
          runIds: earlier.map((run) => run.id),
        });
  const known = new Map([...replayed, ...later].map((checkIn) => [checkIn.id, checkIn]));
  const limit = (startedAt: Instant) => maximumRuntime(facts.history, startedAt);
  const derived = deriveRuns([...known.values(), ...fresh.map(asCheckIn)], limit);
  await insertCheckIns(
    sql,
    fresh.map((one) => ({ incoming: one, runId: derived.runOf.get(one.id) ?? one.closes ?? null })),
  );
  const moved = [...known.values()].filter(
    (one) => one.kind !== "close" && (derived.runOf.get(one.id) ?? null) !== one.runId,
  );
  await placeCheckIns(
    sql,
    scheduleId,
    moved.map((one) => ({ id: one.id, at: one.at, runId: derived.runOf.get(one.id) ?? null })),
  );
  const now = new Map(derived.runs.map((run) => [run.id, run]));
  const gone = [...before.values()].filter((run) => now.get(run.id)?.startedAt !== run.startedAt);
  await deleteRuns(sql, scheduleId, gone);
  const senders = new Map<string, Incoming>();
  for (const one of fresh) senders.set(derived.runOf.get(one.id) ?? "", one);
  // Every check-in of these runs is at hand, so their bytes are counted anew.
  const bytes = new Map<string, number>();
  for (const one of [...known.values(), ...fresh]) {
    const runId = derived.runOf.get(one.id);
    if (runId !== undefined) bytes.set(runId, (bytes.get(runId) ?? 0) + one.bodyBytes);
  }
  const kept = (run: Run): StoredRun | undefined => {
    const old = before.get(run.id);
    return old?.startedAt === run.startedAt ? old : undefined;
  };
  const changed = derived.runs.filter((run) => {
    const old = kept(run);
    return !old || !same(old, run) || old.logBytes !== bytes.get(run.id);
  });
  await upsertRuns(
    sql,
    changed.map((run) => ({
      scheduleId,
      run,
      isNew: !kept(run),
      addedLogBytes: (bytes.get(run.id) ?? 0) - (kept(run)?.logBytes ?? 0),
      closedBy: run.closed ? (senders.get(run.id)?.userAgent ?? "a person") : null,
      remoteAddress: senders.get(run.id)?.remoteAddress ?? before.get(run.id)?.remoteAddress ?? null,
      userAgent: senders.get(run.id)?.userAgent ?? before.get(run.id)?.userAgent ?? null,
      source: before.get(run.id)?.source ?? senders.get(run.id)?.source ?? "ping",
      manual: before.get(run.id)?.manual ?? false,
    })),
  );
  // A window that a run leaves is judged anew like the one that it enters: what a run was counts as well as what it is.
  const were = changed.flatMap((run) => kept(run) ?? []);
  let reach: number | null = null;
  for (const run of [...gone, ...were, ...changed]) {
    reach = Math.min(reach ?? run.startedAt, run.startedAt, run.namedWindow ?? run.startedAt);
  }
  return reach === null ? null : instant(reach);
}
