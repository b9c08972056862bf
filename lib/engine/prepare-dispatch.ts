/**
 * Reads in the seconds before a moment what many schedules will fire at it: at the moment itself little is left to do but
 * to store and to send. Nothing is claimed and nothing is written: another engine may fire what was read here.
 *
 * 1. Ahead: the clocks of the next crowded moment, their schedules and targets, and the window that each will fire.
 * 2. At the moment, in the transaction that has claimed the clocks: what of it is still true. A clock that was set anew,
 *    a schedule of which anything was said since (`schedule_state.seq`: an edit, a pause, a run), a route that is not as
 *    it was: each is read anew there, as if it had never been read.
 * A crash leaves nothing.
 */
import { isDeepStrictEqual } from "node:util";
import { routesByNames } from "#lib/boundary/route-store.ts";
import type { Sql } from "#lib/db/sql.ts";
import { type ClaimedClock, crowdAhead } from "#lib/drivers/dispatch/clock-store.ts";
import { seqsOf } from "#lib/schedules/state-store.ts";
import { type Instant, millis, minus, plus, SECOND } from "#lib/time/instant.ts";
import { type Known, knownTargets } from "./dispatch-targets.ts";
import { type Foreseen, foresee } from "./look-at.ts";
import { isRolling } from "./subjects.ts";

/** A schedule as it was read ahead. */
export interface Ready {
  readonly clock: ClaimedClock;
  readonly its: Known;
  readonly foreseen: Foreseen;
}

/** Of one engine: what it has read ahead, by schedule. */
export type Prepared = Map<string, Ready>;

export interface PrepareBy {
  readonly now: () => Instant;
  readonly secret: string;
  /** From so many schedules at one moment on it is worth it. */
  readonly crowd: number;
}

/** So long before a moment reading begins. */
export const AHEAD = millis(3 * SECOND);
/** What was said of schedules since is read once more, so long before it. */
const ONCE_MORE = millis(800);
/** And so shortly before it nothing is read any more. */
const HUSH = millis(150);
const READ_AT_ONCE = 250;
/** Some kilobytes each; the rest of a larger crowd is read when it is claimed. */
const READY_AT_MOST = 5_000;

const sameClock = (a: ClaimedClock, b: ClaimedClock): boolean =>
  a.nextAt === b.nextAt && a.firedThrough === b.firedThrough;

/** Of schedules whose windows follow from their runs, and of those whose windows cannot be told, nothing is foreseen. */
function foreseenOf({ facts, aim }: Known, { nextAt, firedThrough }: ClaimedClock): Foreseen | null {
  if (aim === null || isRolling(facts)) return null;
  try {
    return foresee(facts.history, firedThrough, nextAt);
  } catch {
    return null;
  }
}

async function read(sql: Sql, clocks: readonly ClaimedClock[], into: Prepared, by: PrepareBy): Promise<void> {
  for (let i = 0; i < clocks.length; i += READ_AT_ONCE) {
    const some = clocks.slice(i, i + READ_AT_ONCE);
    if (some[0] && by.now() > minus(some[0].nextAt, HUSH)) return;
    const ids = some.map(({ scheduleId }) => scheduleId);
    const all = await knownTargets(sql, ids, by);
    for (const clock of some) {
      const its = all.get(clock.scheduleId);
      const foreseen = its ? foreseenOf(its, clock) : null;
      if (its && foreseen) into.set(clock.scheduleId, { clock, its, foreseen });
      else into.delete(clock.scheduleId);
    }
  }
}

/** Reads ahead for the next crowded moment, if it is near; answers when to come again. `null`: when the loop likes. */
export async function prepare(sql: Sql, into: Prepared, by: PrepareBy): Promise<Instant | null> {
  const now = by.now();
  // What was fired is over: by this engine, or by another.
  for (const [id, { clock }] of into) if (clock.nextAt < minus(now, AHEAD)) into.delete(id);
  const crowd = await crowdAhead(sql, {
    ...{ after: now, to: plus(now, AHEAD), atLeast: by.crowd, atMost: READY_AT_MOST },
  });
  const [first] = crowd;
  if (!first) return null;
  const seqs = await seqsOf(sql, crowd.filter(({ scheduleId }) => into.has(scheduleId)).map(({ scheduleId }) => scheduleId)); // biome-ignore format: one thing
  const unread = crowd.filter((clock) => {
    const ready = into.get(clock.scheduleId);
    return !ready || !sameClock(ready.clock, clock) || ready.its.facts.state.seq !== seqs.get(clock.scheduleId);
  });
  await read(sql, unread, into, by);
  const again = minus(first.nextAt, ONCE_MORE);
  return now < again ? again : plus(first.nextAt, SECOND);
}

/** What was read ahead of claimed schedules and is still the truth, by schedule; in the transaction that claimed them. */
export async function stillReady(
  sql: Sql,
  clocks: readonly ClaimedClock[],
  by: { readonly prepared: Prepared; readonly now: Instant },
): Promise<ReadonlyMap<string, Ready>> {
  const { prepared, now } = by;
  const likely = clocks.flatMap((clock) => {
    const ready = prepared.get(clock.scheduleId);
    if (!ready || !sameClock(ready.clock, clock)) return [];
    // Another window has come meanwhile.
    return ready.foreseen.nextAt === null || now < ready.foreseen.nextAt ? [ready] : [];
  });
  if (likely.length === 0) return new Map();
  const seqs = await seqsOf(
    sql,
    likely.map(({ clock }) => clock.scheduleId),
  );
  const names = [...new Set(likely.flatMap(({ its }) => its.schedule.route ?? []))];
  const routes = new Map((names.length === 0 ? [] : await routesByNames(sql, names)).map((row) => [row.name, row]));
  const sameRoute = new Map(names.map((name) => [name, routes.get(name) ?? null]));
  const still = new Map<string, Ready>();
  for (const ready of likely) {
    const { facts, schedule, route } = ready.its;
    if (seqs.get(facts.id) !== facts.state.seq) continue;
    if (schedule.route !== null && !isDeepStrictEqual(sameRoute.get(schedule.route) ?? null, route)) continue;
    still.set(facts.id, ready);
  }
  return still;
}
