/** An acceleration as it is stored, and what can happen to it (domain.md, Acceleration). Pure types. */
import type { Answer, Held } from "#lib/drivers/driver.ts";
import type { Spec } from "#lib/schedules/spec.ts";
import type { Instant } from "#lib/time/instant.ts";

export const STATES = [
  "requested",
  "applied",
  "confirmed",
  "expired",
  "cancelled",
  "failed",
  "reverted",
  "drifted",
] as const;
export type State = (typeof STATES)[number];

/** Which road it took to its revert. */
export const OUTCOMES = ["confirmed", "expired", "cancelled", "failed"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What a person chooses when somebody else changed the schedule meanwhile. */
export const CHOICES = ["put_back", "keep_theirs"] as const;
export type Choice = (typeof CHOICES)[number];

/** What the machine moves; the rest of an acceleration stands from its request on. */
export interface Saga {
  readonly state: State;
  readonly outcome: Outcome | null;
  readonly temporarySpec: Spec;
  /** An IANA zone. */
  readonly timezone: string;
  readonly expiresAt: Instant;
  readonly confirmedRunsWanted: number;
  readonly maxRuns: number | null;
  readonly runsSeen: number;
  readonly runsConfirmed: number;
  readonly appliedAt: Instant | null;
  readonly confirmedAt: Instant | null;
  readonly revertBeganAt: Instant | null;
  /** Nothing is left to do. */
  readonly endedAt: Instant | null;
  /** What the scheduler held before anything was touched; stored before the first write, and never changed. */
  readonly original: Held | null;
  /** What it held when the temporary spec was read back. */
  readonly temporary: Held | null;
  /** What somebody else has put there since. */
  readonly theirs: Held | null;
  /** The write that was begun and whose answer is not stored: it may have taken effect. */
  readonly doing: "apply" | "revert" | null;
  /** Somebody chose to put the original back over `theirs`. */
  readonly putBack: boolean;
  /** Up to then a write that got no answer may still take effect: what is read before is not the last word. */
  readonly doubtUntil: Instant | null;
  /** Failed tries since the last that went well. */
  readonly failures: number;
  /** When to look at it again; `null`: only when something happens. */
  readonly nextAt: Instant | null;
}

export type Event =
  /** Its time came, an engine started, or somebody asked. */
  | { readonly kind: "woken" }
  | { readonly kind: "read"; readonly answer: Answer<Held> }
  /** The answer to the write that `doing` names. */
  | { readonly kind: "written"; readonly answer: Answer<Held> }
  /** The runs in the windows of the temporary spec, all of them. */
  | { readonly kind: "runs"; readonly seen: number; readonly confirmed: number; readonly underWay: boolean }
  /** One of them failed: nothing else tells of it. */
  | { readonly kind: "run_failed"; readonly detail: string }
  | { readonly kind: "cancel"; readonly by: string }
  | { readonly kind: "choose"; readonly choice: Choice; readonly by: string };

export type Put = Pick<Held, "spec" | "timezone"> | Held;

/** What is to be carried out once the state is stored: at most one of the first two, the rest in the same transaction. */
export type Effect =
  | { readonly kind: "read" }
  | { readonly kind: "write"; readonly put: Put; readonly instead: Held }
  | { readonly kind: "step"; readonly step: StepName; readonly ok: boolean; readonly detail: string }
  | { readonly kind: "tell"; readonly what: Exclude<State, "requested"> }
  /** Other windows are expected from now on. */
  | { readonly kind: "expect" }
  /** The revert does not succeed. */
  | { readonly kind: "alarm"; readonly problem: string }
  /** Nothing is left of that. */
  | { readonly kind: "calm"; readonly because: string };

export const STEPS = [
  "requested",
  "original_stored",
  "applying",
  "apply_failed",
  "applied",
  "run_failed",
  "confirmed",
  "expired",
  "cancelled",
  "failed",
  "reverting",
  "revert_failed",
  "reverted",
  "drifted",
  "put_back",
  "keep_theirs",
] as const;
export type StepName = (typeof STEPS)[number];

export interface Moved {
  readonly saga: Saga;
  readonly effects: readonly Effect[];
}

/** On its way back to the original. */
export const isReverting = ({ state }: Pick<Saga, "state">): boolean =>
  state === "confirmed" || state === "expired" || state === "cancelled" || state === "failed";
