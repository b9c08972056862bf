import { type Dialect, FIVE, NO_SPECIALS, SIX } from "./dialect.ts";

/** What cron-parser's daylight saving does, measured over New York's changes of 2026. */
export const CRON_PARSER_DAYLIGHT = { gap: "shift_by_gap", overlap: "first", elapsed: "every_hour" } as const;

const CRON_PARSER_NICKNAMES = {
  "@yearly": "0 0 0 1 1 *",
  "@annually": "0 0 0 1 1 *",
  "@monthly": "0 0 0 1 * *",
  "@weekly": "0 0 0 * * 0",
  "@daily": "0 0 0 * * *",
  "@hourly": "0 0 * * * *",
  "@minutely": "0 * * * * *",
  "@secondly": "* * * * * *",
  "@weekdays": "0 0 0 * * 1-5",
  "@weekends": "0 0 0 * * 0,6",
} as const;

/** Job schedulers of BullMQ 6, whose `pattern` is read by cron-parser 5. */
export const bullmq: Dialect = {
  id: "bullmq",
  label: "BullMQ",
  layouts: [FIVE, SIX],
  nicknames: CRON_PARSER_NICKNAMES,
  names: "short",
  weekdays: { sunday: 0, min: 0, max: 7 },
  specials: { ...NO_SPECIALS, question: "star", lastDay: true, lastWeekday: true, nth: true, openStep: true },
  bothDays: "either",
  zone: "schedule",
  daylightSaving: CRON_PARSER_DAYLIGHT,
  promise: { latenessSeconds: 0, mayDrop: false, words: "BullMQ makes no promise of punctuality" },
  limits: [
    "`tz` is the schedule's time zone; `every` is an interval.",
    "Missing fields, which cron-parser fills with stars, are refused.",
    "`H` picks a time by a hash and is refused.",
  ],
};
