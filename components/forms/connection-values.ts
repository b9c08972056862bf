/** What a person types of a connection, by the fields that its driver describes, and what of it is sent. Pure. */
import type { Connection, DriverKind } from "#components/api/connections.ts";
import { isName } from "#lib/input/identifiers.ts";
import type { FieldError } from "#lib/problem.ts";

export interface ConnectionValues {
  readonly name: string;
  readonly kind: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly flags: Readonly<Record<string, boolean>>;
  /** Secrets that are taken away. */
  readonly removed: Readonly<Record<string, boolean>>;
}

/** As it is stored, or as a new one of this kind begins. */
export function connectionValues(driver: DriverKind, before: Connection | null): ConnectionValues {
  const fields: Record<string, string> = {};
  const flags: Record<string, boolean> = {};
  for (const { name, type, fallback } of driver.fields) {
    const value = before?.kind === driver.kind ? before[name] : undefined;
    if (type === "flag") flags[name] = typeof value === "boolean" ? value : fallback === true;
    else if (type === "secret") fields[name] = "";
    else if (typeof value === "string" || typeof value === "number") fields[name] = String(value);
    else fields[name] = fallback === undefined ? "" : String(fallback);
  }
  return { name: before?.name ?? "", kind: driver.kind, fields, flags, removed: {} };
}

/** The body of its `PUT`: a secret that nobody typed is left out, and stays. */
export function connectionBody(values: ConnectionValues, driver: DriverKind): Readonly<Record<string, unknown>> {
  const body: Record<string, unknown> = { kind: driver.kind, name: values.name };
  for (const { name, type } of driver.fields) {
    const text = values.fields[name] ?? "";
    if (type === "flag") body[name] = values.flags[name] ?? false;
    else if (type === "secret") {
      if (values.removed[name]) body[name] = null;
      else if (text !== "") body[name] = text;
    } else if (text.trim() !== "") body[name] = type === "whole" ? Number(text) : type === "lines" ? text : text.trim();
  }
  return body;
}

/** What cannot even be sent. */
export function wrongInConnection(
  values: ConnectionValues,
  driver: DriverKind,
  { kept }: { readonly kept: (name: string) => boolean },
): FieldError[] {
  const errors: FieldError[] = [];
  if (!isName(values.name)) {
    errors.push({ path: "name", message: "Use 1 to 100 characters out of a-z, 0-9 and -." });
  }
  for (const { name, type, required } of driver.fields) {
    const text = (values.fields[name] ?? "").trim();
    const stays = type === "secret" && kept(name) && !values.removed[name];
    if (required && type !== "flag" && text === "" && !stays) errors.push({ path: name, message: "It is needed." });
    if (type === "whole" && text !== "" && !/^-?\d{1,10}$/.test(text)) {
      errors.push({ path: name, message: "Write a whole number." });
    }
  }
  return errors;
}
