/** How much time is seen, by the address: `?range=6h` follows the present, `?from=…&to=…` stands still. Pure. */
import type { Stretch } from "./model.ts";

export const PRESETS = ["1h", "6h", "24h", "7d", "30d", "90d"] as const;
export const DEFAULT_RANGE = "6h";

const UNITS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export const SHORTEST = UNITS.m;
export const LONGEST = 90 * UNITS.d;
/** Nobody looks further back, or ahead, than this. */
const FURTHEST_BACK = 400 * UNITS.d;
const FURTHEST_AHEAD = 90 * UNITS.d;
/** Where now stands while the present is followed. */
export const NOW_AT = 0.8;

/** In ms; `null` for what is no range: 1 minute to 90 days. */
export function rangeLength(range: string): number | null {
  const [, count, unit] = /^(\d{1,4})([mhd])$/.exec(range) ?? [];
  if (count === undefined || unit === undefined) return null;
  const length = Number(count) * UNITS[unit as keyof typeof UNITS];
  return length >= SHORTEST && length <= LONGEST ? length : null;
}

export const readRange = (range: string | null): string =>
  range !== null && rangeLength(range) !== null ? range : DEFAULT_RANGE;

/** A length as a range that an address can hold: the nearest in whole minutes, hours or days. */
export function rangeOf(length: number): string {
  const exact = PRESETS.find((preset) => rangeLength(preset) === Math.round(length / 1_000) * 1_000);
  if (exact) return exact;
  const minutes = Math.max(1, Math.round(length / UNITS.m));
  if (minutes % 1_440 === 0) return `${minutes / 1_440}d`;
  if (minutes % 60 === 0) return `${minutes / 60}h`;
  if (minutes <= 9_999) return `${minutes}m`;
  const hours = Math.round(length / UNITS.h);
  return hours <= 90 * 24 ? `${hours}h` : "90d";
}

export const rangeInWords = (range: string): string =>
  range.replace(/^(\d+)([mhd])$/, (_, count, unit) => `${count} ${unit === "m" ? "min" : unit}`);

/** Now stands at four fifths: a little of the future is seen. */
export function seenAt(range: string, now: number): Stretch {
  const length = rangeLength(range) ?? rangeLength(DEFAULT_RANGE) ?? 0;
  return { from: Math.round(now - length * NOW_AT), to: Math.round(now + length * (1 - NOW_AT)) };
}

/** As it may be seen: one minute to ninety days, not further from now than anybody looks. */
export function withinReach({ from, to }: Stretch, now: number): Stretch {
  const length = Math.min(Math.max(to - from, SHORTEST), LONGEST);
  const middle = (from + to) / 2;
  const first = Math.min(Math.max(middle - length / 2, now - FURTHEST_BACK), now + FURTHEST_AHEAD - length);
  return { from: first, to: first + length };
}

/** What the address asks to be seen: a stretch that stands still, or a length that follows the present. */
export type Asked =
  | { readonly kind: "follow"; readonly range: string }
  | { readonly kind: "still"; readonly from: number; readonly to: number };

export function readAsked(query: { readonly get: (name: string) => string | null }): Asked {
  const [from, to] = [Date.parse(query.get("from") ?? ""), Date.parse(query.get("to") ?? "")];
  const length = to - from;
  if (length >= SHORTEST && length <= LONGEST) return { kind: "still", from, to };
  return { kind: "follow", range: readRange(query.get("range")) };
}

export const stretchOf = (asked: Asked, now: number): Stretch =>
  asked.kind === "still" ? { from: asked.from, to: asked.to } : seenAt(asked.range, now);

/** Wider than seen: what began before the left edge reaches into it, and time goes on until the next answer. */
function fetchedFor({ from, to }: Stretch): Stretch {
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
const WIDTH_STEP = 200;

/** What to ask for, so that what is seen comes at the width at which it is seen. */
export function askFor({ range, width }: Pick<TimelineAsked, "range" | "width">, now: number) {
  const seen = seenAt(range, now);
  const fetched = fetchedFor(seen);
  const share = (fetched.to - fetched.from) / (seen.to - seen.from);
  return { ...fetched, width: Math.round(Math.max(WIDTH_STEP, width) * share) };
}

/** Whole ranges of the minimap, in ms. */
const OVERVIEWS = [UNITS.d, 7 * UNITS.d, 30 * UNITS.d, 90 * UNITS.d] as const;
/** What is seen is at most such a part of it, where that is possible. */
const PART = 0.3;

/** The whole around what is seen: up to a little after the present, and as far as what is seen reaches. */
export function overviewOf(seen: Stretch, now: number): Stretch {
  const length = seen.to - seen.from;
  const whole = OVERVIEWS.find((one) => length <= one * PART) ?? 90 * UNITS.d;
  const to = Math.max(now + Math.max(whole / 20, length * (1 - NOW_AT)), seen.to);
  return { from: Math.min(to - whole, seen.from), to };
}

/** Of a stretch's length, how far its edges may stand beyond it. */
const CALM = 48;

/** A stretch that is a little wider, and stays the same for a while as it goes along with the present. */
export function calm({ from, to }: Stretch): Stretch {
  let step = 1_000;
  while (step * 2 * CALM <= to - from) step *= 2;
  return { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step };
}
