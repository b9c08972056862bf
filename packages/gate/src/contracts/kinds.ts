/** The kinds of contracts; with a new one nothing compiles until its file and its line in the register are there. */
export const CONTRACT_KINDS = [
  "rollcall",
  "vercel-cron",
  "google-oidc",
  "aws-api-destination",
  "qstash",
  "inngest",
  "standard-webhooks",
  "github-oidc",
  "kubernetes-token",
  "supabase",
  "timestamped-hmac",
  "hmac",
  "bearer",
  "basic",
  "api-key",
] as const;
export type ContractKind = (typeof CONTRACT_KINDS)[number];
