/** What a schedule says about when it ought to run (domain.md, Schedule). */
import type { Instant, Seconds } from "#lib/time/instant.ts";

export const DIALECT_IDS = [
  "rollcall",
  "vixie",
  "vercel",
  "github",
  "cloud-scheduler",
  "eventbridge",
  "kubernetes",
  "pg-cron",
  "cloudflare",
  "quartz",
  "azure",
  "systemd",
  "bullmq",
  "qstash",
  "inngest",
  "trigger-dev",
] as const;
export type DialectId = (typeof DIALECT_IDS)[number];

export type Spec =
  | { readonly kind: "cron"; readonly expression: string; readonly dialect: DialectId }
  | { readonly kind: "interval"; readonly everySeconds: Seconds; readonly anchor: Instant }
  | { readonly kind: "rolling"; readonly everySeconds: Seconds }
  | { readonly kind: "at"; readonly at: Instant };

/** One version of a schedule: what was in force from `effectiveFrom` to the next version's. */
export interface Version {
  /** 1, 2, 3 … */
  readonly number: number;
  readonly effectiveFrom: Instant;
  readonly spec: Spec;
  /** An IANA zone. */
  readonly timezone: string;
  readonly graceSeconds: Seconds;
  /** `null`: the default of domain.md. */
  readonly earlySeconds: Seconds | null;
  /** `null`: the default of domain.md. */
  readonly maxRuntimeSeconds: Seconds | null;
  /** It is the temporary spec of an acceleration, which lies over the version that was written (`accelerated.ts`). */
  readonly acceleration?: {
    readonly id: string;
    /** The original's own windows stay expected beside the temporary ones. */
    readonly standIn: boolean;
    readonly original: Version;
  };
}

/** One occurrence of a schedule (domain.md, Expected window). */
export interface ExpectedWindow {
  readonly expectedAt: Instant;
  readonly opensAt: Instant;
  readonly dueBy: Instant;
  /** `expectedAt − opensAt` before the middle rule shortens it, in ms: the early tolerance in force. */
  readonly early: number;
  readonly version: Version;
}
