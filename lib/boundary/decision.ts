import type { Instant } from "#lib/time/instant.ts";

/** What the trust boundary answered to one request (rung 2), as far as a verdict reads it. */
export interface Decision {
  readonly id: string;
  readonly at: Instant;
  /** The expected time that it names, where the platform tells it. */
  readonly window: Instant | null;
  readonly outcome: "admitted" | "rejected";
  /** Only `scheduler` is evidence for a window (domain.md, Verdict). */
  readonly via: "scheduler" | "manual" | "probe" | "stranger";
  readonly reason: string | null;
  readonly diagnosis: string | null;
}
