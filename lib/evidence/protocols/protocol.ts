/** A protocol of check-ins: how one HTTP request of some tool's clients says what a job did. */
import type { IncomingHttpHeaders } from "node:http";
import type { DiscardedReason } from "#lib/evidence/discarded.ts";
import type { Instant } from "#lib/time/instant.ts";

export interface CheckInRequest {
  readonly method: string;
  /** The request's target: a path, with a query where there is one. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** How a check-in names its schedule. */
export type Address =
  /** Lower case. */
  | { readonly form: "uuid"; readonly uuid: string }
  | { readonly form: "slug"; readonly key: string; readonly slug: string };

export interface ParsedCheckIn {
  readonly refused: false;
  readonly address: Address;
  readonly kind: "start" | "success" | "fail" | "log";
  readonly exitStatus: number | null;
  /** Lower case. */
  readonly rid: string | null;
  /** When the client says it happened; `null`: now. */
  readonly at: Instant | null;
  readonly window: Instant | null;
  /** The gate's ticket, unread. */
  readonly ticket: string | null;
  /** The environment that the client speaks of; `null`: it does not say. */
  readonly environment: string | null;
  /** Make the schedule where the slug is unknown. */
  readonly create: boolean;
}

export interface Refusal {
  readonly refused: true;
  readonly status: number;
  /** The answer's body. */
  readonly text: string;
  /** Further headers, flat: name, value, name, value. */
  readonly headers: readonly string[];
  readonly reason: DiscardedReason;
  /** For people: what is wrong with it. */
  readonly detail: string;
}

export interface Protocol {
  /** What it checks, in this order, before anything is looked up: method, path, then the query. */
  parse(request: CheckInRequest, now: Instant): ParsedCheckIn | Refusal;
}
