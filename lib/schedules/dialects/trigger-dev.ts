import { CRON_PARSER_DAYLIGHT } from "./bullmq.ts";
import { type Dialect, FIVE, NICKNAMES, NO_SPECIALS } from "./dialect.ts";

/** Schedules of Trigger.dev, read by cron-parser 4.9. */
export const triggerDev: Dialect = {
  id: "trigger-dev",
  label: "Trigger.dev",
  layouts: [FIVE],
  nicknames: NICKNAMES,
  names: "short",
  weekdays: { sunday: 0, min: 0, max: 7 },
  specials: { ...NO_SPECIALS, question: "star", lastDay: true, lastWeekday: true, nth: true, openStep: true },
  bothDays: "either",
  zone: "schedule",
  daylightSaving: CRON_PARSER_DAYLIGHT,
  promise: { latenessSeconds: 0, mayDrop: false, words: "Trigger.dev makes no promise of punctuality" },
  limits: ["Seconds are refused: Trigger.dev schedules by the minute."],
};
