/**
 * IANA zones as tables of offset changes, found once through Intl and then read without it:
 * a call of Intl costs about a microsecond, a million occurrences would cost a second.
 */
import type { Instant, Millis } from "./instant.ts";
import type { Span } from "./span.ts";

declare const unit: unique symbol;
/** What a clock on the wall shows, counted like an Instant as though the wall hung in UTC. */
export type WallClock = number & { readonly [unit]: "wall clock" };

/** One change of a zone's offset: at `at` the clock goes from `at + before` to `at + after`. */
export interface Transition {
  readonly at: Instant;
  readonly before: Millis;
  readonly after: Millis;
}

/**
 * From `starts[i]` up to `starts[i + 1]` the zone is `offsets[i]` ms ahead of UTC.
 * The first entry starts at minus infinity.
 */
export interface OffsetTable {
  readonly starts: readonly number[];
  readonly offsets: readonly number[];
}

const DAY_MS = 86_400_000;
/** The shortest stretch between two changes since 1970 is the month of Ramadan (Morocco, Egypt): half of it is safe. */
const PROBE_MS = 14 * DAY_MS;
/** Outside these years an offset is that of the nearest known moment: no schedule lives there. */
const FIRST_YEAR = 1970;
const LAST_YEAR = 2200;
const FLOOR = Date.UTC(FIRST_YEAR, 0, 1);
const CEILING = Date.UTC(LAST_YEAR, 0, 1);

interface Zone {
  readonly format: Intl.DateTimeFormat;
  starts: number[];
  offsets: number[];
  /** The stretch that has been searched. */
  from: number;
  to: number;
}

const zones = new Map<string, Zone>();
const OFFSET = /GMT(?:([+-])(\d{2}):(\d{2})(?::(\d{2}))?)?$/;

function askIntl(format: Intl.DateTimeFormat, at: number): number {
  const match = OFFSET.exec(format.format(at));
  if (!match?.[1]) return 0;
  const size = Number(match[2]) * 3_600_000 + Number(match[3]) * 60_000 + Number(match[4] ?? 0) * 1_000;
  return match[1] === "-" ? -size : size;
}

/** Appends to `starts` and `offsets` the changes in [from, to), given the offset at `from`. */
function search(format: Intl.DateTimeFormat, span: { from: number; to: number; offset: number }) {
  const starts: number[] = [];
  const offsets: number[] = [];
  let known = span.offset;
  for (let low = span.from; low < span.to; low += PROBE_MS) {
    const end = Math.min(low + PROBE_MS, span.to);
    const offset = askIntl(format, end);
    if (offset === known) continue;
    let [before, after] = [low, end];
    while (after - before > 1_000) {
      const middle = Math.floor((before + after) / 2_000) * 1_000;
      if (askIntl(format, middle) === known) before = middle;
      else after = middle;
    }
    starts.push(after);
    offsets.push(offset);
    known = offset;
  }
  return { starts, offsets };
}

function open(name: string): Zone {
  const cached = zones.get(name);
  if (cached) return cached;
  const format = new Intl.DateTimeFormat("en-US", { timeZone: name, timeZoneName: "longOffset" });
  const from = Date.UTC(2020, 0, 1);
  const zone: Zone = { format, starts: [-Infinity], offsets: [askIntl(format, from)], from, to: from };
  zones.set(name, zone);
  return zone;
}

const yearOf = (at: number): number => new Date(at).getUTCFullYear();

function extend(zone: Zone, from: number, to: number): void {
  if (to > zone.to && zone.to < CEILING) {
    const end = Math.min(Date.UTC(yearOf(Math.min(to, CEILING)) + 2, 0, 1), CEILING);
    const offset = zone.offsets[zone.offsets.length - 1] ?? 0;
    const found = search(zone.format, { from: zone.to, to: end, offset });
    zone.starts = zone.starts.concat(found.starts);
    zone.offsets = zone.offsets.concat(found.offsets);
    zone.to = end;
  }
  if (from < zone.from && zone.from > FLOOR) {
    const start = Math.max(Date.UTC(yearOf(Math.max(from, FLOOR)) - 1, 0, 1), FLOOR);
    const offset = askIntl(zone.format, start);
    const found = search(zone.format, { from: start, to: zone.from, offset });
    zone.starts = [-Infinity, ...found.starts, ...zone.starts.slice(1)];
    zone.offsets = [offset, ...found.offsets, ...zone.offsets.slice(1)];
    zone.from = start;
  }
}

/** The zone's offsets, complete at least for the span; throws a RangeError for a name that Intl does not know. */
export function offsetTable(zone: string, span: Span): OffsetTable {
  const opened = open(zone);
  if (span.to > opened.to || span.from < opened.from) extend(opened, span.from, span.to);
  return opened;
}

/** The index of the entry in force at a moment. */
export function entryAt(table: OffsetTable, at: number): number {
  const { starts } = table;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= at) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How far the zone is ahead of UTC at a moment. */
export function offsetAt(zone: string, at: Instant): Millis {
  const table = offsetTable(zone, { from: at, to: at });
  return (table.offsets[entryAt(table, at)] ?? 0) as Millis;
}

/** What a clock in the zone shows at a moment. */
export const wallClock = (zone: string, at: Instant): WallClock => (at + offsetAt(zone, at)) as WallClock;

/** The moments at which a clock in the zone shows `wall`: none in a gap, two where the hour repeats, else one. */
export function instantsOf(zone: string, wall: WallClock): readonly Instant[] {
  const from = (wall - 2 * DAY_MS) as Instant;
  const to = (wall + 2 * DAY_MS) as Instant;
  const table = offsetTable(zone, { from, to });
  const found: Instant[] = [];
  for (let i = entryAt(table, from); i < table.starts.length && (table.starts[i] ?? 0) < to; i++) {
    const at = wall - (table.offsets[i] ?? 0);
    if (at >= (table.starts[i] ?? 0) && at < (table.starts[i + 1] ?? Infinity)) found.push(at as Instant);
  }
  return found;
}

/** The changes of the zone's offset within the span, ascending. */
export function transitions(zone: string, span: Span): Transition[] {
  const table = offsetTable(zone, span);
  const found: Transition[] = [];
  for (let i = 1; i < table.starts.length; i++) {
    const at = table.starts[i] ?? 0;
    if (at < span.from || at >= span.to) continue;
    found.push({
      at: at as Instant,
      before: (table.offsets[i - 1] ?? 0) as Millis,
      after: (table.offsets[i] ?? 0) as Millis,
    });
  }
  return found;
}

const known = new Map<string, string>();
for (const name of Intl.supportedValuesOf("timeZone")) known.set(name.toLowerCase(), name);
const LOWER_WORDS = new Set(["au", "of", "es", "da", "do", "e"]);
const NAME = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*$/;

/** Writes a name that Intl knows but does not list (an alias such as `Asia/Kolkata`) as the IANA data writes it. */
function spelled(name: string): string {
  const canonical = new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
  if (canonical.toLowerCase() === name.toLowerCase()) return canonical;
  if (!name.includes("/")) return name.length <= 3 || /\d/.test(name) ? name.toUpperCase() : capitalised(name);
  const [area = "", ...rest] = name.split("/");
  const head = area.length <= 2 ? area.toUpperCase() : capitalised(area);
  return [head, ...rest.map((part) => (/^(gmt|utc|uct)\b/i.test(part) ? part.toUpperCase() : capitalised(part)))].join(
    "/",
  );
}

const capitalised = (word: string): string =>
  word
    .toLowerCase()
    .replace(/[a-z]+/g, (part, at: number) =>
      at > 0 && LOWER_WORDS.has(part) ? part : part.slice(0, 1).toUpperCase() + part.slice(1),
    );

/** The name as the IANA data writes it, whatever its case; `null` when it is no zone (offsets such as `+02:00` are none). */
export function zoneNamed(name: string): string | null {
  const listed = known.get(name.toLowerCase());
  if (listed) return listed;
  if (!NAME.test(name) || name.length > 64) return null;
  try {
    const spelling = spelled(name);
    known.set(name.toLowerCase(), spelling);
    return spelling;
  } catch {
    return null;
  }
}

/** Whether two names are those of one zone: `Etc/UTC` and `UTC`, `Asia/Calcutta` and `Asia/Kolkata`. */
export function sameZone(a: string, b: string): boolean {
  const canonical = (name: string): string =>
    new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone;
  return a === b || canonical(a) === canonical(b);
}

/** Whether the name is an IANA zone, in any case. */
export const isZone = (name: string): boolean => zoneNamed(name) !== null;
