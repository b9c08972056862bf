/**
 * The lengths of the buckets of a timeline. Pure: read by both sides, so that a screen asks for what it can draw.
 *
 * Below an hour a power of two seconds, up to 1,024; then 1, 2, 4 and 8 hours and 1, 2, 4, 8 … days, which the roll-ups
 * by hour and by day can answer: a week is told without judging what stands. All are aligned to multiples of themselves since 1970 in UTC, so that
 * neighbouring questions share their buckets.
 */

/** A window, or a bucket, is at least so wide. */
export const LEAST_PIXELS = 4;

const SECOND = 1_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;

/** The least length of the ladder that is not below a length, in ms. */
export function cellLength(wanted: number): number {
  let length = SECOND;
  while (length < wanted && length < 1_024 * SECOND) length *= 2;
  if (length >= wanted) return length;
  for (length = HOUR; length <= 8 * HOUR; length *= 2) if (length >= wanted) return length;
  for (length = DAY; length < wanted; ) length *= 2;
  return length;
}
