import { ok, type Result } from "#lib/problem.ts";
import { zoneNamed } from "#lib/time/zone.ts";
import { calendar } from "../calendar.ts";
import type { DayFields, FieldName, Written } from "../cron-fields.ts";
import { NO_DAYS } from "../days.ts";
import { numberOf, Unreadable } from "../field.ts";
import { type Dialect, NO_SPECIALS, type Reading } from "./dialect.ts";

const SHORTHANDS: Readonly<Record<string, string>> = {
  minutely: "*-*-* *:*:00",
  hourly: "*-*-* *:00:00",
  daily: "*-*-* 00:00:00",
  weekly: "Mon *-*-* 00:00:00",
  monthly: "*-*-01 00:00:00",
  quarterly: "*-01,04,07,10-01 00:00:00",
  semiannually: "*-01,07-01 00:00:00",
  yearly: "*-01-01 00:00:00",
  annually: "*-01-01 00:00:00",
};

const LIMITS: Readonly<Record<FieldName, readonly [number, number]>> = {
  second: [0, 59],
  minute: [0, 59],
  hour: [0, 23],
  day: [1, 31],
  month: [1, 12],
  weekday: [0, 6],
  year: [1970, 2199],
};

function number(text: string, field: FieldName): number {
  const [low, high] = LIMITS[field];
  const value = Number(text);
  if (!/^\d{1,4}$/.test(text) || value < low || value > high) {
    throw new Unreadable(`“${text}” is no ${field} of an OnCalendar expression: ${low} to ${high}.`);
  }
  return value;
}

/** The values of a component: `*`, `5`, `1..5`, `0/15`, `1..20/3`, and lists of them. */
function component(text: string, field: FieldName): readonly number[] {
  const [low, high] = LIMITS[field];
  const values: number[] = [];
  for (const item of text.split(",")) {
    const [head = "", stepText] = item.split("/");
    const [first = "", last] = head.split("..");
    const step = stepText === undefined ? 1 : Number(stepText);
    if (!Number.isInteger(step) || step < 1) throw new Unreadable(`“${item}” never moves: a step is 1 at least.`);
    const from = first === "*" ? low : number(first, field);
    const to = last !== undefined ? number(last, field) : first === "*" || stepText !== undefined ? high : from;
    if (from > to) throw new Unreadable(`“${item}” runs backwards.`);
    for (let value = from; value <= to; value += step) values.push(value);
  }
  return values;
}

/** `~1` is the last day, `~7/1` the last seven; as days before the last. */
function fromTheEnd(text: string): readonly number[] {
  const back = text.split(",").flatMap((item) => {
    const [head = "", stepText] = item.split("/");
    const [first = "", last] = head.split("..");
    const start = number(first, "day");
    const end = last !== undefined ? number(last, "day") : stepText === undefined ? start : 1;
    const step = Number(stepText ?? 1);
    if (!Number.isInteger(step) || step < 1) throw new Unreadable(`“${item}” never moves: a step is 1 at least.`);
    const days: number[] = [];
    for (let day = Math.max(start, end); day >= Math.min(start, end); day -= step) days.push(day - 1);
    return days;
  });
  return [...new Set(back)];
}

function weekdayMask(text: string): number {
  let mask = 0;
  for (const item of text.split(",")) {
    const [first = "", last] = item.split(/\.\.|-/);
    // A week begins on Monday: `Fri..Sun` is a range, `Sun..Mon` is none.
    const from = (numberOf(first, "weekday", systemd) + 6) % 7;
    const to = last === undefined ? from : (numberOf(last, "weekday", systemd) + 6) % 7;
    if (from > to) throw new Unreadable(`“${item}” runs backwards: the week begins on Monday.`);
    for (let day = from; day <= to; day++) mask |= 1 << ((day + 1) % 7);
  }
  return mask;
}

function dateOf(text: string): { year: string; month: string; day: string; end: boolean } {
  const match = /^(?:([^-~]+)-)?([^-~]+)([-~])([^-~]+)$/.exec(text);
  if (!match) throw new Unreadable(`“${text}” is no date of an OnCalendar expression: write “*-*-*”.`);
  return { year: match[1] ?? "*", month: match[2] ?? "*", day: match[4] ?? "*", end: match[3] === "~" };
}

function timeOf(text: string): { hour: string; minute: string; second: string } {
  const [hour = "", minute = "", second = "00", more] = text.split(":");
  if (more !== undefined || hour === "" || minute === "") {
    throw new Unreadable(`“${text}” is no time of an OnCalendar expression: write “02:30” or “*:0/15”.`);
  }
  if (second.includes(".") && !second.includes("..")) throw new Unreadable("Rollcall knows whole seconds alone.");
  return { hour, minute, second };
}

function readOnCalendar(expression: string): Result<Reading> {
  const atoms = (SHORTHANDS[expression.toLowerCase()] ?? expression).split(/\s+/);
  const last = atoms[atoms.length - 1] ?? "";
  const zone = atoms.length > 1 && !/^[\d*]/.test(last) && !last.includes(":") ? zoneNamed(last) : null;
  if (zone) atoms.pop();
  const named = /^[A-Za-z]/.test(atoms[0] ?? "") ? atoms.shift() : undefined;
  const date = atoms[0]?.includes(":") ? undefined : atoms.shift();
  const time = atoms.shift();
  if (atoms.length > 0) throw new Unreadable(`“${expression}” has more than a weekday, a date, a time and a zone.`);
  if (named === undefined && date === undefined && time === undefined) throw new Unreadable("The expression is empty.");
  const { year, month, day, end } = dateOf(date ?? "*-*-*");
  const { hour, minute, second } = timeOf(time ?? "00:00:00");
  const dayOpen = day === "*" && !end;
  const dayFields: DayFields = {
    ...NO_DAYS,
    days: end ? 0 : component(day, "day").reduce((mask, value) => mask | (1 << (value - 1)), 0),
    beforeLast: end ? fromTheEnd(day) : [],
    weekdays: named === undefined ? 0 : weekdayMask(named.replace(/,$/, "")),
    rule: dayOpen ? (named === undefined ? "any" : "weekday") : named === undefined ? "day" : "both",
  };
  const written: Written = { second, minute, hour, day: end ? `~${day}` : day, month, year, weekday: named ?? "*" };
  const parts = {
    seconds: component(second, "second"),
    minutes: component(minute, "minute"),
    hours: component(hour, "hour"),
    months: component(month, "month"),
    years: year === "*" ? null : component(year, "year"),
    dayFields,
    zone,
    written,
  };
  return ok({ kind: "read", fields: calendar(parts, systemd.daylightSaving) });
}

/** OnCalendar of systemd timers (systemd.time(7), Calendar events). */
export const systemd: Dialect = {
  id: "systemd",
  label: "systemd",
  layouts: [],
  nicknames: {},
  names: "full",
  weekdays: { sunday: 0, min: 0, max: 6 },
  specials: NO_SPECIALS,
  bothDays: "both",
  zone: "schedule",
  daylightSaving: { gap: "skip", overlap: "first", elapsed: "never" },
  promise: { latenessSeconds: 60, mayDrop: false, words: "systemd fires within AccuracySec, a minute unless set" },
  readOther: readOnCalendar,
  limits: [
    "Without a zone in the expression it is the machine's: the schedule's time zone must name it.",
    "RandomizedDelaySec and Persistent belong to the timer, not to the expression.",
  ],
};
