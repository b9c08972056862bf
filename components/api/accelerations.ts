/** Accelerations as the JSON API answers them (docs/domain.md, Acceleration). */
import type { Outcome as AccelerationOutcome, State as AccelerationState } from "#lib/accelerations/saga.ts";
import type { WireSpec } from "./shapes.ts";

/** A temporary faster spec (docs/domain.md, Acceleration). */
export interface Acceleration {
  readonly id: string;
  readonly schedule: string;
  readonly state: AccelerationState;
  /** Which road it took to its revert. */
  readonly outcome: AccelerationOutcome | null;
  readonly standIn: boolean;
  readonly originalSpec: WireSpec;
  readonly temporarySpec: WireSpec;
  readonly timezone: string;
  readonly driver: string;
  readonly requestedAt: string;
  readonly requestedBy: string;
  readonly reason: string;
  readonly overrideReason: string | null;
  readonly expiresAt: string;
  readonly confirmedRunsWanted: number;
  readonly maxRuns: number | null;
  readonly runsSeen: number;
  readonly runsConfirmed: number;
  readonly appliedAt: string | null;
  readonly confirmedAt: string | null;
  readonly revertBeganAt: string | null;
  /** Nothing is left to do. */
  readonly endedAt: string | null;
  /** Word for word as the scheduler has it: what is put back by hand. */
  readonly originalNative: string | null;
  /** What somebody else has put there, where it is drifted. */
  readonly theirsNative: string | null;
  /** Failed tries since the last that went well, and when the next one comes. */
  readonly failures: number;
  readonly nextTryAt: string | null;
  readonly version: number;
  readonly steps: readonly AccelerationStep[];
}

export interface AccelerationStep {
  readonly at: string;
  readonly step: string;
  readonly ok: boolean;
  readonly detail: string;
}
