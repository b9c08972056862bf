/** What a member of the family must say: how lines of one platform's or proxy's log are read. Pure. */
import type { Instant } from "#lib/time/instant.ts";

/** One request, as far as a log tells of it. */
export interface LoggedRequest {
  readonly at: Instant;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly status: number;
  readonly userAgent: string | null;
  /** The log's own id of the request, so that it is taken once. */
  readonly id: string | null;
  /** Where a redirect leads to, where the log has that header. */
  readonly location: string | null;
  /** What the platform did of its own: `challenge`, `block`; `null`: nothing that it tells of. */
  readonly mitigated: "challenge" | "block" | null;
}

export const DRAIN_KINDS = ["vercel", "nginx-combined", "nginx-json", "cloudflare", "generic"] as const;
export type DrainKind = (typeof DRAIN_KINDS)[number];

/** A line of text, or a record where the log is JSON. */
export type Entry =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "record"; readonly record: Readonly<Record<string, unknown>> };

export interface DrainFormat {
  readonly kind: DrainKind;
  readonly label: string;
  /** Whether an entry is of this format; asked in the order of the register. */
  recognises(entry: Entry): boolean;
  /** `null`: it tells of no request that was answered. */
  read(entry: Entry): LoggedRequest | null;
  /** What its logs cannot tell. */
  readonly limits: readonly string[];
}
