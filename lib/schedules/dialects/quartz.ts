import { type Dialect, NO_SPECIALS, SIX, sundayOneSurprise } from "./dialect.ts";

/** CronTrigger of Quartz (quartz-scheduler.org, CronExpression). */
export const quartz: Dialect = {
  id: "quartz",
  label: "Quartz",
  layouts: [SIX, [...SIX, "year"]],
  nicknames: {},
  names: "short",
  weekdays: { sunday: 1, min: 1, max: 7 },
  specials: {
    ...NO_SPECIALS,
    question: "required",
    lastDay: true,
    beforeLast: true,
    nearestWeekday: true,
    lastWeekday: true,
    bareLastIsSaturday: true,
    nth: true,
    openStep: true,
    wideStep: false,
    wrap: true,
  },
  bothDays: "one_question",
  zone: "schedule",
  daylightSaving: { gap: "skip", overlap: "second", elapsed: "never" },
  promise: { latenessSeconds: 0, mayDrop: false, words: "Quartz makes no promise of punctuality" },
  surprises: (written) => sundayOneSurprise("Quartz", written),
  limits: [
    "The zone is the trigger's: the schedule's time zone must name it.",
    "`C` (relative to a calendar) is refused: the calendar is not in the expression.",
    "Quartz only says that changes of clocks may skip or repeat a firing: by its source (CronExpression.getTimeAfter, java.util.GregorianCalendar) a skipped time does not fire, and a repeated one fires in its second pass, on standard time.",
  ],
};
