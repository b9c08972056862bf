import { type Dialect, FIVE, NICKNAMES, NO_SPECIALS } from "./dialect.ts";

/** The star rule of Vixie: a day field that starts with a star turns “either” into “both” (crontab(5), BUGS). */
export function starredDaySurprise(day: string | undefined, weekday: string | undefined): readonly string[] {
  if (day === undefined || weekday === undefined) return [];
  const open = (text: string) => text === "*" || text === "?";
  if (open(day) || open(weekday) || !(day.startsWith("*") || weekday.startsWith("*"))) return [];
  return [
    `One of the two day fields starts with a star, so cron fires on days that match both “${day}” and “${weekday}”, not either.`,
  ];
}

/** crontab(5) as Vixie's cron and its Debian descendant read it. */
export const vixie: Dialect = {
  id: "vixie",
  label: "cron",
  layouts: [FIVE],
  nicknames: NICKNAMES,
  names: "short",
  weekdays: { sunday: 0, min: 0, max: 7 },
  specials: NO_SPECIALS,
  bothDays: "both_if_starred",
  zone: "schedule",
  daylightSaving: { gap: "shift_to_gap_end", overlap: "first", elapsed: "starred_hour_or_minute" },
  promise: { latenessSeconds: 0, mayDrop: false, words: "cron makes no promise of punctuality" },
  surprises: (written) => starredDaySurprise(written.day, written.weekday),
  limits: [
    "The zone is the machine's: the schedule's time zone must name it.",
    "A user column, a command and “%” belong to the table, not to the expression.",
    "cronie's “~” picks its time at random and is refused.",
  ],
};
