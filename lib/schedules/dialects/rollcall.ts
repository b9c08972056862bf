import { type Dialect, FIVE, NICKNAMES, NO_SPECIALS, SIX } from "./dialect.ts";

/** Rollcall's own reading, which its dispatcher fires by (domain.md, Schedule). */
export const rollcall: Dialect = {
  id: "rollcall",
  label: "Rollcall",
  layouts: [FIVE, SIX],
  nicknames: NICKNAMES,
  names: "full",
  weekdays: { sunday: 0, min: 0, max: 7 },
  specials: {
    ...NO_SPECIALS,
    question: "star",
    lastDay: true,
    beforeLast: true,
    nearestWeekday: true,
    lastWeekday: true,
    nth: true,
    openStep: true,
    wideStep: false,
    rangeToSunday: true,
  },
  bothDays: "either",
  zone: "schedule",
  daylightSaving: { gap: "shift_to_gap_end", overlap: "first", elapsed: "open_hour_or_minute" },
  promise: { latenessSeconds: 0, mayDrop: false, words: "Rollcall makes no promise of punctuality" },
  limits: [],
};
