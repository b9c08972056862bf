/** A spec as the scheduler's own dialect writes it. Pure. */
import { parseCron } from "#lib/schedules/cron.ts";
import type { CronFields } from "#lib/schedules/cron-fields.ts";
import { DIALECTS } from "#lib/schedules/dialects/register.ts";
import type { DialectId, Spec } from "#lib/schedules/spec.ts";
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
  if (spec.kind !== "cron") return no("refused", `${label} is set by a cron expression, and this spec is none.`);
  const expression = spec.expression.trim();
  const there = parseCron(expression, dialect);
  if (!there.ok) return no("refused", `${label} does not take “${expression}”: ${there.problem.message}`);
  if (spec.dialect === dialect) return yes(expression);
  const meant = parseCron(expression, spec.dialect);
  if (meant.ok && timesOf(meant.value) === timesOf(there.value)) return yes(expression);
  return no("refused", `${label} reads “${expression}” otherwise than ${DIALECTS[spec.dialect].label} does.`);
}
