/** Reads one field of a cron expression: names, ranges, steps; the plain rest goes to cron-parser. */
import { CronExpressionParser } from "cron-parser";
import type { FieldName } from "./cron-fields.ts";
import type { Dialect } from "./dialects/dialect.ts";

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** Thrown while reading, caught by `parseCron`: the message is for the person who wrote the expression. */
export class Unreadable extends Error {}

export const MONTHS = "january february march april may june july august september october november december".split(
  " ",
);
export const WEEKDAYS = "sunday monday tuesday wednesday thursday friday saturday".split(" ");

const CALLED: Readonly<Record<FieldName, string>> = {
  second: "second",
  minute: "minute",
  hour: "hour",
  day: "day of the month",
  month: "month",
  weekday: "day of the week",
  year: "year",
};
export const called = (field: FieldName): string => CALLED[field];

function boundsOf(field: FieldName, dialect: Dialect): Bounds {
  switch (field) {
    case "second":
    case "minute":
      return { min: 0, max: 59 };
    case "hour":
      return { min: 0, max: 23 };
    case "day":
      return { min: 1, max: 31 };
    case "month":
      return { min: 1, max: 12 };
    case "weekday":
      return { min: dialect.weekdays.min, max: dialect.weekdays.max };
    case "year":
      return { min: 1970, max: 2199 };
  }
}

function named(word: string, names: readonly string[], dialect: Dialect): number {
  const lower = word.toLowerCase();
  const index = names.findIndex((name) => name === lower || name.slice(0, 3) === lower);
  if (index < 0) return -1;
  if (dialect.names === "none") {
    throw new Unreadable(`${dialect.label} takes no names: write a number instead of “${word}”.`);
  }
  const short = names[index]?.length === lower.length && lower.length > 3 && dialect.names === "short";
  if (short) throw new Unreadable(`${dialect.label} knows the first three letters alone: “${word.slice(0, 3)}”.`);
  return index;
}

/** The number that a value of the field stands for, in the dialect's own numbering. */
export function numberOf(text: string, field: FieldName, dialect: Dialect): number {
  const bounds = boundsOf(field, dialect);
  if (/^\d{1,4}$/.test(text)) {
    const value = Number(text);
    if (value < bounds.min || value > bounds.max) {
      throw new Unreadable(
        `“${text}” is no ${called(field)}: ${dialect.label} counts from ${bounds.min} to ${bounds.max}.`,
      );
    }
    return value;
  }
  if (field === "month" || field === "weekday") {
    const index = named(text, field === "month" ? MONTHS : WEEKDAYS, dialect);
    if (index >= 0) return field === "month" ? index + 1 : index + dialect.weekdays.sunday;
  }
  throw new Unreadable(`“${text}” is no ${called(field)}.`);
}

/** Sunday is 0 from here on, whatever the dialect calls it. */
export const sundayZero = (value: number, dialect: Dialect): number => (value - dialect.weekdays.sunday + 7) % 7;

const POSITION: Readonly<Partial<Record<FieldName, number>>> = { second: 0, minute: 1, hour: 2, day: 3, month: 4 };

/** cron-parser reads a whole expression in about 50 µs, and few ranges are ever written. */
const RANGES_KEPT = 4_096;
const ranges = new Map<string, readonly number[]>();

interface Range {
  readonly low: number;
  readonly high: number;
  readonly step: number;
}

/** The values of `low-high/step`, remembered. */
function range(field: FieldName, of: Range): readonly number[] {
  const key = `${field} ${of.low} ${of.high} ${of.step}`;
  const kept = ranges.get(key);
  if (kept) return kept;
  const values = readRange(field, of);
  if (ranges.size >= RANGES_KEPT) ranges.clear();
  ranges.set(key, values);
  return values;
}

/** cron-parser reads it where the field is one of its own; a year is none, nor a weekday in another numbering. */
function readRange(field: FieldName, { low, high, step }: Range): readonly number[] {
  const position = POSITION[field];
  if (position === undefined) {
    const values: number[] = [];
    for (let value = low; value <= high; value += step) values.push(value);
    return values;
  }
  const atoms = ["*", "*", "*", "*", "*", "*"];
  atoms[position] = step === 1 && low === high ? String(low) : `${low}-${high}/${step}`;
  const { fields } = CronExpressionParser.parse(atoms.join(" "));
  const read = [fields.second, fields.minute, fields.hour, fields.dayOfMonth, fields.month][position];
  return (read?.values ?? []).map(Number);
}

const ITEM = /^([*?]|[0-9A-Za-z]+)(?:-([0-9A-Za-z]+))?(?:\/(\d+))?$/;

/** The values of one item of a list, in the dialect's numbering. */
export function readItem(item: string, field: FieldName, dialect: Dialect): readonly number[] {
  const match = /^[HC](\W|$)/.test(item) ? null : ITEM.exec(item);
  if (!match) throw new Unreadable(unreadableItem(item, field, dialect));
  const [, first = "", last, stepText] = match;
  const bounds = boundsOf(field, dialect);
  const star = first === "*" || first === "?";
  if (star && last !== undefined) throw new Unreadable(`“${item}” is no range: a star has no end.`);
  if (first === "?" && (dialect.specials.question === "refused" || (field !== "day" && field !== "weekday"))) {
    throw new Unreadable(`${dialect.label} takes no “?” as ${called(field)}: write “*”.`);
  }
  const step = stepText === undefined ? 1 : Number(stepText);
  if (step < 1) throw new Unreadable(`“${item}” never moves: a step is 1 at least.`);
  const low = star ? bounds.min : numberOf(first, field, dialect);
  if (!star && last === undefined && stepText !== undefined && !dialect.specials.openStep) {
    throw new Unreadable(
      `${dialect.label} takes a step after a star or a range alone: write “${first}-${bounds.max}/${step}”.`,
    );
  }
  const open = star || (last === undefined && stepText !== undefined);
  const high = open ? bounds.max : last === undefined ? low : numberOf(last, field, dialect);
  if (step > bounds.max - bounds.min + 1 && !dialect.specials.wideStep) {
    throw new Unreadable(`“${item}” steps past the end: it would fire at ${low} alone. Write that, or a smaller step.`);
  }
  if (low <= high) return range(field, { low, high, step });
  if (field === "weekday" && high === 0 && dialect.specials.rangeToSunday) {
    return range(field, { low, high: 7, step });
  }
  if (!dialect.specials.wrap) {
    const top = bounds.max === 7 && bounds.min === 0 ? 6 : bounds.max;
    throw new Unreadable(`“${item}” runs backwards: write it as two, such as “${first}-${top},${bounds.min}-${last}”.`);
  }
  const size = bounds.max - bounds.min + 1;
  return range("year", { low, high: high + size, step }).map((value) => (value > bounds.max ? value - size : value));
}

function unreadableItem(item: string, field: FieldName, dialect: Dialect): string {
  if (item === "") return `The ${called(field)} has an empty place in its list: a comma too many.`;
  if (/^H(\W|$)/.test(item)) {
    return `“${item}” lets the scheduler pick a time by a hash that Rollcall cannot know: write the time that it picked.`;
  }
  if (item.includes("~")) {
    return `“${item}” lets cron pick a time at random when it reads the table: write the time that it picked.`;
  }
  return `${dialect.label} does not know “${item}” as ${called(field)}.`;
}
