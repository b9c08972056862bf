/**
 * What a contract may be told from outside (api.md, Protected route). Which options each kind has, and which of them are
 * secret, is said once, by the contracts themselves; here they get the forms and messages of the API. A secret that is
 * left out stays; `null` takes it away.
 */
import { z } from "zod";
import type { AnyConfig } from "#gate/contracts/contract.ts";
import { type Field, webUrlError } from "#gate/contracts/fields.ts";
import { CONTRACT_KINDS, type ContractKind } from "#gate/contracts/kinds.ts";
import { contractOf } from "#gate/contracts/register.ts";
import { line, text } from "#lib/input/schema.ts";
import { type GivenSecret, gateSecret } from "#lib/input/secret.ts";

export { CONTRACT_KINDS, type ContractKind } from "#gate/contracts/kinds.ts";

const headerName = z
  .string()
  .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}$/, { message: "must be a header's name" })
  .transform((name) => name.toLowerCase());
const keyUrl = text(2_000).refine((value) => webUrlError(value) === null, {
  message: "must begin with https://, without a user name in it",
});

function optionOf(field: Field): z.ZodType {
  switch (field.type) {
    case "secret":
      return gateSecret;
    case "text":
      return line(2_000);
    case "header":
      return headerName;
    case "url":
      return keyUrl;
    case "choice":
      return z.enum(field.choices ?? []);
    case "seconds":
      return z.int({ message: "must be whole seconds" }).min(0).max(3_600);
  }
}

function fieldOf(field: Field): z.ZodType {
  const option = optionOf(field);
  if (field.type === "secret" || field.required) return option;
  const left = option.nullable().transform((value) => value ?? field.fallback);
  return field.fallback === undefined ? left.optional() : left.prefault(field.fallback);
}

const optionsOf = (kind: ContractKind) =>
  z
    .object({
      kind: z.literal(kind),
      ...Object.fromEntries(Object.entries(contractOf(kind).fields).map(([name, field]) => [name, fieldOf(field)])),
    })
    .meta({ id: `Contract-${kind}`, description: contractOf(kind).label });

/** The fields of a kind that are secrets. */
export const secretFields = (kind: ContractKind): readonly string[] =>
  Object.entries(contractOf(kind).fields).flatMap(([name, field]) => (field.type === "secret" ? [name] : []));

/** A contract as it is sent: its options, and its secrets apart. */
export interface GivenContract {
  readonly kind: ContractKind;
  readonly options: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, GivenSecret>>;
}

/**
 * Stands for a secret that stays, or is not set, where only what belongs together is asked: whether it is set is told by a
 * warning. In base64, since contracts that want such a key look at its spelling.
 */
const SOME_SECRET = "YSBzZWNyZXQgdGhhdCBpcyBzZXQgb3Igbm90";

const [first, ...others] = CONTRACT_KINDS.map(optionsOf);
if (!first) throw new Error("there are no contracts");

export const contract = z
  .discriminatedUnion("kind", [first, ...others])
  .transform((value, context): GivenContract => {
    const { kind, ...fields } = value as { readonly kind: ContractKind } & Readonly<Record<string, unknown>>;
    const names = new Set(secretFields(kind));
    const options: Record<string, unknown> = {};
    const secrets: Record<string, GivenSecret> = {};
    for (const [name, option] of Object.entries(fields)) {
      if (names.has(name)) secrets[name] = option as GivenSecret;
      else if (option !== undefined) options[name] = option;
    }
    const textOf = (name: string) => (typeof secrets[name] === "string" ? secrets[name] : SOME_SECRET);
    const whole = { kind, ...options, ...Object.fromEntries([...names].map((name) => [name, textOf(name)])) };
    for (const { path, message } of contractOf(kind).combined?.(whole as AnyConfig) ?? []) {
      context.addIssue({ code: "custom", path: [path], message });
    }
    return { kind, options, secrets };
  })
  .meta({ description: "How a request proves that it is genuine." });
