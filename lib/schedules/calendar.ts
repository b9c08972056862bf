/** Puts the fields that were read together into one Calendar, ready to be expanded. */
import type { Calendar, DayFields, Written } from "./cron-fields.ts";
import type { DaylightSaving } from "./dialects/dialect.ts";

export interface Parts {
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly months: readonly number[];
  readonly years: readonly number[] | null;
  readonly dayFields: DayFields;
  readonly zone: string | null;
  readonly written: Written;
}

const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

const isOpen = (text: string, values: readonly number[], size: number): boolean =>
  text.includes("*") || text.includes("/") || values.length === size;

function followsElapsedTime(parts: Parts, policy: DaylightSaving["elapsed"]): boolean {
  const minute = parts.written.minute ?? "";
  const hour = parts.written.hour ?? "";
  switch (policy) {
    case "open_hour_or_minute":
      return isOpen(minute, parts.minutes, 60) || isOpen(hour, parts.hours, 24);
    case "starred_hour_or_minute":
      return minute.startsWith("*") || hour.startsWith("*");
    case "open_or_ranged":
      return /[*/-]/.test(`${parts.written.second ?? ""}${minute}${hour}`);
    case "every_hour":
      return parts.hours.length === 24;
    case "never":
      return false;
  }
}

/** The Calendar of the parts under a dialect's daylight-saving policy. */
export function calendar(raw: Parts, policy: DaylightSaving): Calendar {
  const parts = {
    ...raw,
    seconds: ascending(raw.seconds),
    minutes: ascending(raw.minutes),
    hours: ascending(raw.hours),
  };
  const elapsed = followsElapsedTime(parts, policy.elapsed);
  const times = new Int32Array(parts.hours.length * parts.minutes.length);
  let next = 0;
  for (const hour of parts.hours)
    for (const minute of parts.minutes) times[next++] = hour * 3_600_000 + minute * 60_000;
  return {
    kind: "calendar",
    seconds: parts.seconds,
    minutes: parts.minutes,
    hours: parts.hours,
    times,
    months: parts.months.reduce((mask, month) => mask | (1 << month), 0),
    dayFields: parts.dayFields,
    years: parts.years ? new Set(parts.years) : null,
    zone: parts.zone,
    gap: elapsed ? (policy.gapOfElapsed ?? "skip") : policy.gap,
    overlap: elapsed ? "both" : policy.overlap,
    written: parts.written,
  };
}
