/** A spec as the scheduler's own dialect writes it. Pure. */
import { parseCron } from "#lib/schedules/cron.ts";
import type { CronFields } from "#lib/schedules/cron-fields.ts";
import { DIALECTS } from "#lib/schedules/dialects/register.ts";
import type { DialectId, Spec } from "#lib/schedules/spec.ts";
import type { Instant } from "#lib/time/instant.ts";
import { offsetAt, sameZone } from "#lib/time/zone.ts";
import { no, yes } from "./answer.ts";
import type { Answer } from "./driver.ts";

/** The times that an expression names, without what daylight saving does to them: that is the platform's own affair. */
const timesOf = (fields: CronFields): string =>
  JSON.stringify(
    fields.kind === "calendar"
      ? [fields.seconds, fields.minutes, fields.hours, fields.months, fields.dayFields, [...(fields.years ?? [])]]
      : fields,
  );

/**
 * The expression under which this scheduler fires when the spec says: its own dialect's as it is, another's where both
 * read the same times in it. `refused` where the scheduler does not know such a spec.
 */
export function expressionFor(spec: Spec, dialect: DialectId): Answer<string> {
  const { label } = DIALECTS[dialect];
  if (spec.kind !== "cron") return no("refused", `A cron expression is what sets ${label}, and this spec is none.`);
  const expression = spec.expression.trim();
  const there = parseCron(expression, dialect);
  if (!there.ok) return no("refused", `“${expression}” is not taken by ${label}: ${there.problem.message}`);
  if (spec.dialect === dialect) return yes(expression);
  const meant = parseCron(expression, spec.dialect);
  if (meant.ok && timesOf(meant.value) === timesOf(there.value)) return yes(expression);
  return no("refused", `“${expression}” means other times to ${label} than to ${DIALECTS[spec.dialect].label}.`);
}

/** Every so many minutes of each hour of each day. */
const MINUTES = /^\*(?:\/(1|2|3|4|5|6|10|12|15|20|30))? \* \* \* \*$/;

/**
 * Whether a cron expression names the same moments in both zones: they are one, or it names minutes alone and the clocks
 * of the two differ by a multiple of its step.
 */
export function isAlikeIn(spec: Spec, zones: readonly [string, string], now: Instant): boolean {
  const [one, other] = zones;
  if (sameZone(one, other)) return true;
  const every = spec.kind === "cron" ? MINUTES.exec(spec.expression.trim()) : null;
  return every !== null && (offsetAt(one, now) - offsetAt(other, now)) % (Number(every[1] ?? 1) * 60_000) === 0;
}
