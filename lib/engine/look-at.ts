/** What a schedule's clock says when the dispatcher looks at it: which windows are fired now, and when to look again. Pure. */
import { type Due, type DueWindow, dueNow } from "#lib/drivers/dispatch/due.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import type { ExpectedWindow } from "#lib/schedules/spec.ts";
import { expectedWindows, type History, nextWindow } from "#lib/schedules/windows.ts";
import {
  DAY,
  earliest,
  HOUR,
  type Instant,
  instant,
  latest,
  millis,
  minus,
  plus,
  toMillis,
} from "#lib/time/instant.ts";

export interface Look extends Due {
  /** `null`: nothing is expected any more. */
  readonly nextAt: Instant | null;
}

export interface LookBy {
  readonly now: Instant;
  readonly upSince: Instant;
  readonly catchUp: "run" | "skip";
  /** Its own and the maintenance that speaks of it. */
  readonly excuses: readonly Excuse[];
  /** Which of its windows are the dispatcher's to fire. */
  readonly fires: (window: ExpectedWindow) => boolean;
}

/** So many windows of a long absence are told of one by one. */
const TOLD_AT_MOST = 500;

/** Paused or in maintenance at its time. */
const excusedAt = (at: Instant, excuses: readonly Excuse[]): boolean =>
  excuses.some((one) => one.kind !== "person" && one.from <= at && (one.to === null || at < one.to));

/** The windows after one moment up to another; of very many, about the newest. */
function windowsBetween(history: History, after: Instant, to: Instant): readonly ExpectedWindow[] {
  const end = instant(to + 1);
  for (let reach: number = HOUR; ; reach *= 4) {
    const from = latest(instant(after + 1), minus(end, millis(reach)));
    const windows = expectedWindows(history, { from: earliest(from, end), to: end });
    if (from <= after + 1 || windows.length >= TOLD_AT_MOST || reach > 62 * DAY) return windows;
  }
}

/** What is expected of a schedule of fixed times up to a moment that may lie ahead. */
export interface Foreseen {
  /** Those up to that moment that are not decided yet; ascending. */
  readonly windows: readonly ExpectedWindow[];
  /** The next one after it; until then nothing changes of all this by itself. `null`: there is none. */
  readonly nextAt: Instant | null;
}

/** @param firedThrough windows up to there are decided */
export const foresee = (history: History, firedThrough: Instant, at: Instant): Foreseen => ({
  windows: windowsBetween(history, firedThrough, at),
  nextAt: nextWindow(history, latest(at, firedThrough))?.expectedAt ?? null,
});

/** When the moment is there. */
export function lookForeseen({ windows, nextAt }: Foreseen, by: LookBy): Look {
  const due = windows
    .filter(by.fires)
    .map(({ expectedAt, dueBy }): DueWindow => ({ expectedAt, dueBy, excused: excusedAt(expectedAt, by.excuses) }));
  return { ...dueNow(due, by), nextAt };
}

/** A schedule of fixed times. @param firedThrough windows up to there are decided */
export const lookAt = (history: History, firedThrough: Instant, by: LookBy): Look =>
  lookForeseen(foresee(history, firedThrough, by.now), by);

/**
 * A rolling schedule: its open window is fired when it is expected, and again after every further `every` in which no
 * run has come. A run that comes sooner moves it, which is found when the clock strikes.
 */
export function lookAtRolling(
  open: ExpectedWindow | null,
  firedThrough: Instant,
  by: Pick<LookBy, "now" | "excuses">,
): Look {
  const { now } = by;
  if (open?.version.spec.kind !== "rolling") return { fire: [], leftOut: [], nextAt: null };
  const every = toMillis(open.version.spec.everySeconds);
  const { expectedAt } = open;
  const again = firedThrough >= expectedAt ? plus(firedThrough, every) : expectedAt;
  if (now < again) return { fire: [], leftOut: [], nextAt: again };
  if (excusedAt(now, by.excuses)) return { fire: [], leftOut: [], nextAt: plus(now, millis(Math.min(every, HOUR))) };
  return { fire: [expectedAt], leftOut: [], nextAt: plus(now, every) };
}
