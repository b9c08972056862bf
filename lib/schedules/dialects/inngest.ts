import { type Dialect, FIVE, NICKNAMES, NO_SPECIALS } from "./dialect.ts";
import { readEvery } from "./every.ts";

/** Scheduled functions of Inngest, read by robfig/cron v3 with descriptors. */
export const inngest: Dialect = {
  id: "inngest",
  label: "Inngest",
  layouts: [FIVE],
  nicknames: NICKNAMES,
  names: "short",
  weekdays: { sunday: 0, min: 0, max: 6 },
  specials: { ...NO_SPECIALS, question: "star", openStep: true },
  bothDays: "either",
  zone: { prefixes: ["TZ=", "CRON_TZ="] },
  daylightSaving: { gap: "skip", overlap: "both", elapsed: "never" },
  promise: { latenessSeconds: 0, mayDrop: false, words: "Inngest makes no promise of punctuality" },
  readOther: readEvery,
  limits: [
    "UTC unless the expression says `TZ=`: the schedule's time zone is not used for it.",
    "`@every` counts from when the function was synced, which the expression does not say.",
  ],
};
