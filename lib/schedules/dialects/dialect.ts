/** What a member of the family must say: how one platform reads a cron expression, and what it promises. */
import type { Result } from "#lib/problem.ts";
import type { CronFields, FieldName, GapPolicy, OverlapPolicy, Written } from "../cron-fields.ts";
import type { DialectId } from "../spec.ts";

export interface Dialect {
  readonly id: DialectId;
  /** The platform's name, as it is said in a sentence. */
  readonly label: string;
  /** What the fields mean, by their number: 5 or 6 or 7 of them. */
  readonly layouts: readonly (readonly FieldName[])[];
  /** Nicknames with what they stand for; lower case. */
  readonly nicknames: Readonly<Record<string, string>>;
  /** `JAN`, `MON` (short), `January`, `Monday` too (full). */
  readonly names: "none" | "short" | "full";
  readonly weekdays: WeekdayNumbers;
  readonly specials: Specials;
  readonly bothDays: BothDays;
  /** Whose zone it fires in: the schedule's; UTC whatever the schedule says; or the one before the expression, else UTC. */
  readonly zone: "schedule" | "utc" | { readonly prefixes: readonly string[] };
  readonly daylightSaving: DaylightSaving;
  readonly promise: PlatformPromise;
  /** Where the promise is another for what fires more often than once a day (Vercel: Hobby may not). */
  readonly promiseOfDenser?: PlatformPromise;
  /** Refuses what would fire more often. */
  readonly minimumGapSeconds?: number;
  /** Reads what is no row of fields (`rate(…)`, `@every`, OnCalendar); `null` leaves it to the common reading. */
  readonly readOther?: (expression: string) => Result<Reading> | null;
  /** Warnings of reading: what this platform takes otherwise than most people expect. */
  readonly surprises?: (written: Written, fields: CronFields) => readonly string[];
  /** What the platform cannot do or does not say, and what is therefore assumed. */
  readonly limits: readonly string[];
}

/** What `readOther` makes of an expression: fields to be read like any others, or the finished thing. */
export type Reading =
  | { readonly kind: "fields"; readonly expression: string }
  | { readonly kind: "read"; readonly fields: CronFields };

export interface WeekdayNumbers {
  /** The number of Sunday: 0 as in Unix, 1 as in Quartz. */
  readonly sunday: 0 | 1;
  readonly min: number;
  /** 7 where Sunday may also be written 7 (or where Sunday is 1). */
  readonly max: 6 | 7;
}

export interface Specials {
  /** `?`: refused, another way to write `*`, or the one way to leave a day field open. */
  readonly question: "refused" | "star" | "required";
  /** `L` as day of month. */
  readonly lastDay: boolean;
  /** `L-3`. */
  readonly beforeLast: boolean;
  /** `15W`, and `LW` where `lastDay` too. */
  readonly nearestWeekday: boolean;
  /** `5L`, `FRIL`. */
  readonly lastWeekday: boolean;
  /** `L` alone as weekday: Saturday, the last of the week. */
  readonly bareLastIsSaturday: boolean;
  /** `MON#1`. */
  readonly nth: boolean;
  /** `$` as day of month: the last day. */
  readonly dollar: boolean;
  /** `5/15`: from 5 to the end by 15. */
  readonly openStep: boolean;
  /** A step wider than the field, such as every 100 minutes: taken (it fires at the first value alone), or refused. */
  readonly wideStep: boolean;
  /** `22-2`, `SAT-MON`: a range that runs over the end. */
  readonly wrap: boolean;
  /** `FRI-SUN`, where Sunday is 0: a range that ends with it. */
  readonly rangeToSunday: boolean;
}

/**
 * When day of month and day of week are both set: either matches; both must when one of them starts with a star, else
 * either (Vixie); both must (systemd); forbidden; one must be `?`.
 */
export type BothDays = "either" | "both" | "both_if_starred" | "forbidden" | "one_question";

export interface DaylightSaving {
  /** What becomes of a wall-clock time that the spring change skips. */
  readonly gap: GapPolicy;
  /** Which passes count of a wall-clock time that the autumn change repeats. */
  readonly overlap: OverlapPolicy;
  /**
   * Which expressions follow elapsed time instead (none in the gap, both passes): those whose hour or minute is a
   * wildcard, a full range or a step; those whose hour or minute starts with a star; those whose hour, minute or second
   * has a star, a step or a range; those with every hour; none.
   */
  readonly elapsed: "open_hour_or_minute" | "starred_hour_or_minute" | "open_or_ranged" | "every_hour" | "never";
  /** What a gap does to those that follow elapsed time, where it is not that they skip it. */
  readonly gapOfElapsed?: GapPolicy;
}

export interface PlatformPromise {
  /** How late it may fire by its own account. */
  readonly latenessSeconds: number;
  /** For how long after a change of the schedule it may still fire late, or not at all. */
  readonly afterChangeSeconds?: number;
  /** Whether it may leave an occurrence out. */
  readonly mayDrop: boolean;
  /** The platform's own account, in a sentence. */
  readonly words: string;
}

export const FIVE = ["minute", "hour", "day", "month", "weekday"] as const satisfies readonly FieldName[];
export const SIX = ["second", ...FIVE] as const satisfies readonly FieldName[];

/** The nicknames of crontab(5), without `@reboot`, which is no time. */
export const NICKNAMES = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
} as const;

/** The warning of those that count weekdays as Quartz does. */
export const sundayOneSurprise = (label: string, written: Written): readonly string[] =>
  written.weekday !== undefined && /(^|[,-])[1-7]/.test(written.weekday)
    ? [`${label} counts weekdays from Sunday as 1, so “${written.weekday}” names other days than it does in crontab.`]
    : [];

export const NO_SPECIALS: Specials = {
  question: "refused",
  lastDay: false,
  beforeLast: false,
  nearestWeekday: false,
  lastWeekday: false,
  bareLastIsSaturday: false,
  nth: false,
  dollar: false,
  openStep: false,
  wideStep: true,
  wrap: false,
  rangeToSunday: false,
};
