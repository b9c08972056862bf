import type { Instant } from "#lib/time/instant.ts";
import type { Presented } from "./presented.ts";

export const VIAS = ["scheduler", "manual", "probe", "stranger"] as const;
export type Via = (typeof VIAS)[number];
export const SOURCES = ["gate", "forward-auth", "drain", "dispatcher"] as const;
export type DecisionSource = (typeof SOURCES)[number];

/** What the trust boundary answered to one request (rung 2), as far as a verdict reads it. */
export interface Decision {
  readonly id: string;
  readonly at: Instant;
  /** The expected time that it names, where the platform tells it. */
  readonly window: Instant | null;
  readonly outcome: "admitted" | "rejected";
  /** Only `scheduler` is evidence for a window (domain.md, Verdict). */
  readonly via: Via;
  readonly reason: string | null;
  readonly diagnosis: string | null;
}

/** A decision as it is kept and shown. */
export interface StoredDecision extends Decision {
  readonly route: string;
  /** The slugs of the schedules that it belongs to: several where it may be any of them. */
  readonly schedules: readonly string[];
  readonly ambiguous: boolean;
  readonly reason: string;
  readonly detail: string | null;
  readonly method: string | null;
  readonly path: string | null;
  readonly contractExpected: string | null;
  readonly contractResembled: string | null;
  readonly executionId: string | null;
  readonly presented: Presented;
  readonly source: DecisionSource;
}

/** A decision as a gate, a drain or a dispatcher reports it: whose it is, is Rollcall's to say. */
export interface ReportedDecision {
  readonly id: string;
  readonly at: Instant;
  readonly route: string;
  readonly outcome: "admitted" | "rejected";
  readonly reason: string;
  /** What the reporter knows of it by itself; `null`: nothing. */
  readonly via: Via | null;
  readonly detail: string | null;
  readonly method: string | null;
  /** Without the query. */
  readonly path: string | null;
  readonly contractExpected: string | null;
  readonly contractResembled: string | null;
  readonly diagnosis: string | null;
  /** The slug of the schedule that it names. */
  readonly schedule: string | null;
  readonly window: Instant | null;
  /** The expression that the platform's header quotes. */
  readonly expression: string | null;
  readonly executionId: string | null;
  readonly presented: Presented;
  readonly source: DecisionSource;
}
