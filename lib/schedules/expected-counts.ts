/** How many windows will be expected, hour by hour, without making them: a quarter of every minute is 130,000. */
import { DAY, HOUR, type Instant, instant } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import { occurrences } from "./expand.ts";
import type { Version } from "./spec.ts";

/** By spec, zone and day in UTC, since many schedules share a cadence: the 24 hours. */
const days = new Map<string, Uint16Array>();
const DAYS_AT_MOST = 50_000;

function hoursOf(version: Version, key: string, day: number): Uint16Array {
  const name = `${key} ${day}`;
  let hours = days.get(name);
  if (hours === undefined) {
    if (days.size >= DAYS_AT_MOST) days.clear();
    hours = new Uint16Array(24);
    const within = span(instant(day * DAY), instant((day + 1) * DAY));
    for (const at of occurrences(version.spec, version.timezone, within)) {
      const hour = Math.floor((at - day * DAY) / HOUR);
      hours[hour] = (hours[hour] ?? 0) + 1;
    }
    days.set(name, hours);
  }
  return hours;
}

/**
 * The hours of a span in which occurrences of a version lie, with their number. The span begins and ends on whole
 * hours; the version is taken to be in force in all of it. Rolling ones have no occurrences.
 */
export function* expectedByHour(version: Version, within: Span): Generator<readonly [at: Instant, count: number]> {
  if (version.spec.kind === "rolling") return;
  const key = `${JSON.stringify(version.spec)} ${version.timezone}`;
  for (let day = Math.floor(within.from / DAY); day * DAY < within.to; day++) {
    const hours = hoursOf(version, key, day);
    for (let hour = 0; hour < 24; hour++) {
      const at = day * DAY + hour * HOUR;
      const count = hours[hour] ?? 0;
      if (count > 0 && at >= within.from && at < within.to) yield [instant(at), count];
    }
  }
}
