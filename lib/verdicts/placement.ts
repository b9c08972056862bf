import type { Run } from "#lib/evidence/run.ts";
import type { ExpectedWindow } from "#lib/schedules/spec.ts";
import { type History, nextWindow } from "#lib/schedules/windows.ts";
import { DAY, type Instant, instant } from "#lib/time/instant.ts";

/** A name counts for a window that lies at most this long before the run's start (domain.md, Run and check-in). */
const NAMES_REACH_BACK = 7 * DAY;

/** The index of the last window whose `opensAt` is not after the moment; −1 when there is none. */
export function ownerIndex(windows: readonly ExpectedWindow[], at: Instant): number {
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const window = windows[middle];
    if (window && window.opensAt <= at) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * The index of the window that a name means: one whose `expectedAt` it equals to the second, whose `opensAt` has
 * passed at that moment, and that lies at most 7 days before it; −1 when the name does not count (domain.md).
 */
export function namedIndex(windows: readonly ExpectedWindow[], name: Instant, at: Instant): number {
  const second = Math.floor(name / 1_000);
  let low = 0;
  let high = windows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const window = windows[middle];
    if (window && Math.floor(window.expectedAt / 1_000) < second) low = middle + 1;
    else high = middle;
  }
  const window = windows[low];
  if (!window || Math.floor(window.expectedAt / 1_000) !== second) return -1;
  return window.opensAt <= at && at - window.expectedAt <= NAMES_REACH_BACK ? low : -1;
}

/** The window of a whole history that a name means; `null` when the name does not count. */
export function windowNamed(history: History, name: Instant, at: Instant): ExpectedWindow | null {
  const window = nextWindow(history, instant(Math.floor(name / 1_000) * 1_000 - 1));
  return window !== null && namedIndex([window], name, at) === 0 ? window : null;
}

/**
 * Places an attempt or a decision as runs are placed: by the time that it names, else by its moment; −1 where it belongs
 * to none of these windows.
 * @param endsAt when the window after the last of these opens
 */
export function placedIndex(
  windows: readonly ExpectedWindow[],
  told: { readonly name: Instant | null; readonly at: Instant; readonly endsAt: number },
): number {
  const named = told.name === null ? -1 : namedIndex(windows, told.name, told.at);
  if (named >= 0) return named;
  return told.at < told.endsAt ? ownerIndex(windows, told.at) : -1;
}

/** Whether the run hung: it went on past its limit, or is still going on past it. */
export const hung = (run: Run, limit: number, now: Instant): boolean => (run.finishedAt ?? now) - run.startedAt > limit;
