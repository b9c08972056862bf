/** A spec as a sentence. */
import cronstrue from "cronstrue";
import type { Instant } from "#lib/time/instant.ts";
import { wallClock } from "#lib/time/zone.ts";
import type { Calendar } from "./cron-fields.ts";
import { DIALECTS } from "./dialects/register.ts";
import { fieldsOf } from "./expand.ts";
import type { Spec } from "./spec.ts";

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A length of time in words, exactly: “1 hour 30 minutes”. */
export function lengthInWords(wholeSeconds: number): string {
  let rest = wholeSeconds;
  const parts: string[] = [];
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0) parts.push(`${count} ${name}${count === 1 ? "" : "s"}`);
  }
  return parts.join(" ") || "0 seconds";
}

/** A wall clock as “2026-03-08 02:30”, with seconds where they are not zero. */
export function wallInWords(wall: number): string {
  const text = new Date(wall).toISOString();
  return `${text.slice(0, 10)} ${timeInWords(wall)}`;
}

/** The time of day of a wall clock. */
export function timeInWords(wall: number): string {
  const text = new Date(wall).toISOString();
  return text.slice(17, 19) === "00" ? text.slice(11, 16) : text.slice(11, 19);
}

/** A moment as the zone's clock shows it, with the zone. */
export const momentInWords = (at: Instant, zone: string): string => `${wallInWords(wallClock(zone, at))} ${zone}`;

const FULL_NAMES =
  /\b(january|february|march|april|june|july|august|september|october|november|december)\b|\b(sun|mon|tues|wednes|thurs|fri|satur)day\b/gi;

/** The written fields as cronstrue reads them: seconds first, year last, no names longer than three letters. */
function forCronstrue(calendar: Calendar): string {
  const { second = "0", minute = "*", hour = "*", day = "*", month = "*", weekday = "*", year } = calendar.written;
  const fields = [
    second === "00" ? "0" : second,
    minute,
    hour,
    day.replace(/\$/g, "L").replace(/^~(\d+)$/, (_, n) => (Number(n) === 1 ? "L" : `L-${Number(n) - 1}`)),
    month,
    weekday,
  ];
  if (year !== undefined && year !== "*") fields.push(year);
  return fields.map((field) => field.replace(/\.\./g, "-").replace(FULL_NAMES, (name) => name.slice(0, 3))).join(" ");
}

function calendarInWords(calendar: Calendar, sundayIsOne: boolean): string | null {
  try {
    const words = cronstrue.toString(forCronstrue(calendar), {
      use24HourTimeFormat: true,
      dayOfWeekStartIndexZero: !sundayIsOne,
      logicalAndDayFields: calendar.dayFields.rule === "both",
    });
    return calendar.dayFields.rule === "either" ? words.replace(", and on ", ", or on ") : words;
  } catch {
    return null;
  }
}

/** What a spec expects, in a sentence without a full stop; throws a ProblemError for an expression that is refused. */
export function specInWords(spec: Spec, timezone: string): string {
  switch (spec.kind) {
    case "interval":
      return `Every ${lengthInWords(spec.everySeconds)}, counted from ${momentInWords(spec.anchor, timezone)}`;
    case "rolling":
      return `At most ${lengthInWords(spec.everySeconds)} after the last run started`;
    case "at":
      return `Once, at ${momentInWords(spec.at, timezone)}`;
    case "cron": {
      const fields = fieldsOf(spec);
      const zone = fields.zone ? ` (${fields.zone})` : "";
      switch (fields.kind) {
        case "every":
          return `Every ${lengthInWords(fields.everySeconds)}`;
        case "once":
          return `Once, at ${wallInWords(fields.wall)} ${fields.zone ?? timezone}`;
        case "calendar": {
          const words = calendarInWords(fields, DIALECTS[spec.dialect].weekdays.sunday === 1);
          return `${words ?? `At the times of “${spec.expression}”`}${zone}`;
        }
      }
    }
  }
}
