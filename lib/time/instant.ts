/** Time as branded numbers, so that a moment, a length in milliseconds and one in seconds cannot be mixed up. */

declare const unit: unique symbol;

/** A moment: milliseconds since the epoch, UTC. */
export type Instant = number & { readonly [unit]: "instant" };
/** A length of time in milliseconds. */
export type Millis = number & { readonly [unit]: "millis" };
/** A length of time in seconds; whole at every edge of the program. */
export type Seconds = number & { readonly [unit]: "seconds" };

export const SECOND = 1_000 as Millis;
export const MINUTE = 60_000 as Millis;
export const HOUR = 3_600_000 as Millis;
export const DAY = 86_400_000 as Millis;

export const instant = (epochMillis: number): Instant => epochMillis as Instant;
export const millis = (count: number): Millis => count as Millis;
export const seconds = (count: number): Seconds => count as Seconds;

export const toMillis = (length: Seconds): Millis => (length * 1_000) as Millis;
export const plus = (at: Instant, length: Millis): Instant => (at + length) as Instant;
export const minus = (at: Instant, length: Millis): Instant => (at - length) as Instant;
/** From `earlier` to `later`; negative when they are the other way round. */
export const between = (earlier: Instant, later: Instant): Millis => (later - earlier) as Millis;
export const earliest = (a: Instant, b: Instant): Instant => (a < b ? a : b);
export const latest = (a: Instant, b: Instant): Instant => (a > b ? a : b);

/** RFC 3339 in UTC with milliseconds, the form of every time that leaves Rollcall. */
export const toRfc3339 = (at: Instant): string => new Date(at).toISOString();

const RFC_3339 = /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})$/;

/** Reads RFC 3339 (section 5.6), seconds and offset required; `null` for anything else, 30 February included. */
export function parseRfc3339(text: string): Instant | null {
  const match = RFC_3339.exec(text);
  if (!match) return null;
  const [, year, month, day, hour, minute, second, fraction, offset] = match;
  const [h, mi, s] = [Number(hour), Number(minute), Number(second)];
  if (h > 23 || mi > 59 || s > 59) return null;
  const wall = Date.UTC(Number(year), Number(month) - 1, Number(day), h, mi, s);
  const read = new Date(wall);
  if (read.getUTCMonth() !== Number(month) - 1 || read.getUTCDate() !== Number(day)) return null;
  let shift = 0;
  if (offset && offset !== "Z" && offset !== "z") {
    const [oh, om] = [Number(offset.slice(1, 3)), Number(offset.slice(4, 6))];
    if (oh > 23 || om > 59) return null;
    shift = (offset[0] === "-" ? -1 : 1) * (oh * 60 + om) * MINUTE;
  }
  const ms = fraction ? Math.floor(Number(fraction) * 1_000) : 0;
  return (wall + ms - shift) as Instant;
}
