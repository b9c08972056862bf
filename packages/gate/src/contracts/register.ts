/** Every contract, by its kind; a new platform is its file and its line here (and its name in `kinds.ts`). */
import { apiKey } from "./api-key.ts";
import { awsApiDestination } from "./aws-api-destination.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import type { Contract } from "./contract.ts";
import { type FieldError, fieldErrors } from "./fields.ts";
import { githubOidc } from "./github-oidc.ts";
import { googleOidc } from "./google-oidc.ts";
import { hmac } from "./hmac.ts";
import { inngest } from "./inngest.ts";
import { CONTRACT_KINDS, type ContractKind } from "./kinds.ts";
import { kubernetesToken } from "./kubernetes-token.ts";
import { qstash } from "./qstash.ts";
import { rollcall } from "./rollcall.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { supabase } from "./supabase.ts";
import { timestampedHmac } from "./timestamped-hmac.ts";
import { vercelCron } from "./vercel-cron.ts";

export const CONTRACTS = {
  rollcall,
  "vercel-cron": vercelCron,
  "google-oidc": googleOidc,
  "aws-api-destination": awsApiDestination,
  qstash,
  inngest,
  "standard-webhooks": standardWebhooks,
  "github-oidc": githubOidc,
  "kubernetes-token": kubernetesToken,
  supabase,
  "timestamped-hmac": timestampedHmac,
  hmac,
  bearer,
  basic,
  "api-key": apiKey,
} satisfies Record<ContractKind, Contract>;

type ConfigIn<C> = C extends Contract<infer Config> ? Config : never;
/** What each contract is told: `kind`, and the options that its fields list. */
export type ContractConfig = { readonly [K in ContractKind]: ConfigIn<(typeof CONTRACTS)[K]> }[ContractKind];

export const contractOf = (kind: ContractKind): Contract => CONTRACTS[kind];

const isKind = (kind: unknown): kind is ContractKind => CONTRACT_KINDS.some((known) => known === kind);

/** Reads a configuration from outside: its kind, its options, and what belongs together. Spelling of secrets is `configProblem`'s. */
export function readConfig(
  given: unknown,
):
  | { readonly ok: true; readonly config: ContractConfig }
  | { readonly ok: false; readonly errors: readonly FieldError[] } {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return { ok: false, errors: [{ path: "", message: "must be an object" }] };
  const { kind } = given as { readonly kind?: unknown };
  if (!isKind(kind))
    return { ok: false, errors: [{ path: "kind", message: `must be one of ${CONTRACT_KINDS.join(", ")}` }] };
  const contract = contractOf(kind);
  const errors = fieldErrors(contract.fields, given as Readonly<Record<string, unknown>>);
  if (errors.length > 0) return { ok: false, errors };
  const set = Object.entries(given).filter(([, value]) => value !== null && value !== undefined);
  const config = Object.fromEntries(set) as unknown as ContractConfig;
  const together = contract.combined?.(config) ?? [];
  return together.length > 0 ? { ok: false, errors: together } : { ok: true, config };
}
