/** What a connection may be told from outside: its kind, and what the fields of that kind's driver say. */
import { z } from "zod";
import { type Given, givenOf, secretsAmong } from "#lib/input/options.ts";
import { line, slug, storable, text, webUrl } from "#lib/input/schema.ts";
import { secret, secretOfLines } from "#lib/input/secret.ts";
import { CONNECTED_DRIVERS, type ConnectedKind } from "#lib/schedules/schema.ts";
import type { Field } from "./fields.ts";
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

/** The fields of a kind that are secrets. */
export const secretFields = (kind: ConnectedKind): readonly string[] => secretsAmong(driverOf(kind).fields);

/** A connection as it is sent: its options, and its secrets apart. */
export interface GivenConnection extends Given<ConnectedKind> {
  /** Its name from now on; `null`: as it is. */
  readonly name: string | null;
}

export const connectionInput = givenOf({
  family: "Connection",
  kinds: CONNECTED_DRIVERS,
  aboutOf: driverOf,
  optionOf,
  besides: { name: slug.optional().meta({ description: "another one than in the address: it is renamed" }) },
  combined: ({ kind, options }) => driverOf(kind).combined?.(options) ?? [],
})
  .transform(({ options: { name, ...options }, ...given }): GivenConnection => {
    return { ...given, options, name: typeof name === "string" ? name : null };
  })
  .meta({
    description:
      "How a driver reaches its scheduler. A secret left out, or sent as it was read, stays; null removes it.",
  });
