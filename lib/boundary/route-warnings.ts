/** What a person should know of the secrets of a route that was stored (contracts.md, sections 0, 1 and 4). Pure. */
import { secretFields } from "./contract-options.ts";
import { PARTS, type Secrets, type StoredContract, type StoredRoute } from "./route.ts";

export interface RouteWarning {
  readonly code: string;
  readonly message: string;
  /** `contract.secret` */
  readonly path: string;
}

/** As Vercel recommends for its own (contracts.md, 1.1); a shorter one can be guessed. */
const SHORTEST = 16;
const COMMON = /^(?:change-?me|secret|password|passw0rd|test|testing|example|admin|letmein|12345\d*|qwerty\w*|abc123)/i;
/** Public: `QSTASH_DEV` signs with them (contracts.md, 1.4). */
const DEVELOPMENT = ["sig_7kYjw48m", "sig_5ZB6DVzB"];

const weak = (secret: string): string | null => {
  if (COMMON.test(secret)) return "is one that is tried first";
  if (secret.length < SHORTEST) return `has fewer than ${SHORTEST} characters`;
  if (new Set(secret).size < 6) return "repeats a few characters";
  return null;
};

function ofSecret(path: string, secret: string): RouteWarning[] {
  const warnings: RouteWarning[] = [];
  const because = weak(secret);
  if (because)
    warnings.push({ code: "weak_secret", path, message: `${path} ${because}: a longer, random one is safer.` });
  if (secret !== secret.trim()) {
    const message = `${path} begins or ends with white space, which HTTP takes away on the way: it may never match.`;
    warnings.push({ code: "whitespace", path, message });
  }
  if (/[^\x20-\x7e]/.test(secret.trim())) {
    const message = `${path} holds characters that not every sender puts into a header alike.`;
    warnings.push({ code: "not_ascii", path, message });
  }
  if (DEVELOPMENT.some((key) => secret.startsWith(key))) {
    const message = `${path} is a public key for development: the gate refuses what is signed with it.`;
    warnings.push({ code: "development_key", path, message });
  }
  return warnings;
}

/** A contract that is proved by secrets and has none: its gate refuses everything. */
function unset(part: string, stored: StoredContract | null): RouteWarning[] {
  if (!stored || secretFields(stored.kind).length === 0 || Object.keys(stored.secrets).length > 0) return [];
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
