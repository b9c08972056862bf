/** What became of one request to the outside. Pure: what it means is for others to say. */
import type { Forbidden } from "./address.ts";

/** How far it came before nothing more came. */
export type Phase = "address" | "dns" | "connect" | "tls" | "headers";

export interface Answered {
  readonly kind: "answered";
  readonly status: number;
  /** Only those of `KEPT_HEADERS`, in lower case, each of bounded length. */
  readonly headers: Readonly<Record<string, string>>;
  /** The beginning of the body, as text. Whoever shows it to anybody has to know that it may echo what was sent. */
  readonly body: string;
  /** Whether the body ended by itself, was more than is read, or came too slowly, or broke off. */
  readonly ended: "whole" | "cut" | "timeout" | "broken";
  readonly durationMs: number;
}

export interface NoAnswer {
  readonly kind: "no_answer";
  readonly phase: Phase;
  /** A code of the system (`ENOTFOUND`, `ECONNREFUSED`, `CERT_HAS_EXPIRED`), `TIMEOUT`, or why it was not asked. */
  readonly code: string;
  readonly forbidden?: Forbidden;
  readonly durationMs: number;
}
export type Outcome = Answered | NoAnswer;

/** What tells who answered, and where it points; cookies and all else are somebody's own. */
export const KEPT_HEADERS: ReadonlySet<string> = new Set([
  ...["location", "content-type", "allow", "server", "retry-after", "www-authenticate", "via", "date"],
  ...["rollcall-gate", "rollcall-decision", "rollcall-reason", "rollcall-route"],
  ...["x-vercel-error", "x-vercel-id", "x-vercel-mitigated", "x-vercel-challenge-token", "x-nf-request-id"],
  ...["cf-ray", "cf-mitigated", "cf-access-aud", "cf-access-domain", "x-goog-iap-generated-response"],
  ...["x-amzn-waf-action", "x-amz-cf-id", "x-akamai-request-id", "x-sucuri-id", "x-azure-ref"],
]);
