import { invalid, refuse } from "#lib/problem.ts";
import { type Dialect, FIVE, NO_SPECIALS } from "./dialect.ts";

const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** The cron form of the commonest English schedules of App Engine's cron.yaml; `null` where there is none. */
function cronFormOf(english: string): string | null {
  const text = english.toLowerCase().replace(/\s+/g, " ").trim();
  const every = /^every (\d+) (minutes?|mins?|hours?)$/.exec(text);
  if (every) {
    const count = Number(every[1]);
    const minutes = every[2]?.startsWith("m");
    if (minutes && count > 0 && count < 60 && 60 % count === 0) return `*/${count} * * * *`;
    if (!minutes && count > 0 && count < 24 && 24 % count === 0) return `0 */${count} * * *`;
    return null;
  }
  const daily = /^every (day|((?:[a-z]+)(?:, ?[a-z]+)*)) (\d{1,2}):(\d{2})$/.exec(text);
  if (!daily) return null;
  const names = daily[1] === "day" ? [] : (daily[2] ?? "").split(/, ?/).map((name) => DAYS.indexOf(name.slice(0, 3)));
  if (names.includes(-1)) return null;
  return `${Number(daily[4])} ${Number(daily[3])} * * ${names.length === 0 ? "*" : names.join(",")}`;
}

/** Google Cloud Scheduler's unix-cron (cloud.google.com/scheduler/docs/configuring/cron-job-schedules). */
export const cloudScheduler: Dialect = {
  id: "cloud-scheduler",
  label: "Cloud Scheduler",
  layouts: [FIVE],
  nicknames: {},
  names: "short",
  weekdays: { sunday: 0, min: 0, max: 7 },
  specials: NO_SPECIALS,
  bothDays: "either",
  zone: "schedule",
  daylightSaving: { gap: "skip", overlap: "both", elapsed: "never" },
  promise: { latenessSeconds: 0, mayDrop: false, words: "Cloud Scheduler makes no promise of punctuality" },
  readOther: (expression) => {
    if (!/^(every|\d+(st|nd|rd|th)|first|second|third|fourth|fifth)\b/i.test(expression)) return null;
    const form = cronFormOf(expression);
    const message = form
      ? `Rollcall reads Cloud Scheduler's cron form, not its English: write “${form}” for “${expression}”.`
      : `Rollcall reads Cloud Scheduler's cron form, not its English, and “${expression}” has no cron form: use an interval.`;
    return refuse(invalid({ code: "invalid_expression", message, errors: [{ path: "spec.expression", message }] }));
  },
  limits: [
    "Google warns that jobs between 01:00 and 03:00 may be skipped or run twice when clocks change: skipped in the gap and repeated in the overlap is assumed.",
    "English schedules are refused: their start is not in the expression.",
  ],
};
