import { invalid, ok, type Result, refuse } from "#lib/problem.ts";
import { parseRfc3339, type Seconds } from "#lib/time/instant.ts";
import { type Dialect, NO_SPECIALS, type Reading, sundayOneSurprise } from "./dialect.ts";

const no = (message: string): Result<never> =>
  refuse(invalid({ code: "invalid_expression", message, errors: [{ path: "spec.expression", message }] }));

const UNITS: Readonly<Record<string, number>> = { minute: 60, hour: 3_600, day: 86_400 };

function readRate(inside: string): Result<Reading> {
  const match = /^(\d+)\s+(minute|hour|day)(s?)$/.exec(inside.trim());
  const count = Number(match?.[1] ?? 0);
  if (!match || count < 1) return no(`“rate(${inside})” is no rate: write “rate(5 minutes)”, hours or days.`);
  if ((count === 1) !== (match[3] === "")) {
    return no(`EventBridge wants “rate(1 ${match[2]})” or “rate(${count === 1 ? 5 : count} ${match[2]}s)”.`);
  }
  const everySeconds = (count * (UNITS[match[2] ?? ""] ?? 0)) as Seconds;
  return ok({ kind: "read", fields: { kind: "every", everySeconds, zone: null } });
}

function readAt(inside: string): Result<Reading> {
  const wall = /Z|[+-]\d\d:\d\d$/.test(inside.trim()) ? null : parseRfc3339(`${inside.trim()}Z`);
  if (wall === null) return no(`“at(${inside})” is no time: write “at(2027-01-31T06:00:00)”, without an offset.`);
  return ok({ kind: "read", fields: { kind: "once", wall, zone: null } });
}

/** Amazon EventBridge, rules and Scheduler (docs.aws.amazon.com/scheduler, Schedule types). */
export const eventbridge: Dialect = {
  id: "eventbridge",
  label: "EventBridge",
  layouts: [["minute", "hour", "day", "month", "weekday", "year"]],
  nicknames: {},
  names: "short",
  weekdays: { sunday: 1, min: 1, max: 7 },
  specials: {
    ...NO_SPECIALS,
    question: "required",
    lastDay: true,
    nearestWeekday: true,
    lastWeekday: true,
    bareLastIsSaturday: true,
    nth: true,
    openStep: true,
  },
  bothDays: "one_question",
  zone: "schedule",
  daylightSaving: { gap: "skip", overlap: "first", elapsed: "never" },
  promise: {
    latenessSeconds: 60,
    mayDrop: false,
    words: "EventBridge fires within the minute, or within its flexible window",
  },
  readOther: (expression) => {
    const call = /^(cron|rate|at)\((.*)\)$/.exec(expression);
    if (!call) return null;
    const [, name, inside = ""] = call;
    if (name === "rate") return readRate(inside);
    if (name === "at") return readAt(inside);
    return ok({ kind: "fields", expression: inside.trim() });
  },
  surprises: (written) => sundayOneSurprise("EventBridge", written),
  limits: [
    "Rules run in UTC; only EventBridge Scheduler has a zone: the schedule's time zone must name it.",
    "A rate counts from when its rule was made, which the expression does not say.",
  ],
};
