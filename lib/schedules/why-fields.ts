/** Why a calendar fires at a wall clock or does not, field by field. */
import type { Calendar, FieldName } from "./cron-fields.ts";
import { daysOfMonth } from "./days.ts";
import { WEEKDAYS } from "./field.ts";

const MOST_LISTED = 6;

function wanted(values: readonly number[], written: string | undefined): string {
  if (values.length > MOST_LISTED) return `“${written}”`;
  const texts = values.map(String);
  return texts.length > 1 ? `${texts.slice(0, -1).join(", ")} or ${texts[texts.length - 1]}` : `${texts[0]}`;
}

const weekdayName = (day: number): string => {
  const name = WEEKDAYS[day] ?? "";
  return name.slice(0, 1).toUpperCase() + name.slice(1);
};

function dayMismatch(calendar: Calendar, date: Date): string | null {
  const { dayFields, written } = calendar;
  const fires = daysOfMonth(dayFields, date.getUTCFullYear(), date.getUTCMonth() + 1);
  if ((fires >>> (date.getUTCDate() - 1)) & 1) return null;
  const day = `the day of the month is ${date.getUTCDate()}`;
  const weekday = `the weekday is ${weekdayName(date.getUTCDay())}`;
  switch (dayFields.rule) {
    case "any":
      return null;
    case "day":
      return `${day}; the expression wants “${written.day}”`;
    case "weekday":
      return `${weekday}; the expression wants “${written.weekday}”`;
    case "either":
      return `${day} and ${weekday}; the expression wants “${written.day}” or the weekday “${written.weekday}”`;
    case "both":
      return `${day} and ${weekday}; the expression wants “${written.day}” and the weekday “${written.weekday}”`;
  }
}

/** One sentence for every field that the wall clock (as though in UTC) does not match; none when it matches. */
export function mismatches(calendar: Calendar, wall: number): string[] {
  const date = new Date(wall);
  const found: string[] = [];
  const compare = (field: FieldName, value: number, values: readonly number[]): void => {
    if (!values.includes(value)) {
      found.push(`the ${field} is ${value}; the expression wants ${wanted(values, calendar.written[field])}`);
    }
  };
  if (calendar.years !== null) compare("year", date.getUTCFullYear(), [...calendar.years]);
  const months = Array.from({ length: 12 }, (_, i) => i + 1).filter((month) => (calendar.months >>> month) & 1);
  compare("month", date.getUTCMonth() + 1, months);
  const day = dayMismatch(calendar, date);
  if (day) found.push(day);
  compare("hour", date.getUTCHours(), calendar.hours);
  compare("minute", date.getUTCMinutes(), calendar.minutes);
  compare("second", date.getUTCSeconds(), calendar.seconds);
  return found;
}
