/** What a person should know before trusting a spec (domain.md, Schedule and Expected window). */
import { DAY, type Instant } from "#lib/time/instant.ts";
import { shortestGapSeconds } from "./cron.ts";
import type { Calendar, CronFields, FieldName } from "./cron-fields.ts";
import { disturbances } from "./daylight.ts";
import type { Dialect, PlatformPromise } from "./dialects/dialect.ts";
import { DIALECTS } from "./dialects/register.ts";
import { fieldsOf, nextOccurrence } from "./expand.ts";
import type { Spec } from "./spec.ts";
import { lengthInWords } from "./words.ts";

export type WarningCode =
  | "never_fires"
  | "past"
  | "dst_skipped"
  | "dst_moved"
  | "dst_repeated"
  | "uneven_steps"
  | "wide_step"
  | "grace_exceeds_gap"
  | "grace_below_promise"
  | "promise_exceeds_gap"
  | "may_drop"
  | "read_otherwise"
  | "either_day"
  | "zone_not_used"
  | "start_unknown";

export interface Warning {
  readonly code: WarningCode;
  /** A sentence or two. */
  readonly message: string;
  readonly proposedGraceSeconds?: number;
  /** A spec that does what was meant. */
  readonly proposedSpec?: { readonly kind: "interval" | "rolling"; readonly everySeconds: number };
  readonly proposedTimezone?: string;
}

export interface Question {
  readonly spec: Spec;
  readonly timezone: string;
  readonly graceSeconds?: number;
  readonly from: Instant;
}

const SIZES: Readonly<Partial<Record<FieldName, number>>> = { second: 60, minute: 60, hour: 24, month: 12 };
const NEXT_UP: Readonly<Partial<Record<FieldName, string>>> = {
  second: "minute",
  minute: "hour",
  hour: "day",
  day: "month",
  month: "year",
};

const SECONDS: Readonly<Partial<Record<FieldName, number>>> = { second: 1, minute: 60, hour: 3_600, day: 86_400 };

/** The even steps that a field of steps means, where no other field says more than when in the step. */
function evenSteps(calendar: Calendar, field: FieldName, step: number): Pick<Warning, "proposedSpec"> {
  const { written } = calendar;
  const order: readonly FieldName[] = ["second", "minute", "hour", "day", "month", "weekday", "year"];
  const wider = order.slice(order.indexOf(field) + 1);
  const open = (text: string | undefined): boolean => text === undefined || text === "*" || text === "?";
  const steps = /^(\*|0|1)\/\d+$/.test(written[field] ?? "");
  const size = SECONDS[field];
  if (size === undefined || !steps || !wider.every((one) => open(written[one]))) return {};
  return { proposedSpec: { kind: "interval", everySeconds: step * size } };
}

function stepsIn(calendar: Calendar): Warning[] {
  const found: Warning[] = [];
  for (const [field, next] of Object.entries(NEXT_UP) as [FieldName, string][]) {
    const text = calendar.written[field] ?? "";
    const size = SIZES[field] ?? 31;
    for (const [item, , stepText] of text.matchAll(/(\*|\b0|\b1)\/(\d+)/g)) {
      const step = Number(stepText);
      if (step > size) {
        found.push({
          code: "wide_step",
          message: `“${item}” as ${field} is wider than the ${next}: it fires at its first value alone.`,
        });
      } else if (step > 1 && (field === "day" || size % step !== 0)) {
        const message = `“${item}” starts again with every ${next}: the last step before it is shorter than ${step} ${field}s. Use an interval for even steps.`;
        found.push({ code: "uneven_steps", message, ...evenSteps(calendar, field, step) });
      }
    }
  }
  return found;
}

function daylightOf(calendar: Calendar, zone: string, from: Instant): Warning[] {
  const year = { from, to: (from + 366 * DAY) as Instant };
  return disturbances(calendar, zone, year).map(({ kind, sentence }) => ({
    code: `dst_${kind}`,
    message: `${sentence}.`,
  }));
}

const isSet = (text: string | undefined): boolean => text !== undefined && text !== "*" && text !== "?";

function readingOf(dialect: Dialect, fields: CronFields, timezone: string): Warning[] {
  const warnings: Warning[] = [];
  const written = fields.kind === "calendar" ? fields.written : {};
  for (const message of dialect.surprises?.(written, fields) ?? []) warnings.push({ code: "read_otherwise", message });
  if (
    fields.kind === "calendar" &&
    fields.dayFields.rule === "either" &&
    isSet(written.day) &&
    isSet(written.weekday)
  ) {
    const message = `Both day fields are set: ${dialect.label} fires on every day that matches either “${written.day}” or “${written.weekday}”.`;
    warnings.push({ code: "either_day", message });
  }
  if (fields.zone !== null && fields.zone !== timezone) {
    const message = `${dialect.label} reads this expression in ${fields.zone}: the schedule's time zone, ${timezone}, is not used for it.`;
    warnings.push({ code: "zone_not_used", message, proposedTimezone: fields.zone });
  }
  if (fields.kind === "every") {
    const length = lengthInWords(fields.everySeconds);
    const message = `The expression does not say from when every ${length} is counted; the epoch is assumed. Use an interval with the anchor that the platform uses.`;
    const proposedSpec = { kind: "interval", everySeconds: fields.everySeconds } as const;
    warnings.push({ code: "start_unknown", message, proposedSpec });
  }
  return warnings;
}

/** The platform's promise for what fires as often as these fields do. */
export function promiseOf(dialect: Dialect, fields: CronFields): PlatformPromise {
  const denser = dialect.promiseOfDenser;
  return denser && shortestGapSeconds(fields) < 86_400 ? denser : dialect.promise;
}

function promiseWarnings(question: Question, dialect: Dialect, fields: CronFields, gap: number | null): Warning[] {
  const warnings: Warning[] = [];
  const promise = promiseOf(dialect, fields);
  const lateness = Math.max(promise.latenessSeconds, promise.afterChangeSeconds ?? 0);
  const { graceSeconds } = question;
  if (graceSeconds !== undefined && graceSeconds < lateness) {
    const message = `${promise.words}: a grace of ${lengthInWords(graceSeconds)} would call such runs late or missing. A grace of ${lengthInWords(lateness)} holds the promise.`;
    warnings.push({ code: "grace_below_promise", message, proposedGraceSeconds: lateness });
  }
  if (gap !== null && promise.latenessSeconds > gap) {
    const message = `${promise.words}, which is longer than the ${lengthInWords(gap)} between two occurrences: a late run would count for the next. Use a rolling schedule.`;
    const proposedSpec = { kind: "rolling", everySeconds: Math.round(gap) } as const;
    warnings.push({
      code: "promise_exceeds_gap",
      message,
      proposedSpec,
      proposedGraceSeconds: promise.latenessSeconds,
    });
  }
  if (promise.mayDrop) {
    warnings.push({
      code: "may_drop",
      message: `${dialect.label} may leave an occurrence out by its own account: its window is missing then.`,
    });
  }
  return warnings;
}

/** How many occurrences are looked at for the shortest gap: two days of hours, three months of workdays. */
const LOOKED_AT = 64;

function shortestGapFrom(question: Question): number | null {
  let shortest: number | null = null;
  let before: Instant | null = null;
  for (let i = 0; i < LOOKED_AT; i++) {
    const after: Instant = before ?? question.from;
    const at: Instant | null = nextOccurrence(question.spec, question.timezone, after);
    if (at === null) return shortest;
    if (before !== null) shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, (at - before) / 1_000);
    before = at;
  }
  return shortest;
}

function graceAgainstGap(graceSeconds: number | undefined, gap: number | null): Warning[] {
  if (graceSeconds === undefined || gap === null) return [];
  const early = Math.min(300, gap / 10);
  if (graceSeconds <= gap - early) return [];
  const message = `The grace, ${lengthInWords(graceSeconds)}, reaches past the opening of the next window, as two occurrences may lie ${lengthInWords(gap)} apart: it helps only runs that name their window.`;
  const proposedSpec = { kind: "rolling", everySeconds: Math.max(1, Math.round(gap)) } as const;
  return [{ code: "grace_exceeds_gap", message, proposedGraceSeconds: Math.max(1, Math.floor(gap / 2)), proposedSpec }];
}

/** Everything that is worth a warning about a spec, its zone and its grace. */
export function warningsOf(question: Question): Warning[] {
  const { spec, timezone, from, graceSeconds } = question;
  if (spec.kind === "rolling") return [];
  if (nextOccurrence(spec, timezone, (from - 1) as Instant) === null) {
    return spec.kind === "at"
      ? [{ code: "past", message: "The time is past: nothing is expected any more." }]
      : [
          {
            code: "never_fires",
            message: "No time matches: nothing would ever be expected. Check the day and the month.",
          },
        ];
  }
  const gap = shortestGapFrom(question);
  const warnings = graceAgainstGap(graceSeconds, gap);
  if (spec.kind !== "cron") return warnings;
  const dialect = DIALECTS[spec.dialect];
  const fields = fieldsOf(spec);
  warnings.push(...promiseWarnings(question, dialect, fields, gap), ...readingOf(dialect, fields, timezone));
  if (fields.kind === "calendar") {
    warnings.push(...stepsIn(fields), ...daylightOf(fields, fields.zone ?? timezone, from));
  }
  return warnings;
}
