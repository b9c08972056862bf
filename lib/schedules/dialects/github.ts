import { type Dialect, FIVE, NO_SPECIALS } from "./dialect.ts";

/** `on.schedule` of GitHub Actions (docs.github.com, Events that trigger workflows). */
export const github: Dialect = {
  id: "github",
  label: "GitHub Actions",
  layouts: [FIVE],
  nicknames: {},
  names: "short",
  weekdays: { sunday: 0, min: 0, max: 6 },
  specials: { ...NO_SPECIALS, openStep: true },
  bothDays: "either",
  zone: "schedule",
  daylightSaving: { gap: "shift_to_gap_end", overlap: "first", elapsed: "open_hour_or_minute" },
  promise: {
    latenessSeconds: 1_800,
    mayDrop: true,
    words: "GitHub delays scheduled workflows under load, by half an hour often and by hours at times",
  },
  minimumGapSeconds: 300,
  limits: [
    "UTC, unless the workflow sets a timezone beside the cron line.",
    "A skipped time advances to the next valid one, as GitHub says; of a repeated one it says nothing: once, the first time, is assumed.",
  ],
};
