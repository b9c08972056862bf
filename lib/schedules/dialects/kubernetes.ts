import { type Dialect, FIVE, NICKNAMES, NO_SPECIALS } from "./dialect.ts";
import { readEvery } from "./every.ts";

/** CronJob of Kubernetes, which reads with robfig/cron v3 (`ParseStandard`). */
export const kubernetes: Dialect = {
  id: "kubernetes",
  label: "Kubernetes",
  layouts: [FIVE],
  nicknames: NICKNAMES,
  names: "short",
  weekdays: { sunday: 0, min: 0, max: 6 },
  specials: { ...NO_SPECIALS, question: "star", openStep: true },
  bothDays: "either",
  zone: "schedule",
  daylightSaving: { gap: "skip", overlap: "both", elapsed: "never" },
  promise: { latenessSeconds: 10, mayDrop: true, words: "Kubernetes looks every 10 s, and the image must be pulled" },
  readOther: readEvery,
  limits: [
    "Without `.spec.timeZone` the zone is the controller's: the schedule's time zone must name it.",
    "`@every` counts from when the CronJob was made, which the expression does not say.",
  ],
};
