import { type Dialect, FIVE, NICKNAMES, NO_SPECIALS } from "./dialect.ts";

/** Schedules of Upstash QStash (upstash.com/docs/qstash/features/schedules). */
export const qstash: Dialect = {
  id: "qstash",
  label: "QStash",
  layouts: [FIVE],
  nicknames: NICKNAMES,
  names: "short",
  weekdays: { sunday: 0, min: 0, max: 6 },
  specials: { ...NO_SPECIALS, question: "star", openStep: true },
  bothDays: "either",
  zone: { prefixes: ["CRON_TZ="] },
  daylightSaving: { gap: "skip", overlap: "both", elapsed: "never" },
  promise: {
    latenessSeconds: 0,
    afterChangeSeconds: 60,
    mayDrop: false,
    words: "QStash may take 60 s to take up a new schedule",
  },
  limits: [
    "UTC unless the expression says `CRON_TZ=`: the schedule's time zone is not used for it.",
    "What daylight saving does is not documented: robfig's rule (skipped, repeated) is assumed.",
  ],
};
