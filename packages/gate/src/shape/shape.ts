/** What is kept of a request: its shape. Names, forms, lengths, key ids, issuers, audiences, times; never a secret's byte. */
import type { ContractKind } from "../contracts/kinds.ts";

export const CREDENTIAL_FORMS = [
  "bearer-secret",
  "jwt",
  "google-access-token",
  "supabase-key",
  "basic",
  "other-scheme",
  "qstash-token",
  "inngest-signature",
  "standard-webhooks",
  "rollcall-signature",
  "timestamped-signature",
  "hex-signature",
  "base64-signature",
  "api-key",
  "query-secret",
  "client-certificate",
  "literal-undefined",
  "placeholder",
  "empty",
] as const;
export type CredentialForm = (typeof CREDENTIAL_FORMS)[number];

/** One thing that could be a proof, by its form. */
export interface Credential {
  readonly form: CredentialForm;
  /** The header, or `query`. */
  readonly where: string;
  readonly length: number;
  /** Of a token, as its unverified text claims. */
  readonly token?: TokenShape;
  /** Of a signature with a time: seconds between it and the gate's clock, positive where it is older. */
  readonly ageSeconds?: number;
  /** `sha256`, where the value names it. */
  readonly algorithm?: string;
}

export interface TokenShape {
  readonly algorithm: string | null;
  readonly keyId: string | null;
  readonly issuer: string | null;
  readonly audience: string | null;
  /** RFC 3339. */
  readonly issuedAt: string | null;
  readonly expiresAt: string | null;
  /** Of a Supabase key: `anon` is public, `service_role` is not. */
  readonly role: "anon" | "service_role" | null;
}

export interface PlatformHint {
  /** The contract whose platform sends it, where there is one. */
  readonly of: ContractKind | null;
  /** Its name, or the contract's kind. */
  readonly platform: string;
  readonly words: string;
}

export interface Shape {
  readonly method: string;
  /** Sorted, in lower case. */
  readonly headers: readonly string[];
  /** The scheme of Authorization. */
  readonly scheme: string | null;
  /** Of every header that holds a credential. */
  readonly lengths: Readonly<Record<string, number>>;
  readonly credentials: readonly Credential[];
  readonly hints: readonly PlatformHint[];
  /** `null` where the body was not read. */
  readonly bodyLength: number | null;
}
