/** What a connection may be told from outside: its kind, and what the fields of that kind's driver say. */
import { z } from "zod";
import { line, storable, text, webUrl } from "#lib/input/schema.ts";
import { type GivenSecret, secret, secretOfLines } from "#lib/input/secret.ts";
import { CONNECTED_DRIVERS, type ConnectedKind } from "#lib/schedules/schema.ts";
import type { AnyConfig, Field } from "./fields.ts";
import { driverOf } from "./register.ts";

function optionOf(field: Field): z.ZodType {
  switch (field.type) {
    case "secret":
      return field.lines ? secretOfLines : secret;
    case "text":
      return line(2_000);
    case "lines":
      return text(20_000).refine(storable);
    case "url":
      return webUrl;
    case "choice":
      return z.enum(field.choices ?? []);
    case "whole":
      return z
        .int({ message: "must be a whole number" })
        .min(field.min ?? 0)
        .max(field.max ?? 2_147_483_647);
    case "flag":
      return z.boolean();
  }
}

function fieldOf(field: Field): z.ZodType {
  const option = optionOf(field).meta({ description: field.words });
  if (field.type === "secret" || field.required) return option;
  const left = option.nullable().transform((value) => value ?? field.fallback);
  return field.fallback === undefined ? left.optional() : left.prefault(field.fallback);
}

const optionsOf = (kind: ConnectedKind) =>
  z
    .object({
      kind: z.literal(kind),
      ...Object.fromEntries(Object.entries(driverOf(kind).fields).map(([name, field]) => [name, fieldOf(field)])),
    })
    .meta({ id: `Connection-${kind}`, description: driverOf(kind).label });

/** The fields of a kind that are secrets. */
export const secretFields = (kind: ConnectedKind): readonly string[] =>
  Object.entries(driverOf(kind).fields).flatMap(([name, field]) => (field.type === "secret" ? [name] : []));

/** A connection as it is sent: its options, and its secrets apart. */
export interface GivenConnection {
  readonly kind: ConnectedKind;
  readonly options: AnyConfig;
  readonly secrets: Readonly<Record<string, GivenSecret>>;
}

const [first, ...others] = CONNECTED_DRIVERS.map(optionsOf);
if (!first) throw new Error("there are no drivers");

export const connectionInput = z
  .discriminatedUnion("kind", [first, ...others])
  .transform((value, context): GivenConnection => {
    const { kind, ...fields } = value as { readonly kind: ConnectedKind } & AnyConfig;
    const names = new Set(secretFields(kind));
    const options: Record<string, unknown> = {};
    const secrets: Record<string, GivenSecret> = {};
    for (const [name, option] of Object.entries(fields)) {
      if (names.has(name)) secrets[name] = option as GivenSecret;
      else if (option !== undefined) options[name] = option;
    }
    for (const { path, message } of driverOf(kind).combined?.(options) ?? []) {
      context.addIssue({ code: "custom", path: [path], message });
    }
    return { kind, options, secrets };
  })
  .meta({
    description:
      "How a driver reaches its scheduler. A secret left out, or sent as it was read, stays; null removes it.",
  });
