/** Windows that are too narrow to be drawn, counted by verdict. Pure. */
import { type Instant, instant, type Millis, millis, toRfc3339 } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import { type JudgedWindow, VERDICTS, type Verdict } from "#lib/verdicts/verdict.ts";
import { cellLength, LEAST_PIXELS } from "./ladder.ts";

/** Windows so many or fewer are each at least four pixels wide. */
export const mostWindows = (width: number): number => Math.floor(width / LEAST_PIXELS);

/** Of the ladder that all questions share (`ladder.ts`); each at least four pixels wide. */
export const bucketLength = (within: Span, width: number): Millis =>
  millis(cellLength((within.to - within.from) / Math.max(1, mostWindows(width))));

export interface Bucket {
  readonly at: string;
  readonly counts: Readonly<Partial<Record<Verdict, number>>>;
  /** The first of them in the order of `VERDICTS`. */
  readonly worst: Verdict;
}

const RANK = new Map(VERDICTS.map((verdict, i) => [verdict, i]));

export function bucketsOf(windows: readonly Pick<JudgedWindow, "expectedAt" | "verdict">[], length: Millis): Bucket[] {
  const buckets: { at: Instant; counts: Partial<Record<Verdict, number>>; worst: Verdict }[] = [];
  for (const { expectedAt, verdict } of windows) {
    const at = instant(Math.floor(expectedAt / length) * length);
    const last = buckets[buckets.length - 1];
    if (last?.at !== at) {
      buckets.push({ at, counts: { [verdict]: 1 }, worst: verdict });
      continue;
    }
    last.counts[verdict] = (last.counts[verdict] ?? 0) + 1;
    if ((RANK.get(verdict) ?? 0) < (RANK.get(last.worst) ?? 0)) last.worst = verdict;
  }
  return buckets.map(({ at, counts, worst }) => ({ at: toRfc3339(at), counts, worst }));
}
