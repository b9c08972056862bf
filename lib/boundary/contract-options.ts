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
import { type Given, givenOf, secretsAmong } from "#lib/input/options.ts";
import { line, text } from "#lib/input/schema.ts";
import { gateSecret } from "#lib/input/secret.ts";

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

/** The fields of a kind that are secrets. */
export const secretFields = (kind: ContractKind): readonly string[] => secretsAmong(contractOf(kind).fields);

/** A contract as it is sent: its options, and its secrets apart. */
export type GivenContract = Given<ContractKind>;

/**
 * Stands for a secret that stays, or is not set, where only what belongs together is asked: whether it is set is told by a
 * warning. In base64, since contracts that want such a key look at its spelling.
 */
const SOME_SECRET = "YSBzZWNyZXQgdGhhdCBpcyBzZXQgb3Igbm90";

function combined({ kind, options, secrets }: GivenContract) {
  const textOf = (name: string) => (typeof secrets[name] === "string" ? secrets[name] : SOME_SECRET);
  const texts = secretFields(kind).map((name) => [name, textOf(name)] as const);
  return contractOf(kind).combined?.({ kind, ...options, ...Object.fromEntries(texts) } as AnyConfig) ?? [];
}

export const contract = givenOf({
  family: "Contract",
  kinds: CONTRACT_KINDS,
  aboutOf: contractOf,
  optionOf,
  combined,
}).meta({ description: "How a request proves that it is genuine." });
