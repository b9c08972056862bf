/** Times and lengths of time as a person reads them; every figure in the zone that is asked for. */

const UNITS = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
] as const;

/** A length in its two largest units: `2 h 37 min`, `45 s`, `3 d 4 h`; parts of a second below ten. */
export function lengthInWords(millis: number): string {
  const size = Math.abs(millis);
  if (size < 10_000) return `${Number((size / 1_000).toFixed(size < 1_000 ? 2 : 1))} s`;
  let rest = Math.round(size / 1_000);
  const first = UNITS.findIndex(([, unit]) => rest >= unit);
  const parts: string[] = [];
  for (const [name, unit] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(" ");
}

/** One unit, for what changes by itself: `3 min ago`, `in 21 h`, `now`. */
export function relativeInWords(at: number, now: number): string {
  const size = Math.abs(at - now);
  const seconds = Math.floor(size / 1_000);
  if (seconds < 1) return "now";
  const [name, unit] = UNITS.find(([, length]) => seconds >= length) ?? ["s", 1];
  const words = `${Math.floor(seconds / unit)} ${name}`;
  return at > now ? `in ${words}` : `${words} ago`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function parts(at: number, zone: string): Readonly<Record<string, string>> {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-GB", {
      ...{ timeZone: zone, hourCycle: "h23", weekday: "short", day: "numeric", month: "short", year: "numeric" },
      ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
    });
    formats.set(zone, format);
  }
  return Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
}

/** `02:05`, with seconds where they are asked for. */
export function clockInZone(at: number, zone: string, { seconds = false } = {}): string {
  const { hour, minute, second } = parts(at, zone);
  return seconds ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
}

/** `Tue 24 Nov`. */
export function dayInZone(at: number, zone: string): string {
  const { weekday, day, month } = parts(at, zone);
  return `${weekday} ${day} ${month}`;
}

/** `24 Nov 2026, 02:05:07`: what a tooltip shows, with the zone beside it. */
export function absoluteInZone(at: number, zone: string): string {
  const { day, month, year, hour, minute, second } = parts(at, zone);
  return `${day} ${month} ${year}, ${hour}:${minute}:${second}`;
}

/** `02:05:07` today, `24 Nov 02:05` on another day. */
export function momentInZone(at: number, zone: string, now: number): string {
  if (dayInZone(at, zone) === dayInZone(now, zone) && Math.abs(at - now) < 86_400_000) {
    return clockInZone(at, zone, { seconds: true });
  }
  const { day, month } = parts(at, zone);
  return `${day} ${month} ${clockInZone(at, zone)}`;
}

/** `America/New_York` as a head of a column: `New York`. */
export const zoneInWords = (zone: string): string => zone.split("/").at(-1)?.replaceAll("_", " ") ?? zone;
