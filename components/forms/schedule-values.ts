/** What a person types about a schedule, and what of it is sent. */
import "#components/ui/under-policy.ts";
import type { ScheduleFields, WireSpec } from "#components/api/shapes.ts";
import { lengthText, readLength } from "#components/time/length.ts";
import { slug as slugSchema } from "#lib/input/schema.ts";
import type { FieldError } from "#lib/problem.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import {
  type DriverValues,
  driverBody,
  driverField,
  driverValues,
  emptyDriver,
  wrongInDriver,
} from "./driver-values.ts";
import { momentOf, wallText } from "./wall-clock.ts";

export type SpecKind = WireSpec["kind"];

export interface FormValues {
  readonly name: string;
  readonly slug: string;
  readonly kind: SpecKind;
  readonly expression: string;
  readonly dialect: string;
  readonly every: string;
  /** A wall clock in the zone: `2027-01-31T06:00`. */
  readonly at: string;
  readonly timezone: string;
  readonly grace: string;
  readonly early: string;
  readonly maxRuntime: string;
  readonly missThreshold: string;
  readonly recoverThreshold: string;
  readonly alsoLate: boolean;
  readonly alsoDoubleFire: boolean;
  readonly environment: string;
  readonly tags: string;
  readonly owner: string;
  readonly driver: DriverValues;
  readonly route: string;
  readonly path: string;
  readonly description: string;
  readonly reason: string;
}

export const emptyValues = (timezone: string): FormValues => ({
  ...{ name: "", slug: "", kind: "cron", expression: "", dialect: "rollcall", every: "1 h", at: "", timezone },
  ...{ grace: "5 min", early: "", maxRuntime: "", missThreshold: "1", recoverThreshold: "1" },
  ...{
    alsoLate: false,
    alsoDoubleFire: false,
    environment: "production",
    tags: "",
    owner: "",
    driver: emptyDriver,
    route: "",
    path: "",
    description: "",
    reason: "",
  },
});

const lengthOr = (seconds: number | null): string => (seconds === null ? "" : lengthText(seconds));

export function valuesOf(schedule: ScheduleFields & { readonly slug: string }): FormValues {
  const { spec, timezone } = schedule;
  const empty = emptyValues(timezone);
  return {
    ...empty,
    name: schedule.name,
    slug: schedule.slug,
    kind: spec.kind,
    ...(spec.kind === "cron" ? { expression: spec.expression, dialect: spec.dialect } : {}),
    ...(spec.kind === "interval" || spec.kind === "rolling" ? { every: lengthText(spec.everySeconds) } : {}),
    ...(spec.kind === "at" ? { at: wallText(spec.at, timezone) } : {}),
    grace: lengthText(schedule.graceSeconds),
    early: lengthOr(schedule.earlySeconds),
    maxRuntime: lengthOr(schedule.maxRuntimeSeconds),
    missThreshold: String(schedule.missThreshold),
    recoverThreshold: String(schedule.recoverThreshold),
    alsoLate: schedule.alsoBad.includes("late"),
    alsoDoubleFire: schedule.alsoBad.includes("double_fire"),
    environment: schedule.environment,
    tags: schedule.tags.join(", "),
    owner: schedule.owner ?? "",
    driver: driverValues(schedule.driver),
    route: schedule.route ?? "",
    path: schedule.path ?? "",
    description: schedule.description ?? "",
  };
}

export type SpecSent =
  | { readonly kind: "cron"; readonly expression: string; readonly dialect: string }
  | { readonly kind: "interval"; readonly everySeconds: number; readonly anchor?: string }
  | { readonly kind: "rolling"; readonly everySeconds: number }
  | { readonly kind: "at"; readonly at: string };

/** The spec as it is typed so far; `null` while it is not whole. The anchor of an interval stays what it was. */
export function specOf(values: FormValues, before: WireSpec | null): SpecSent | null {
  switch (values.kind) {
    case "cron": {
      const expression = values.expression.trim();
      return expression === "" ? null : { kind: "cron", expression, dialect: values.dialect };
    }
    case "interval":
    case "rolling": {
      const everySeconds = readLength(values.every);
      if (everySeconds === null || everySeconds < 1) return null;
      if (values.kind === "rolling") return { kind: "rolling", everySeconds };
      const anchor = before?.kind === "interval" ? { anchor: before.anchor } : {};
      return { kind: "interval", everySeconds, ...anchor };
    }
    case "at": {
      const at = momentOf(values.at, values.timezone);
      return at === null ? null : { kind: "at", at };
    }
  }
}

const optional = (text: string): string | null => (text.trim() === "" ? null : text.trim());

/** What of it cannot even be sent: texts that are no length, number or moment. */
function unreadableIn(values: FormValues, before: WireSpec | null): FieldError[] {
  const errors: FieldError[] = [];
  const wrong = (path: keyof FormValues, message: string) => errors.push({ path, message });
  if (specOf(values, before) === null) {
    if (values.kind === "cron") wrong("expression", "Say when it ought to run.");
    else if (values.kind === "at") wrong("at", "Say when.");
    else wrong("every", "Write a length such as 45 min or 6 h.");
  }
  if (readLength(values.grace) === null) wrong("grace", "Write a length such as 12 min.");
  for (const name of ["early", "maxRuntime"] as const) {
    if (values[name].trim() !== "" && readLength(values[name]) === null)
      wrong(name, "Write a length such as 45 min, or leave it empty.");
  }
  for (const name of ["missThreshold", "recoverThreshold"] as const) {
    if (!/^\d{1,3}$/.test(values[name].trim())) wrong(name, "Write a number from 1 to 100.");
  }
  return [...errors, ...wrongInDriver(values.driver)];
}

/** What is wrong with what was typed, by field, before the server is asked: by the very schemas that it reads with. */
export function wrongIn(values: FormValues, before: ScheduleFields | null): FieldError[] {
  const errors = unreadableIn(values, before?.spec ?? null);
  if (!slugSchema.safeParse(values.slug).success) {
    errors.push({ path: "slug", message: "Use 1 to 100 characters out of a-z, 0-9 and -." });
  }
  const read = scheduleInput.safeParse(bodyOf(values, before));
  const known = new Set(errors.map(({ path }) => path));
  for (const issue of read.error?.issues ?? []) {
    const path = fieldOf(issue.path.join("."));
    if (path === null || known.has(path)) continue;
    known.add(path);
    errors.push({ path, message: issue.message });
  }
  return errors;
}

/** The body of the `PUT`. */
export function bodyOf(values: FormValues, before: ScheduleFields | null): Record<string, unknown> {
  const lengthOf = (text: string) => (text.trim() === "" ? null : readLength(text));
  return {
    name: values.name.trim(),
    spec: specOf(values, before?.spec ?? null),
    timezone: values.timezone,
    graceSeconds: readLength(values.grace),
    earlySeconds: lengthOf(values.early),
    maxRuntimeSeconds: lengthOf(values.maxRuntime),
    missThreshold: Number(values.missThreshold),
    recoverThreshold: Number(values.recoverThreshold),
    alsoBad: [...(values.alsoLate ? ["late"] : []), ...(values.alsoDoubleFire ? ["double_fire"] : [])],
    environment: values.environment.trim(),
    tags: [...new Set(values.tags.split(",").map((tag) => tag.trim()))].filter((tag) => tag !== ""),
    owner: optional(values.owner),
    driver: driverBody(values.driver),
    route: optional(values.route),
    path: optional(values.path),
    description: optional(values.description),
    reason: optional(values.reason),
  };
}

const FIELD_OF: Readonly<Record<string, keyof FormValues>> = {
  "spec.expression": "expression",
  "spec.dialect": "dialect",
  "spec.everySeconds": "every",
  "spec.at": "at",
  spec: "expression",
  graceSeconds: "grace",
  earlySeconds: "early",
  maxRuntimeSeconds: "maxRuntime",
};

/** A field of the form; those of who fires it have the name of the group before them. */
export type FieldPath = keyof FormValues | `driver.${keyof DriverValues}`;

/** The field that a path of the API's body speaks of; `null` where no field does. */
export function fieldOf(path: string): FieldPath | null {
  const ofDriver = driverField(path);
  if (ofDriver !== null) return ofDriver as FieldPath;
  const known = FIELD_OF[path] ?? FIELD_OF[path.split(".")[0] ?? ""];
  if (known) return known;
  const first = path.split(".")[0] ?? "";
  const names = ["name", "slug", "timezone", "missThreshold", "recoverThreshold", "environment", "tags", "owner", "route", "path", "description", "reason"] as const; // biome-ignore format: a list
  return names.find((name) => name === first) ?? null;
}
