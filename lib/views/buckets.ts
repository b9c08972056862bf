/** Windows that are too narrow to be drawn, counted by verdict. Pure. */
import { type Instant, instant, type Millis, millis, toRfc3339 } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import type { Counts } from "#lib/verdicts/rollup.ts";
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
  /** How many of the missing ones were refused at the boundary, where some were. */
  readonly rejected?: number;
}

interface Filling {
  readonly counts: Partial<Record<Verdict, number>>;
  rejected: number;
}

const worstOf = (counts: Counts): Verdict => VERDICTS.find((verdict) => counts[verdict]) ?? "upcoming";

/** The buckets of one lane while they are filled; windows may come in any order. */
export class Buckets {
  readonly #length: number;
  readonly #found = new Map<number, Filling>();

  constructor(length: Millis) {
    this.#length = length;
  }

  #at(at: Instant): Filling {
    const index = Math.floor(at / this.#length);
    let bucket = this.#found.get(index);
    if (!bucket) {
      bucket = { counts: {}, rejected: 0 };
      this.#found.set(index, bucket);
    }
    return bucket;
  }

  add(at: Instant, verdict: Verdict, count: number): void {
    const { counts } = this.#at(at);
    counts[verdict] = (counts[verdict] ?? 0) + count;
  }

  /** Counts of a stretch that lies in one bucket. */
  addCounts(at: Instant, more: Counts): void {
    const { counts } = this.#at(at);
    // Few, and always by the names of verdicts.
    for (const verdict in more) {
      const count = more[verdict as Verdict] ?? 0;
      counts[verdict as Verdict] = (counts[verdict as Verdict] ?? 0) + count;
    }
  }

  addWindows(windows: readonly Pick<JudgedWindow, "expectedAt" | "verdict">[]): void {
    for (const { expectedAt, verdict } of windows) this.add(expectedAt, verdict, 1);
  }

  /** Of the missing ones that are counted here, this one was refused at the boundary. */
  addRejected(at: Instant): void {
    const bucket = this.#at(at);
    if ((bucket.counts.missing ?? 0) > bucket.rejected) bucket.rejected++;
  }

  list(): Bucket[] {
    return [...this.#found]
      .sort(([a], [b]) => a - b)
      .flatMap(([index, { counts, rejected }]) =>
        Object.keys(counts).length === 0
          ? []
          : [
              {
                at: toRfc3339(instant(index * this.#length)),
                counts,
                worst: worstOf(counts),
                ...(rejected === 0 ? {} : { rejected }),
              },
            ],
      );
  }
}
