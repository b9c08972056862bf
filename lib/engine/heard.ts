/**
 * What every word of a scheduler does to its schedules, in the transaction that stored it: decisions and attempts alike.
 *
 * 1. Raise the states: no copy that is remembered is judged by without it.
 * 2. Judge those for which it changes something now: it is of a window that is past due, or an incident is open. Of a
 *    window that is not due yet, judging reads it when the deadline comes.
 * A crash before the commit leaves nothing.
 */
import type { Sql } from "#lib/db/sql.ts";
import { withOpenIncident } from "#lib/incidents/store.ts";
import { type Heard, raiseHeard } from "#lib/schedules/state-store.ts";
import { type History, windowOwning } from "#lib/schedules/windows.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { windowNamed } from "#lib/verdicts/placement.ts";
import { judgeNow } from "./judge-now.ts";

/** One decision of the scheduler's, or one attempt. */
export interface Word {
  readonly scheduleId: string;
  readonly at: Instant;
  /** The expected time that it names. */
  readonly window: Instant | null;
  readonly kind: "admitted" | "rejected" | "attempted";
  /** The start of a run that was stored beside it. */
  readonly ranAt?: Instant | null;
  /** It changes a verdict now, whatever its window: a run failed, or heals one that had. */
  readonly atOnce?: boolean;
}

interface Gathered extends Heard {
  /** The earliest moment that any of it speaks of. */
  readonly reach: Instant;
  readonly late: boolean;
}

/** Whether its window is past due, so that judging it waits for nothing. */
function isLate(word: Word, history: History | undefined, now: Instant): boolean {
  // A rolling window follows from runs: whether it is due is judging's to say.
  if (!history || history.versions.some((version) => version.spec.kind === "rolling")) return true;
  const named = word.window === null ? null : windowNamed(history, word.window, word.at);
  const window = named ?? windowOwning(history, word.at);
  return window !== null && window.dueBy < now;
}

const later = (a: Instant | null, b: Instant): Instant => (a === null || b > a ? b : a);

function gathered(words: readonly Word[], by: HeardBy): Gathered[] {
  const all = new Map<string, Gathered>();
  for (const word of words) {
    const { scheduleId, at } = word;
    const before = all.get(scheduleId);
    const reach = instant(Math.min(at, word.window ?? at, before?.reach ?? at));
    all.set(scheduleId, {
      scheduleId,
      admittedAt: word.kind === "admitted" ? later(before?.admittedAt ?? null, at) : (before?.admittedAt ?? null),
      rejectedAt: word.kind === "rejected" ? later(before?.rejectedAt ?? null, at) : (before?.rejectedAt ?? null),
      attemptedAt: word.kind === "attempted" ? later(before?.attemptedAt ?? null, at) : (before?.attemptedAt ?? null),
      ranAt: word.ranAt == null ? (before?.ranAt ?? null) : later(before?.ranAt ?? null, word.ranAt),
      reach,
      late: (before?.late ?? false) || word.atOnce === true || isLate(word, by.historyOf(scheduleId), by.now),
    });
  }
  return [...all.values()];
}

export interface HeardBy {
  readonly now: Instant;
  /** Where it is at hand; a schedule of which it is not is judged now. */
  readonly historyOf: (scheduleId: string) => History | undefined;
}

/** Remembers these words without judging by them: for who stores something else beside them, and judges then. */
export const raiseWords = (tx: Sql, words: readonly Word[], by: HeardBy): Promise<void> =>
  raiseHeard(tx, gathered(words, by));

/** In the transaction that stored these words. */
export async function judgeHeard(tx: Sql, words: readonly Word[], by: HeardBy): Promise<void> {
  const all = gathered(words, by);
  await raiseHeard(tx, all);
  const open = await withOpenIncident(
    tx,
    all.map((one) => one.scheduleId),
  );
  const now = all.filter((one) => one.late || open.has(one.scheduleId));
  // A window may have opened a little before it: the one that owns the moment is found from there.
  const from = new Map(now.map((one) => [one.scheduleId, instant(one.reach - 1)]));
  await judgeNow(tx, [...from.keys()], { now: by.now, from });
}
