/** Which contracts a request would satisfy in form, judged by its shape alone. */
import type { Resemblance } from "../contracts/contract.ts";
import { CONTRACT_KINDS, type ContractKind } from "../contracts/kinds.ts";
import { contractOf } from "../contracts/register.ts";
import type { CredentialForm, Shape } from "./shape.ts";

export interface Look {
  readonly kind: ContractKind;
  /** By a proof of its form, or only by values that anyone can type. */
  readonly by: "proof" | "hint";
  readonly weight: number;
}

/** Every contract that the shape goes towards, the nearest first: proofs before hints, the particular before the general. */
export function classify(shape: Shape): readonly Look[] {
  const known = lookedAt.get(shape);
  if (known) return known;
  const found = classified(shape);
  lookedAt.set(shape, found);
  return found;
}

/** A shape does not change, and a server knows a scheduler's requests by one and the same. */
const lookedAt = new WeakMap<Shape, readonly Look[]>();

function classified(shape: Shape): readonly Look[] {
  const looks: Look[] = [];
  for (const kind of CONTRACT_KINDS) {
    const found: Resemblance = contractOf(kind).resembles(shape);
    if (found) looks.push({ kind, by: found.by, weight: found.weight });
  }
  return looks.sort((a, b) => (a.by === b.by ? b.weight - a.weight : a.by === "proof" ? -1 : 1));
}

/** What each form is called after "carries"; where a platform is recognised, its contract's words are better. */
const FORM_WORDS: Readonly<Record<CredentialForm, string>> = {
  "bearer-secret": "a bearer secret",
  jwt: "a signed token (JWT)",
  "google-access-token": "an OAuth access token of Google's",
  "supabase-key": "an API key of Supabase's",
  basic: "a user name and password (Basic)",
  "other-scheme": "an Authorization that is neither Bearer nor Basic",
  "qstash-token": "a signature as QStash sends it",
  "inngest-signature": "a signature as Inngest sends it",
  "standard-webhooks": "a Standard Webhooks signature",
  "rollcall-signature": "a signature as Rollcall's dispatcher sends it",
  "timestamped-signature": "an HMAC signature with its time",
  "hex-signature": "an HMAC signature",
  "base64-signature": "an HMAC signature",
  "api-key": "an API key",
  "query-secret": "a secret in its URL",
  "client-certificate": "a client certificate's headers",
  "literal-undefined": "the word undefined where a secret belongs",
  placeholder: "a placeholder where a secret belongs",
  empty: "an empty credential",
};

/** "a bearer secret as Vercel Cron sends it": what the request carries, by its nearest look; `null` where it carries nothing. */
export function carriedWords(shape: Shape): string | null {
  const [nearest] = classify(shape);
  const [first] = shape.credentials;
  if (nearest?.by === "proof" && first) {
    // A form that says more than the contract's own words: an access token is no ID token.
    const particular = shape.credentials.find(({ form }) => form === "google-access-token" || form === "supabase-key");
    return particular ? FORM_WORDS[particular.form] : contractOf(nearest.kind).carries;
  }
  if (!first) return null;
  const issuer = first.token?.issuer;
  return issuer ? `${FORM_WORDS[first.form]} by ${issuer}` : FORM_WORDS[first.form];
}
