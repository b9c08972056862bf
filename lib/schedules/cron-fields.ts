/** What a cron expression says once it is read: sets of numbers, the same for every dialect. */
import type { Instant, Seconds } from "#lib/time/instant.ts";

/** Which days of a month fire. */
export interface DayFields {
  /** Bit d − 1 is day d. */
  readonly days: number;
  /** `L` is 0, `L-3` is 3. */
  readonly beforeLast: readonly number[];
  /** `15W`: the weekday (Monday to Friday) nearest to the 15th, in the same month. */
  readonly nearest: readonly number[];
  /** `LW`: the last weekday (Monday to Friday) of the month. */
  readonly lastWorkday: boolean;
  /** Bit 0 is Sunday. */
  readonly weekdays: number;
  /** `FRIL`: bit 5. */
  readonly lastWeekdays: number;
  /** `MON#1`; `nth` 1 to 5. */
  readonly nth: readonly { readonly weekday: number; readonly nth: number }[];
  /** Which field decides: one of them, either (a day that matches one is enough), or both. */
  readonly rule: "any" | "day" | "weekday" | "either" | "both";
}

export interface Calendar {
  readonly kind: "calendar";
  /** Ascending. */
  readonly seconds: readonly number[];
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  /** Hours × minutes as ms after midnight, ascending. */
  readonly times: Int32Array;
  /** Bit m is month m, 1 to 12. */
  readonly months: number;
  readonly dayFields: DayFields;
  /** `null`: every year. */
  readonly years: ReadonlySet<number> | null;
  /** Zone that the expression itself names (`CRON_TZ=`), or that the platform knows alone. */
  readonly zone: string | null;
  /** What daylight saving does to it; `elapsed`: none in a gap, both passes through a repeated hour. */
  readonly gap: GapPolicy;
  readonly overlap: OverlapPolicy;
  /** The fields as they were written, for `why` and for warnings. */
  readonly written: Written;
}

/** `shift_first_by_gap`: the first of the times in a gap moves on by its length, the others are left out. */
export type GapPolicy = "skip" | "shift_to_gap_end" | "shift_by_gap" | "shift_first_by_gap";
export type OverlapPolicy = "first" | "both" | "second";

export type FieldName = "second" | "minute" | "hour" | "day" | "month" | "weekday" | "year";
export type Written = Readonly<Partial<Record<FieldName, string>>>;

/** `@every 5m`, `rate(5 minutes)`, `10 seconds`: no wall clock; counted from the epoch, as its start is not in the expression. */
export interface Every {
  readonly kind: "every";
  readonly everySeconds: Seconds;
  readonly zone: string | null;
}

/** `at(2027-01-31T06:00:00)`: a wall clock, once. */
export interface Once {
  readonly kind: "once";
  /** As though in UTC. */
  readonly wall: Instant;
  readonly zone: string | null;
}

export type CronFields = Calendar | Every | Once;
