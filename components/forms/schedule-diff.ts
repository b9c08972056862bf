/** What differs between two states of a schedule, in the words of its form. */
import type { ScheduleFields } from "#components/api/shapes.ts";
import { driverText } from "./driver-values.ts";
import { type FormValues, type SpecKind, valuesOf } from "./schedule-values.ts";

/** A field that a person knows by a name; what makes up the spec is one. */
export type FieldName = Exclude<keyof FormValues, "slug" | "kind" | "dialect" | "every" | "at" | "reason">;

const LABELS: Readonly<Record<FieldName, string>> = {
  name: "Name",
  expression: "Expected",
  timezone: "Zone",
  grace: "Grace",
  early: "Early by",
  maxRuntime: "Longest run",
  missThreshold: "Incident after",
  recoverThreshold: "Resolved after",
  alsoLate: "Late is bad",
  alsoDoubleFire: "Fired twice is bad",
  environment: "Environment",
  tags: "Tags",
  driver: "Fired by",
  owner: "Owner",
  route: "Boundary",
  path: "Path",
  description: "Description",
};
export const FIELDS = Object.keys(LABELS) as readonly FieldName[];
export const labelOf = (field: FieldName): string => LABELS[field];

const SPEC_PARTS = ["kind", "expression", "dialect", "every", "at"] as const;

/** The values that a field is made of: those of the spec go together. */
export const partsOf = (field: FieldName): readonly (keyof FormValues)[] =>
  field === "expression" ? SPEC_PARTS : [field];

const EMPTY: Readonly<Partial<Record<FieldName, string>>> = {
  early: "a tenth of the gap, 5 min at most",
  maxRuntime: "until the next one",
  owner: "nobody",
  route: "none",
  path: "none",
  tags: "none",
  description: "none",
};

function specText(values: FormValues): string {
  const texts: Readonly<Record<SpecKind, string>> = {
    cron: values.dialect === "rollcall" ? values.expression : `${values.expression} (${values.dialect})`,
    interval: `every ${values.every}`,
    rolling: `at most every ${values.every}`,
    at: `once, at ${values.at.replace("T", " ")}`,
  };
  return texts[values.kind];
}

/** A field's value as it is read. */
export function textOf(values: FormValues, field: FieldName): string {
  if (field === "expression") return specText(values);
  if (field === "driver") return driverText(values.driver);
  const value = values[field];
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value.trim() === "") return EMPTY[field] ?? "nothing";
  if (field === "missThreshold") return value === "1" ? "1 bad window" : `${value} bad windows`;
  if (field === "recoverThreshold") return value === "1" ? "1 good window" : `${value} good windows`;
  return value;
}

export interface Difference {
  readonly field: FieldName;
  readonly label: string;
  readonly was: string;
  readonly is: string;
}

export function differences(before: FormValues, after: FormValues): Difference[] {
  return FIELDS.flatMap((field) => {
    const [was, is] = [textOf(before, field), textOf(after, field)];
    return was === is ? [] : [{ field, label: LABELS[field], was, is }];
  });
}

/** Between two versions. */
export function versionDifferences(
  before: ScheduleFields,
  after: ScheduleFields,
): readonly Omit<Difference, "field">[] {
  const of = (fields: ScheduleFields) => valuesOf({ ...fields, slug: "" });
  return differences(of(before), of(after));
}

/** `theirs` with those fields of `mine` that are named. */
export function merged(theirs: FormValues, mine: FormValues, kept: ReadonlySet<FieldName>): FormValues {
  const parts = [...kept].flatMap(partsOf);
  return { ...theirs, reason: mine.reason, ...Object.fromEntries(parts.map((part) => [part, mine[part]])) };
}
