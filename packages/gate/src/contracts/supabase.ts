/**
 * Supabase's pg_cron with pg_net (`net.http_post`): a header that the author of the SQL wrote. Keys of the new form
 * (`sb_secret_…`) are no JWTs and go into `apikey`; `anon` and `sb_publishable_…` are public, and so are no proof.
 */

import { judgeKey } from "./api-key.ts";
import { authorizationOf } from "./authorization.ts";
import { BEARER_SHAPE, judgeBearer, makeBearer } from "./bearer.ts";
import type { About, Rule } from "./contract.ts";
import { type ConfigOf, NEXT_SECRET, nextSecret, secret } from "./fields.ts";
import { made } from "./made.ts";
import { claimText, readToken } from "./token.ts";

const fields = { secret: secret(), nextSecret: nextSecret() } as const;
export type SupabaseConfig = ConfigOf<"supabase", typeof fields>;

const isPublic = (value: string | undefined): boolean => {
  if (value === undefined) return false;
  const token = readToken(value);
  return value.startsWith("sb_publishable_") || (token !== null && claimText(token.claims, "role") === "anon");
};
const isNewKey = (value: string | undefined): boolean => value?.startsWith("sb_secret_") === true;

export const supabase: Rule<SupabaseConfig> = {
  kind: "supabase",
  fields,
  combined: (config) =>
    (["secret", "nextSecret"] as const).flatMap((path) =>
      isPublic(config[path]) ? [{ path, message: "is a public key of Supabase, which proves nothing" }] : [],
    ),
  expectedShape: (config) => (isNewKey(config.secret) ? { headers: ["apikey"], scheme: null } : BEARER_SHAPE),
  secretTravels: true,
  readsBody: () => false,
  verify: (request, config, deps) =>
    authorizationOf(request).kind === "none" && request.headers["apikey"] !== undefined
      ? judgeKey(request, { ...config, header: "apikey" }, deps)
      : judgeBearer(request, config, deps),
  hints: { agent: "pg_net" },
};

export const aboutSupabase: About<SupabaseConfig> = {
  options: {
    secret: "the secret that the SQL puts into Authorization (best one of its own from the Vault)",
    nextSecret: NEXT_SECRET,
  },
  label: "Supabase (pg_cron)",
  proof: (config) => (isNewKey(config.secret) ? "apikey: <secret key>" : "Authorization: Bearer <secret>"),
  covers: () => [],
  expects: (config) =>
    isNewKey(config.secret)
      ? "the secret key of Supabase in apikey"
      : "the bearer secret that Supabase's pg_cron sends in Authorization",
  carries: "a key as Supabase's pg_cron sends it",
  make: async (config, request) =>
    isNewKey(config.secret)
      ? made(request, { apikey: config.secret ?? "", "user-agent": "pg_net/0.14.0" })
      : makeBearer(config.secret, request, { "user-agent": "pg_net/0.14.0" }),
  resembles: (shape) => {
    if (shape.credentials.some(({ form, token }) => form === "supabase-key" || (token?.role ?? null) !== null))
      return { by: "proof", weight: 4 };
    const hinted = shape.hints.some(({ of }) => of === "supabase");
    if (!hinted) return null;
    return shape.credentials.some(({ form }) => form === "bearer-secret")
      ? { by: "proof", weight: 3 }
      : { by: "hint", weight: 1 };
  },
  limits: [
    "It covers neither URL, body nor time.",
    "A run counts as succeeded for pg_cron as soon as its SQL has queued the request, and pg_net neither retries nor keeps an answer for long.",
  ],
};
