/** Every contract whole, by its kind: its rule and what is told of it. A gate in an application carries `rules.ts` alone. */

import { aboutApiKey } from "./api-key.ts";
import { aboutAwsApiDestination } from "./aws-api-destination.ts";
import { aboutBasic } from "./basic.ts";
import { aboutBearer } from "./bearer.ts";
import type { About, Contract, Rule } from "./contract.ts";
import { type FieldError, fieldErrors } from "./fields.ts";
import { aboutGithubOidc } from "./github-oidc.ts";
import { aboutGoogleOidc } from "./google-oidc.ts";
import { aboutHmac } from "./hmac.ts";
import { aboutInngest } from "./inngest.ts";
import { CONTRACT_KINDS, type ContractKind } from "./kinds.ts";
import { aboutKubernetesToken } from "./kubernetes-token.ts";
import { aboutQstash } from "./qstash.ts";
import { aboutRollcall } from "./rollcall.ts";
import { type ContractConfig, RULES } from "./rules.ts";
import { aboutStandardWebhooks } from "./standard-webhooks.ts";
import { aboutSupabase } from "./supabase.ts";
import { aboutTimestampedHmac } from "./timestamped-hmac.ts";
import { aboutVercelCron } from "./vercel-cron.ts";

const ABOUT = {
  rollcall: aboutRollcall,
  "vercel-cron": aboutVercelCron,
  "google-oidc": aboutGoogleOidc,
  "aws-api-destination": aboutAwsApiDestination,
  qstash: aboutQstash,
  inngest: aboutInngest,
  "standard-webhooks": aboutStandardWebhooks,
  "github-oidc": aboutGithubOidc,
  "kubernetes-token": aboutKubernetesToken,
  supabase: aboutSupabase,
  "timestamped-hmac": aboutTimestampedHmac,
  hmac: aboutHmac,
  bearer: aboutBearer,
  basic: aboutBasic,
  "api-key": aboutApiKey,
} satisfies Record<ContractKind, About>;

export type { ContractConfig } from "./rules.ts";

const CONTRACTS = Object.fromEntries(
  CONTRACT_KINDS.map((kind) => {
    const rule: Rule = RULES[kind];
    const about: About = ABOUT[kind];
    const worded = Object.entries(rule.fields).map(([name, field]) => [
      name,
      { ...field, words: about.options[name] ?? name },
    ]);
    return [kind, { ...rule, ...about, fields: Object.fromEntries(worded) }];
  }),
) as unknown as Readonly<Record<ContractKind, Contract>>;

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
