/** What a person should know of the secrets of a route that was stored (contracts.md, sections 0, 1 and 4). Pure. */

import { contractOf } from "#gate/contracts/register.ts";
import { type SecretProblem, secretProblem } from "#gate/contracts/secret-text.ts";
import type { Secrets } from "#lib/input/kept-secret.ts";
import { PARTS, type RouteWarning, type StoredContract, type StoredRoute } from "./route.ts";

/** By the detail of `secretProblem`, which is the gate's own rule. */
const UNFIT: Readonly<Record<string, string>> = {
  empty: "is empty",
  literal_undefined: "is the word that a program writes where a variable was never set",
  unexpanded_placeholder: "is a name or word that stands for a secret, and nothing filled it in",
  whitespace: "begins or ends with white space, which HTTP takes away on the way",
  quoted: "stands in quotation marks",
  repeated: "repeats a few characters",
  public: "is a platform's public key for development",
  short: "has fewer than 16 characters",
};

/** What follows from it, by the part of the route. */
const SO: Readonly<Record<string, string>> = {
  contract: "the gate refuses every request until it is replaced",
  caller: "the matrix cannot make what the caller presents until it is replaced",
  manual: "nobody is let in by hand until it is replaced",
  proxyKey: "whoever guesses it passes for the proxy",
};

const unfit = ({ detail }: SecretProblem): string => UNFIT[detail.split(":", 1)[0] ?? ""] ?? "is no text";

function ofSecret(path: string, secret: string): RouteWarning[] {
  const warnings: RouteWarning[] = [];
  const problem = secretProblem(secret);
  if (problem) {
    const so = SO[path.split(".", 1)[0] ?? ""] ?? "it proves nothing until it is replaced";
    warnings.push({ code: problem.reason, path, message: `${path} ${unfit(problem)}: ${so}.` });
  }
  if (/[^\x20-\x7e]/.test(secret.trim())) {
    const message = `${path} holds characters that not every sender puts into a header alike.`;
    warnings.push({ code: "not_ascii", path, message });
  }
  return warnings;
}

/** A contract that is proved by secrets and has none: its gate refuses everything. */
function unset(part: string, stored: StoredContract | null): RouteWarning[] {
  const fields = Object.entries(stored ? contractOf(stored.kind).fields : {});
  if (!stored || Object.keys(stored.secrets).length > 0) return [];
  if (!fields.some(([, field]) => field.type === "secret" && field.required)) return [];
  const message =
    part === "contract"
      ? "No secret is set: the gate refuses every request (secret_not_configured)."
      : `No secret is set for the ${part}: nothing can be proved with it.`;
  return [{ code: "secret_not_configured", path: part, message }];
}

export function routeWarnings(route: StoredRoute, secrets: Secrets): RouteWarning[] {
  const warnings = PARTS.flatMap((part) => unset(part, route[part]));
  for (const [path, secret] of Object.entries(secrets)) warnings.push(...ofSecret(path, secret));
  const scheduled = Object.entries(secrets).filter(([path]) => !path.startsWith("manual.") && path !== "proxyKey");
  for (const [path, secret] of Object.entries(secrets)) {
    if (!path.startsWith("manual.") || !scheduled.some(([, other]) => other === secret)) continue;
    const message = `${path} is also the scheduler's: a call by hand cannot be told from a scheduled one.`;
    warnings.push({ code: "same_secret", path, message });
  }
  return warnings;
}
