import { type Dialect, FIVE, NO_SPECIALS, sundayOneSurprise } from "./dialect.ts";

/** Cron Triggers of Cloudflare Workers (developers.cloudflare.com/workers/configuration/cron-triggers). */
export const cloudflare: Dialect = {
  id: "cloudflare",
  label: "Cloudflare",
  layouts: [FIVE],
  nicknames: {},
  names: "short",
  weekdays: { sunday: 1, min: 1, max: 7 },
  specials: {
    ...NO_SPECIALS,
    question: "star",
    lastDay: true,
    nearestWeekday: true,
    lastWeekday: true,
    bareLastIsSaturday: true,
    nth: true,
    openStep: true,
    wrap: true,
  },
  bothDays: "either",
  zone: "utc",
  daylightSaving: { gap: "skip", overlap: "both", elapsed: "never" },
  promise: {
    latenessSeconds: 60,
    afterChangeSeconds: 900,
    mayDrop: false,
    words: "Cloudflare takes up to 15 min to take up a change",
  },
  surprises: (written) => sundayOneSurprise("Cloudflare", written),
  limits: ["UTC alone: the schedule's time zone is not used for it."],
};
