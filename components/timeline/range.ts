/** How much time is seen, by the address: `?range=6h`. */
import type { Stretch } from "./model.ts";

export const PRESETS = ["1h", "6h", "24h", "7d"] as const;
export const DEFAULT_RANGE = "6h";

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const LONGEST = 90 * UNITS.d;

/** In ms; `null` for what is no range: 1 minute to 90 days. */
export function rangeLength(range: string): number | null {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(range) ?? [];
  if (count === undefined || unit === undefined) return null;
  const length = Number(count) * UNITS[unit as keyof typeof UNITS];
  return length >= UNITS.m && length <= LONGEST ? length : null;
}

export const readRange = (range: string | null): string =>
  range !== null && rangeLength(range) !== null ? range : DEFAULT_RANGE;

export const rangeInWords = (range: string): string =>
  range.replace(/^(\d+)([mhd])$/, (_, count, unit) => `${count} ${unit === "m" ? "min" : unit}`);

/** Now stands at four fifths: a little of the future is seen. */
export function seenAt(range: string, now: number): Stretch {
  const length = rangeLength(range) ?? rangeLength(DEFAULT_RANGE) ?? 0;
  return { from: Math.round(now - length * 0.8), to: Math.round(now + length * 0.2) };
}

/** Wider than seen: what began before the left edge reaches into it, and time goes on until the next answer. */
export function fetchedFor({ from, to }: Stretch): Stretch {
  const length = to - from;
  return { from: Math.round(from - length / 4), to: Math.round(to + length / 20) };
}

export interface TimelineAsked {
  readonly range: string;
  readonly q: string;
  readonly tag: string;
  /** Of a lane, in pixels. */
  readonly width: number;
}

/** So that a window that is a little wider asks for nothing new. */
export const WIDTH_STEP = 200;

/** What to ask for, so that what is seen comes at the width at which it is seen. */
export function askFor({ range, width }: Pick<TimelineAsked, "range" | "width">, now: number) {
  const seen = seenAt(range, now);
  const fetched = fetchedFor(seen);
  const share = (fetched.to - fetched.from) / (seen.to - seen.from);
  return { ...fetched, width: Math.round(Math.max(WIDTH_STEP, width) * share) };
}
