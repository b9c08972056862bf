/** The rule of every contract, by its kind: all that a gate carries. */

import { apiKey } from "./api-key.ts";
import { awsApiDestination } from "./aws-api-destination.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import type { Rule } from "./contract.ts";
import { githubOidc } from "./github-oidc.ts";
import { googleOidc } from "./google-oidc.ts";
import { hmac } from "./hmac.ts";
import { inngest } from "./inngest.ts";
import type { ContractKind } from "./kinds.ts";
import { kubernetesToken } from "./kubernetes-token.ts";
import { qstash } from "./qstash.ts";
import { rollcall } from "./rollcall.ts";
import { standardWebhooks } from "./standard-webhooks.ts";
import { supabase } from "./supabase.ts";
import { timestampedHmac } from "./timestamped-hmac.ts";
import { vercelCron } from "./vercel-cron.ts";

export const RULES = {
  rollcall: rollcall,
  "vercel-cron": vercelCron,
  "google-oidc": googleOidc,
  "aws-api-destination": awsApiDestination,
  qstash: qstash,
  inngest: inngest,
  "standard-webhooks": standardWebhooks,
  "github-oidc": githubOidc,
  "kubernetes-token": kubernetesToken,
  supabase: supabase,
  "timestamped-hmac": timestampedHmac,
  hmac: hmac,
  bearer: bearer,
  basic: basic,
  "api-key": apiKey,
} satisfies Record<ContractKind, Rule>;

type ConfigIn<R> = R extends Rule<infer Config> ? Config : never;
/** What each contract is told: `kind`, and the options that its fields list. */
export type ContractConfig = { readonly [K in ContractKind]: ConfigIn<(typeof RULES)[K]> }[ContractKind];

export const ruleOf = (kind: ContractKind): Rule => RULES[kind];
