/** Which days of a month a cron expression fires on, and how its two day fields are read. */
import type { DayFields } from "./cron-fields.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { numberOf, readItem, sundayZero, Unreadable } from "./field.ts";

const ALL_DAYS = 0x7fffffff;
const DAY_MS = 86_400_000;

type Mutable = { -readonly [K in keyof DayFields]: DayFields[K] };
export const NO_DAYS: DayFields = {
  days: 0,
  beforeLast: [],
  nearest: [],
  lastWorkday: false,
  weekdays: 0,
  lastWeekdays: 0,
  nth: [],
  rule: "any",
};

function special(allowed: boolean, item: string, dialect: Dialect, field: string): void {
  if (!allowed) throw new Unreadable(`${dialect.label} does not know “${item}” as ${field}.`);
}

function readDays(text: string, dialect: Dialect, into: Mutable): void {
  const field = "day of the month";
  for (const item of text.split(",")) {
    const upper = item.toUpperCase();
    if (upper === "L" || upper === "$") {
      special(upper === "L" ? dialect.specials.lastDay : dialect.specials.dollar, item, dialect, field);
      into.beforeLast = [...into.beforeLast, 0];
    } else if (/^L-\d{1,2}$/.test(upper)) {
      special(dialect.specials.beforeLast, item, dialect, field);
      const back = Number(upper.slice(2));
      if (back > 30) throw new Unreadable(`“${item}” lies before every month: 30 days before its last at most.`);
      into.beforeLast = [...into.beforeLast, back];
    } else if (upper === "LW" || upper === "WL") {
      special(dialect.specials.nearestWeekday && dialect.specials.lastDay && upper === "LW", item, dialect, field);
      into.lastWorkday = true;
    } else if (/^\d{1,2}W$/.test(upper)) {
      special(dialect.specials.nearestWeekday, item, dialect, field);
      into.nearest = [...into.nearest, numberOf(upper.slice(0, -1), "day", dialect)];
    } else {
      for (const day of readItem(item, "day", dialect)) into.days |= 1 << (day - 1);
    }
  }
}

function readWeekdays(text: string, dialect: Dialect, into: Mutable): void {
  const field = "day of the week";
  for (const item of text.split(",")) {
    const [name = "", nth] = item.split("#");
    if (nth !== undefined) {
      special(dialect.specials.nth, item, dialect, field);
      if (!/^[1-5]$/.test(nth)) throw new Unreadable(`“${item}”: a month has a first to a fifth weekday, so 1 to 5.`);
      const weekday = sundayZero(numberOf(name, "weekday", dialect), dialect);
      into.nth = [...into.nth, { weekday, nth: Number(nth) }];
    } else if (/^L$/i.test(item)) {
      special(dialect.specials.bareLastIsSaturday, item, dialect, field);
      into.weekdays |= 1 << 6;
    } else if (/^[0-9A-Z]+L$/i.test(item)) {
      special(dialect.specials.lastWeekday, item, dialect, field);
      into.lastWeekdays |= 1 << sundayZero(numberOf(item.slice(0, -1), "weekday", dialect), dialect);
    } else {
      for (const value of readItem(item, "weekday", dialect)) into.weekdays |= 1 << sundayZero(value, dialect);
    }
  }
}

const OPEN = /^[*?]$/;

function ruleOf(day: string, weekday: string, dialect: Dialect): DayFields["rule"] {
  const dayOpen = OPEN.test(day);
  const weekdayOpen = OPEN.test(weekday);
  if (dialect.bothDays === "one_question" && (day === "?") === (weekday === "?")) {
    throw new Unreadable(
      `${dialect.label} wants “?” in exactly one of the two day fields: day of the month is “${day}”, day of the week “${weekday}”.`,
    );
  }
  if (dayOpen && weekdayOpen) return "any";
  if (weekdayOpen) return "day";
  if (dayOpen) return "weekday";
  if (dialect.bothDays === "forbidden") {
    throw new Unreadable(
      `${dialect.label} takes no day of the month together with a day of the week: leave one of them “*”.`,
    );
  }
  if (dialect.bothDays === "both_if_starred" && (day.startsWith("*") || weekday.startsWith("*"))) return "both";
  return "either";
}

/** Reads the two day fields; throws Unreadable. */
export function readDayFields(day: string, weekday: string, dialect: Dialect): DayFields {
  const into: Mutable = { ...NO_DAYS, rule: ruleOf(day, weekday, dialect) };
  readDays(day, dialect, into);
  readWeekdays(weekday, dialect, into);
  return into;
}

/** Bit d − 1 for every day d of the month that fires; `month` 1 to 12. */
export function daysOfMonth(fields: DayFields, year: number, month: number): number {
  const start = Date.UTC(year, month - 1, 1);
  const length = Math.round((Date.UTC(year, month, 1) - start) / DAY_MS);
  const all = ALL_DAYS >>> (31 - length);
  switch (fields.rule) {
    case "any":
      return all;
    case "day":
      return byDay(fields, length, weekdayOf(start)) & all;
    case "weekday":
      return byWeekday(fields, length, weekdayOf(start)) & all;
    case "either":
      return (byDay(fields, length, weekdayOf(start)) | byWeekday(fields, length, weekdayOf(start))) & all;
    case "both":
      return byDay(fields, length, weekdayOf(start)) & byWeekday(fields, length, weekdayOf(start)) & all;
  }
}

const weekdayOf = (midnight: number): number => (((Math.floor(midnight / DAY_MS) + 4) % 7) + 7) % 7;

function byDay(fields: DayFields, length: number, first: number): number {
  let mask = fields.days;
  for (const back of fields.beforeLast) if (length - back >= 1) mask |= 1 << (length - back - 1);
  for (const day of fields.nearest) if (day <= length) mask |= 1 << (nearestWorkday(day, length, first) - 1);
  if (fields.lastWorkday) mask |= 1 << (nearestWorkday(length, length, first) - 1);
  return mask;
}

function nearestWorkday(day: number, length: number, first: number): number {
  const weekday = (first + day - 1) % 7;
  if (weekday === 6) return day === 1 ? 3 : day - 1;
  if (weekday === 0) return day === length ? day - 2 : day + 1;
  return day;
}

function byWeekday(fields: DayFields, length: number, first: number): number {
  let mask = 0;
  if (fields.weekdays !== 0) {
    for (let day = 1; day <= length; day++)
      if ((fields.weekdays >>> ((first + day - 1) % 7)) & 1) mask |= 1 << (day - 1);
  }
  for (const { weekday, nth } of fields.nth) {
    const day = 1 + ((weekday - first + 7) % 7) + (nth - 1) * 7;
    if (day <= length) mask |= 1 << (day - 1);
  }
  if (fields.lastWeekdays !== 0) {
    for (let day = length - 6; day <= length; day++) {
      if ((fields.lastWeekdays >>> ((first + day - 1) % 7)) & 1) mask |= 1 << (day - 1);
    }
  }
  return mask;
}
