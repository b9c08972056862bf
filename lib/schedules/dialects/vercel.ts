import { type Dialect, FIVE, NO_SPECIALS } from "./dialect.ts";

/** Vercel Cron and the path targets of Vercel Schedules (vercel.com/docs/cron-jobs). */
export const vercel: Dialect = {
  id: "vercel",
  label: "Vercel",
  layouts: [FIVE],
  nicknames: {},
  names: "none",
  weekdays: { sunday: 0, min: 0, max: 6 },
  specials: NO_SPECIALS,
  bothDays: "forbidden",
  zone: "schedule",
  daylightSaving: { gap: "shift_to_gap_end", overlap: "first", elapsed: "open_hour_or_minute" },
  promise: { latenessSeconds: 3_600, mayDrop: true, words: "Vercel's Hobby plan fires at any time within the hour" },
  promiseOfDenser: { latenessSeconds: 60, mayDrop: true, words: "Vercel fires within the minute on Pro" },
  surprises: (_written, fields) =>
    fields.kind === "calendar" && fields.times.length * fields.seconds.length > 1
      ? ["Vercel's Hobby plan fires once a day at most: a deployment with this expression fails there."]
      : [],
  limits: [
    "Cron jobs run in UTC; only a schedule of Vercel Schedules has a zone of its own.",
    "What daylight saving does to Vercel Schedules is not documented: Rollcall's own rule is assumed.",
  ],
};
