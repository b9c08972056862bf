/** Reads a cron expression as the platform that fires it reads it (domain.md, Schedule). */
import { invalid, ok, type Result, refuse } from "#lib/problem.ts";
import { zoneNamed } from "#lib/time/zone.ts";
import { calendar } from "./calendar.ts";
import type { Calendar, CronFields, FieldName } from "./cron-fields.ts";
import { readDayFields } from "./days.ts";
import type { Dialect } from "./dialects/dialect.ts";
import { DIALECTS } from "./dialects/register.ts";
import { readItem, Unreadable } from "./field.ts";
import type { DialectId } from "./spec.ts";

export type { CronFields } from "./cron-fields.ts";

const LONGEST = 1_024;

const refusal = (message: string): Result<never> =>
  refuse(
    invalid({
      code: "invalid_expression",
      message,
      doNext: "Correct the expression, or choose the dialect of the platform that fires it.",
      errors: [{ path: "spec.expression", message }],
    }),
  );

function zoneOf(dialect: Dialect, expression: string): { zone: string | null; rest: string } {
  if (dialect.zone === "utc") return { zone: "UTC", rest: expression };
  const prefix = /^([A-Z_]+)=(\S+)\s+(.*)$/.exec(expression);
  if (!prefix) return { zone: dialect.zone === "schedule" ? null : "UTC", rest: expression };
  const [, key = "", name = "", rest = ""] = prefix;
  if (dialect.zone === "schedule" || !dialect.zone.prefixes.includes(`${key}=`)) {
    throw new Unreadable(
      `${dialect.label} takes no “${key}=” in the expression: set the schedule's time zone instead.`,
    );
  }
  const zone = zoneNamed(name);
  if (!zone) throw new Unreadable(`“${name}” is no time zone.`);
  return { zone, rest };
}

function layoutOf(atoms: readonly string[], dialect: Dialect): readonly FieldName[] {
  const layout = dialect.layouts.find((names) => names.length === atoms.length);
  if (layout) return layout;
  const counts = dialect.layouts.map((names) => names.length);
  const longest = dialect.layouts[dialect.layouts.length - 1] ?? [];
  const wanted =
    counts.length > 1 ? `${counts.slice(0, -1).join(", ")} or ${counts[counts.length - 1]}` : `${counts[0]}`;
  const order = longest.join(" ");
  const hint =
    atoms.length === 6 && counts[0] === 5 && counts.length === 1 ? " It knows neither seconds nor a user column." : "";
  throw new Unreadable(
    `${dialect.label} wants ${wanted} fields (${order}), and this has ${atoms.length}: “${atoms.join(" ")}”.${hint}`,
  );
}

function readFields(expression: string, dialect: Dialect): Calendar {
  const { zone, rest } = zoneOf(dialect, expression);
  const spelled = rest.startsWith("@") ? nickname(rest, dialect) : rest;
  const atoms = spelled.split(/\s+/);
  const layout = layoutOf(atoms, dialect);
  const written: Partial<Record<FieldName, string>> = {};
  layout.forEach((name, i) => {
    written[name] = atoms[i] ?? "";
  });
  const values = (name: FieldName): readonly number[] =>
    (written[name] ?? "").split(",").flatMap((item) => [...readItem(item, name, dialect)]);
  return calendar(
    {
      seconds: written.second === undefined ? [0] : values("second"),
      minutes: values("minute"),
      hours: values("hour"),
      months: values("month"),
      years: written.year === undefined || written.year === "*" ? null : values("year"),
      dayFields: readDayFields(written.day ?? "*", written.weekday ?? "*", dialect),
      zone,
      written,
    },
    dialect.daylightSaving,
  );
}

function nickname(text: string, dialect: Dialect): string {
  const lower = text.toLowerCase();
  if (lower === "@reboot") {
    throw new Unreadable("“@reboot” is no time: nothing can be expected by it. Use a rolling schedule.");
  }
  const stands = dialect.nicknames[lower];
  if (stands !== undefined) return stands;
  const names = Object.keys(dialect.nicknames);
  throw new Unreadable(
    names.length === 0
      ? `${dialect.label} knows no nicknames such as “${text}”: write the fields.`
      : `${dialect.label} does not know “${text}”; it knows ${names.join(", ")}.`,
  );
}

/** The shortest time between two firings of one day and the next, in seconds, were every day to fire. */
export function shortestGapSeconds(fields: CronFields): number {
  if (fields.kind === "every") return fields.everySeconds;
  if (fields.kind === "once") return Number.POSITIVE_INFINITY;
  let shortest = Number.POSITIVE_INFINITY;
  let previous = Number.NEGATIVE_INFINITY;
  for (const time of [...fields.times, (fields.times[0] ?? 0) + 86_400_000]) {
    for (const second of fields.seconds) {
      const at = time / 1_000 + second;
      shortest = Math.min(shortest, at - previous);
      previous = at;
      if (shortest <= 1) return shortest;
    }
  }
  return shortest;
}

function read(expression: string, dialect: Dialect): Result<CronFields> {
  const text = expression.trim();
  if (text === "") return refusal("The expression is empty.");
  if (text.length > LONGEST) return refusal(`The expression is longer than ${LONGEST} characters.`);
  try {
    const other = dialect.readOther?.(text);
    if (other && !other.ok) return other;
    const reading = other?.value ?? { kind: "fields" as const, expression: text };
    const fields = reading.kind === "read" ? reading.fields : readFields(reading.expression, dialect);
    const gap = dialect.minimumGapSeconds;
    if (gap !== undefined && shortestGapSeconds(fields) < gap) {
      return refusal(`${dialect.label} fires every ${gap / 60} min at most; this would fire more often.`);
    }
    return ok(fields);
  } catch (thrown) {
    if (thrown instanceof Unreadable) return refusal(thrown.message);
    throw thrown;
  }
}

/** Two generations of at most this many: an expression that is asked for again moves to the young one. */
const GENERATION = 2_048;
let young = new Map<string, Result<CronFields>>();
let old = new Map<string, Result<CronFields>>();

/** The fields of an expression, or a refusal that says what the platform does not take; cached. */
export function parseCron(expression: string, dialect: DialectId): Result<CronFields> {
  const key = `${dialect} ${expression}`;
  const cached = young.get(key);
  if (cached) return cached;
  const result = old.get(key) ?? read(expression, DIALECTS[dialect]);
  if (young.size >= GENERATION) {
    old = young;
    young = new Map();
  }
  if (key.length <= LONGEST) young.set(key, result);
  return result;
}
