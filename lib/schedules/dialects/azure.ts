import { type Dialect, NO_SPECIALS, SIX } from "./dialect.ts";

/** NCRONTAB of Azure Functions' timer trigger (learn.microsoft.com, Timer trigger). */
export const azure: Dialect = {
  id: "azure",
  label: "Azure Functions",
  layouts: [SIX],
  nicknames: {},
  names: "full",
  weekdays: { sunday: 0, min: 0, max: 6 },
  specials: { ...NO_SPECIALS, openStep: true },
  bothDays: "either",
  zone: "schedule",
  daylightSaving: {
    gap: "shift_first_by_gap",
    overlap: "first",
    elapsed: "open_or_ranged",
    gapOfElapsed: "shift_first_by_gap",
  },
  promise: { latenessSeconds: 0, mayDrop: false, words: "Azure Functions makes no promise of punctuality" },
  limits: [
    "UTC unless WEBSITE_TIME_ZONE is set: the schedule's time zone must name it.",
    "Daylight saving is read from its source (azure-webjobs-sdk-extensions, CronSchedule.cs), not documented: the first skipped time moves by the gap; a repeated time fires the first time, an interval in both passes.",
  ],
};
