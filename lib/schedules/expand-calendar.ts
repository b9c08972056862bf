/**
 * Expands a Calendar over time: day by day on the wall clock, stretch by stretch of one offset.
 * No occurrence costs a call of Intl or a Date: a year of five-minute firings takes about a millisecond.
 */
import type { Instant } from "#lib/time/instant.ts";
import { entryAt, type OffsetTable, offsetTable } from "#lib/time/zone.ts";
import type { Calendar } from "./cron-fields.ts";
import { daysOfMonth } from "./days.ts";

const DAY_MS = 86_400_000;
/** The longest jump of a clock (Samoa left out a whole day in 2011), with room. */
const LONGEST_JUMP = 26 * 3_600_000;
/** Feb 29 on one weekday may be 40 years away (across 2100); nothing rarer is worth a search. */
const HORIZON_MONTHS = 41 * 12;
const HORIZON_MS = 41 * 366 * DAY_MS;

interface Walk {
  readonly calendar: Calendar;
  /** Wall clock, as though in UTC; half-open. */
  readonly from: number;
  readonly to: number;
  /** Taken from the wall clock to make the instant. */
  readonly shift: number;
  readonly limit: number;
}

function lowerBound(times: Int32Array, value: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The firings of one day (`midnight` on the wall) that lie in the walk. */
function walkDay(walk: Walk, midnight: number, out: number[]): void {
  const { times, seconds } = walk.calendar;
  const base = midnight - walk.shift;
  const [from, to] = [walk.from - midnight, walk.to - midnight];
  const single = seconds.length === 1 ? (seconds[0] ?? 0) * 1_000 : -1;
  let index = from <= 0 ? 0 : lowerBound(times, from - 59_999);
  for (; index < times.length && out.length < walk.limit; index++) {
    const time = times[index] ?? 0;
    if (time >= to) return;
    if (single >= 0) {
      const at = time + single;
      if (at >= from && at < to) out.push(base + at);
      continue;
    }
    for (const second of seconds) {
      const at = time + second * 1_000;
      if (at >= from && at < to) out.push(base + at);
    }
  }
}

function monthFires(calendar: Calendar, year: number, month: number): boolean {
  return ((calendar.months >>> month) & 1) === 1 && (calendar.years === null || calendar.years.has(year));
}

/** Appends the firings whose wall clock lies in the walk, ascending. */
function walkDays(walk: Walk, out: number[]): void {
  if (walk.from >= walk.to) return;
  const first = new Date(walk.from);
  let year = first.getUTCFullYear();
  let month = first.getUTCMonth() + 1;
  let day = first.getUTCDate();
  let start = Date.UTC(year, month - 1, 1);
  while (start < walk.to && out.length < walk.limit) {
    if (monthFires(walk.calendar, year, month)) {
      let mask = daysOfMonth(walk.calendar.dayFields, year, month) >>> (day - 1);
      for (
        let midnight = start + (day - 1) * DAY_MS;
        mask !== 0 && midnight < walk.to;
        mask >>>= 1, midnight += DAY_MS
      ) {
        if ((mask & 1) === 1) walkDay(walk, midnight, out);
        if (out.length >= walk.limit) return;
      }
    }
    day = 1;
    month = month === 12 ? 1 : month + 1;
    if (month === 1) year += 1;
    start = Date.UTC(year, month - 1, 1);
  }
}

/** The wall clocks (as though in UTC, half-open) that the calendar names, whether the zone shows them or not. */
export function wallClocksOf(
  calendar: Calendar,
  { from, to }: { readonly from: number; readonly to: number },
): number[] {
  const out: number[] = [];
  walkDays({ calendar, from, to, shift: 0, limit: Number.POSITIVE_INFINITY }, out);
  return out;
}

/** What a gap holds, moved to where the policy puts it. */
function movedOutOfGap(calendar: Calendar, table: OffsetTable, entry: number): number[] {
  const at = table.starts[entry] ?? 0;
  const before = table.offsets[entry - 1] ?? 0;
  const after = table.offsets[entry] ?? 0;
  const moved: number[] = [];
  const limit = calendar.gap === "shift_by_gap" ? Infinity : 1;
  walkDays({ calendar, from: at + before, to: at + after, shift: before, limit }, moved);
  return calendar.gap === "shift_to_gap_end" && moved.length > 0 ? [at] : moved;
}

interface Request {
  readonly calendar: Calendar;
  readonly zone: string;
  readonly from: number;
  readonly to: number;
  /** Stop after so many; there may be a few more in the answer. */
  readonly limit?: number;
}

function walkStretch(request: Request, table: OffsetTable, entry: number, out: number[]): void {
  const { calendar, limit = Infinity } = request;
  const start = table.starts[entry] ?? -Infinity;
  const end = table.starts[entry + 1] ?? Infinity;
  const offset = table.offsets[entry] ?? 0;
  let from = Math.max(request.from, start) + offset;
  let to = Math.min(request.to, end) + offset;
  if (calendar.overlap === "first" && entry > 0) from = Math.max(from, start + (table.offsets[entry - 1] ?? 0));
  if (calendar.overlap === "second" && end < Infinity) to = Math.min(to, end + (table.offsets[entry + 1] ?? offset));
  walkDays({ calendar, from, to, shift: offset, limit }, out);
}

/** The instants in [from, to) at which the calendar fires in the zone, ascending, each once. */
export function expandCalendar(request: Request): number[] {
  const { calendar, from, to } = request;
  const table = offsetTable(request.zone, {
    from: (from - LONGEST_JUMP) as Instant,
    to: (to + LONGEST_JUMP) as Instant,
  });
  const out: number[] = [];
  const moved: number[] = [];
  if (calendar.gap !== "skip") {
    for (let entry = Math.max(1, entryAt(table, from - LONGEST_JUMP)); entry < table.starts.length; entry++) {
      if ((table.starts[entry] ?? 0) >= to) break;
      if ((table.offsets[entry] ?? 0) <= (table.offsets[entry - 1] ?? 0)) continue;
      for (const at of movedOutOfGap(calendar, table, entry)) if (at >= from && at < to) moved.push(at);
    }
  }
  const bounded = moved.length > 0 ? { ...request, limit: Infinity } : request;
  for (let entry = entryAt(table, from); entry < table.starts.length; entry++) {
    if ((table.starts[entry] ?? 0) >= to || out.length >= (bounded.limit ?? Infinity)) break;
    walkStretch(bounded, table, entry, out);
  }
  if (moved.length === 0) return out;
  const sorted = [...out, ...moved].sort((a, b) => a - b);
  return sorted.filter((at, i) => at !== sorted[i - 1]);
}

/** The first day on or after (or, backwards, the last on or before) a wall clock that fires, at its midnight; `null` within the horizon. */
function firingDay(calendar: Calendar, wall: number, step: 1 | -1): number | null {
  const date = new Date(wall);
  let year = date.getUTCFullYear();
  let month = date.getUTCMonth() + 1;
  let bound = date.getUTCDate();
  for (let i = 0; i <= HORIZON_MONTHS; i++) {
    if (monthFires(calendar, year, month)) {
      const all = daysOfMonth(calendar.dayFields, year, month);
      const mask = step === 1 ? (all >>> (bound - 1)) << (bound - 1) : all & (0x7fffffff >>> (31 - bound));
      if (mask !== 0) {
        const day = step === 1 ? 32 - Math.clz32(mask & -mask) : 32 - Math.clz32(mask);
        return Date.UTC(year, month - 1, day);
      }
    }
    month += step;
    if (month === 13 || month === 0) {
      month = month === 0 ? 12 : 1;
      year += step;
    }
    bound = step === 1 ? 1 : 31;
  }
  return null;
}

/** How often a search looks at a day that turns out to fire at no instant (a gap that is skipped) before it gives up. */
const EMPTY_DAYS = 400;

/** The first firing strictly after a moment; `null` where there is none within 41 years. */
export function nextOfCalendar(calendar: Calendar, zone: string, after: number): number | null {
  let from = after + 1;
  for (let tries = 0; tries < EMPTY_DAYS; tries++) {
    const day = firingDay(calendar, from - DAY_MS, 1);
    if (day === null || day - after > HORIZON_MS) return null;
    // One day around the firing day on every side: no zone is further from UTC, no gap longer.
    const to = Math.max(day + 2 * DAY_MS + LONGEST_JUMP, from + DAY_MS);
    const [found] = expandCalendar({ calendar, zone, from, to, limit: 1 });
    if (found !== undefined) return found;
    from = to;
  }
  return null;
}

/** The last firing strictly before a moment; `null` where there is none within 41 years. */
export function previousOfCalendar(calendar: Calendar, zone: string, before: number): number | null {
  let to = before;
  const dense = calendar.times.length * calendar.seconds.length > 24;
  if (dense) {
    // A busy day is not expanded as a whole for its last firing.
    const near = expandCalendar({ calendar, zone, from: to - 120_000, to });
    const found = near[near.length - 1] ?? lastOf(expandCalendar({ calendar, zone, from: to - 7_200_000, to }));
    if (found !== undefined) return found;
  }
  for (let tries = 0; tries < EMPTY_DAYS; tries++) {
    const day = firingDay(calendar, to + DAY_MS, -1);
    if (day === null || before - day > HORIZON_MS) return null;
    const from = Math.min(day - DAY_MS, to - 1);
    const found = lastOf(expandCalendar({ calendar, zone, from, to }));
    if (found !== undefined) return found;
    to = from;
  }
  return null;
}

const lastOf = (found: readonly number[]): number | undefined => found[found.length - 1];
