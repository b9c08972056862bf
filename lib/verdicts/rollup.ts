import { HOUR, type Instant, instant } from "#lib/time/instant.ts";
import type { JudgedWindow, Verdict } from "./verdict.ts";

/** How many windows of a stretch had which verdict. */
export type Counts = Readonly<Partial<Record<Verdict, number>>>;

export const hourOf = (at: Instant): Instant => instant(Math.floor(at / HOUR) * HOUR);

export interface HourCounts {
  readonly at: Instant;
  readonly counts: Counts;
  /** Some window of it may still change by itself: it has to be counted again. */
  readonly open: boolean;
}

/** Counts windows by the hour of their expected time, ascending; hours without windows are left out. */
export function countByHour(windows: readonly JudgedWindow[]): HourCounts[] {
  const hours = new Map<Instant, { counts: Partial<Record<Verdict, number>>; open: boolean }>();
  for (const window of windows) {
    const at = hourOf(window.expectedAt);
    const hour = hours.get(at) ?? { counts: {}, open: false };
    hour.counts[window.verdict] = (hour.counts[window.verdict] ?? 0) + 1;
    hour.open ||= window.changesAt !== null;
    hours.set(at, hour);
  }
  return [...hours].map(([at, { counts, open }]) => ({ at, counts, open })).sort((a, b) => a.at - b.at);
}
