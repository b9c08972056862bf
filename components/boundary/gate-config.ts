/** The configuration of a gate in code, for a route as it is shown: secrets come from the environment. Pure. */
import type { ContractShown, Route } from "#components/api/boundary.ts";
import { contractOf } from "#gate/contracts/register.ts";
import { isMark } from "./contract-words.ts";

const ENV: Readonly<Record<string, string>> = {
  "vercel-cron secret": "CRON_SECRET",
  "qstash currentSigningKey": "QSTASH_CURRENT_SIGNING_KEY",
  "qstash nextSigningKey": "QSTASH_NEXT_SIGNING_KEY",
  "inngest signingKey": "INNGEST_SIGNING_KEY",
  "inngest nextSigningKey": "INNGEST_SIGNING_KEY_FALLBACK",
};

/** `nextSecret` → `NEXT_SECRET`. */
const upper = (name: string): string => name.replace(/([A-Z])/g, "_$1").toUpperCase();

/** The variable that holds a secret, by the name that its platform gives it where it has one. */
const variableOf = (kind: string, name: string, prefix: "CRON" | "MANUAL"): string =>
  (prefix === "CRON" ? ENV[`${kind} ${name}`] : undefined) ?? `${prefix}_${upper(name)}`;

/** As code reads it there; this process reads nothing. */
const env = (name: string): string => ["process", "env", name].join(".");

/** `{ kind: "hmac", header: "x-signature", secret: process.env.CRON_SECRET }` */
function inCode(shown: ContractShown, prefix: "CRON" | "MANUAL"): string {
  const parts = [`kind: ${JSON.stringify(shown.kind)}`];
  for (const [name, field] of Object.entries(contractOf(shown.kind).fields)) {
    const value = shown[name];
    if (field.type === "secret") {
      const wanted = field.required || (isMark(value) && value.set);
      if (wanted) parts.push(`${name}: ${env(variableOf(shown.kind, name, prefix))}`);
    } else if (value !== undefined && value !== null && value !== field.fallback) {
      parts.push(`${name}: ${JSON.stringify(value)}`);
    }
  }
  return `{ ${parts.join(", ")} }`;
}

/** Whether its proof is checked by the issuer's published keys, which another entry of the library fetches. */
const needsTokens = (shown: ContractShown): boolean =>
  ["google-oidc", "github-oidc", "kubernetes-token"].includes(shown.kind) || shown["scheme"] === "oauth";

/** The import and the gate itself, as every framework needs them. */
export function gateInCode({ name, contract, manual, url }: Route, origin: string): string {
  const tokens = needsTokens(contract);
  const lines = [
    `import { createGate } from "@rollcall/gate";`,
    ...(tokens ? [`import { tokens } from "@rollcall/gate/jwt";`] : []),
    "",
    "const gate = createGate({",
    `  route: ${JSON.stringify(name)},`,
    `  contract: ${inCode(contract, "CRON")},`,
    ...(manual ? [`  manual: ${inCode(manual, "MANUAL")},`] : []),
    ...(tokens ? ["  tokens: tokens(),"] : []),
    ...(contract.kind === "qstash" && url ? [`  publicUrl: ${JSON.stringify(new URL(url).origin)},`] : []),
    `  gateKey: ${env("ROLLCALL_GATE_KEY")},`,
    `  report: { url: ${JSON.stringify(origin)}, key: ${env("ROLLCALL_REPORT_KEY")} },`,
    "});",
  ];
  return lines.join("\n");
}

/** The method by which the job is called, as far as the platform says. */
export function methodOf({ contract, caller, probeMethods }: Route): string {
  const { kind } = caller ?? contract;
  if (kind === "vercel-cron") return "GET";
  return ["bearer", "basic", "api-key"].includes(kind) ? (probeMethods[0] ?? "GET") : "POST";
}
