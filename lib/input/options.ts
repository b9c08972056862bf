/**
 * What each kind of a family may be told from outside: its options, and its secrets apart. Contracts and connections are
 * such families; which options a kind has, and which of them are secret, stands in a table of the kind's own. Pure.
 */
import { z } from "zod";
import type { GivenSecret } from "./secret.ts";

/** What is asked of a field here; each family has types of fields of its own. */
interface Field {
  readonly type: string;
  readonly required: boolean;
  /** The value when it is left out. */
  readonly fallback?: string | number | boolean;
  /** What it is, for errors and the API's description. */
  readonly words: string;
}
type Fields<F extends Field> = Readonly<Record<string, F>>;

/** One of a family as it was sent. */
export interface Given<Kind extends string> {
  readonly kind: Kind;
  readonly options: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, GivenSecret>>;
}

/** The fields that are secrets. */
export const secretsAmong = (fields: Fields<Field>): readonly string[] =>
  Object.entries(fields).flatMap(([name, { type }]) => (type === "secret" ? [name] : []));

function mayBeLeftOut(field: Field, option: z.ZodType): z.ZodType {
  // Whether a secret that is left out may be is known only beside the one that is stored.
  if (field.type === "secret" || field.required) return option;
  const left = option.nullable().transform((value) => value ?? field.fallback);
  return field.fallback === undefined ? left.optional() : left.prefault(field.fallback);
}

function apart<Kind extends string>(sent: { readonly kind: Kind }, fields: Fields<Field>): Given<Kind> {
  const { kind, ...values } = sent as { readonly kind: Kind } & Readonly<Record<string, unknown>>;
  const names = new Set(secretsAmong(fields));
  const options: Record<string, unknown> = {};
  const secrets: Record<string, GivenSecret> = {};
  for (const [name, value] of Object.entries(values)) {
    if (names.has(name)) secrets[name] = value as GivenSecret;
    else if (value !== undefined) options[name] = value;
  }
  return { kind, options, secrets };
}

/**
 * Reads any of a family by its `kind`. A secret that is left out is `undefined`: it stays; `null` takes it away.
 * `family` is how the API's description names it, `optionOf` the form of one field, `besides` what each
 * takes beside its own options (it is given among them), `combined` what does not fit together in what was sent.
 */
export function givenOf<const Kind extends string, F extends Field>({
  family,
  kinds,
  aboutOf,
  optionOf,
  besides = {},
  combined,
}: {
  readonly family: string;
  readonly kinds: readonly Kind[];
  readonly aboutOf: (kind: Kind) => { readonly label: string; readonly fields: Fields<F> };
  readonly optionOf: (field: F) => z.ZodType;
  readonly besides?: Readonly<Record<string, z.ZodType>>;
  readonly combined: (given: Given<Kind>) => readonly { readonly path: string; readonly message: string }[];
}) {
  const [first, ...others] = kinds.map((kind) => {
    const { label, fields } = aboutOf(kind);
    const options = Object.entries(fields).map(([name, field]) => {
      const option = optionOf(field).meta({ description: field.words });
      return [name, mayBeLeftOut(field, option)] as const;
    });
    return z
      .object({ kind: z.literal(kind), ...besides, ...Object.fromEntries(options) })
      .meta({ id: `${family}-${kind}`, description: label });
  });
  if (!first) throw new Error(`the family ${family} has no members`);
  return z.discriminatedUnion("kind", [first, ...others]).transform((value, context): Given<Kind> => {
    const sent = value as { readonly kind: Kind };
    const given = apart(sent, aboutOf(sent.kind).fields);
    for (const { path, message } of combined(given)) context.addIssue({ code: "custom", path: [path], message });
    return given;
  });
}
