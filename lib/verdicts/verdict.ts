import type { Decision } from "#lib/boundary/decision.ts";
import type { Attempt } from "#lib/evidence/attempt.ts";
import type { Run } from "#lib/evidence/run.ts";
import type { Version } from "#lib/schedules/spec.ts";
import type { Instant } from "#lib/time/instant.ts";

/** In the order in which a screen lists them: what is wrong first. */
export const VERDICTS = [
  "missing",
  "failed",
  "overrun",
  "late",
  "running",
  "due",
  "blind",
  "excused",
  "on_time",
  "upcoming",
] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What a schedule shows: the verdict of the window that counts, or why none does. In that order, too. */
export const STATUSES = [
  "missing",
  "failed",
  "overrun",
  "late",
  "running",
  "due",
  "blind",
  "excused",
  "on_time",
  "new",
  "paused",
  "archived",
] as const;
export type Status = (typeof STATUSES)[number];

/** Why a window is missing: the highest rung that was reached (domain.md, Verdict). */
export type Cause = "lost" | "rejected" | "unreached" | "not_fired" | "silent";

/** What a schedule may add to the bad verdicts (domain.md, Incident). */
export type AlsoBad = "late" | "double_fire";

export interface JudgedWindow {
  readonly expectedAt: Instant;
  readonly opensAt: Instant;
  readonly dueBy: Instant;
  readonly version: Version;
  readonly verdict: Verdict;
  readonly cause: Cause | null;
  readonly reason: string | null;
  readonly diagnosis: string | null;
  /** Its runs, in the order of `compareRuns`. */
  readonly runs: readonly Run[];
  readonly attempts: readonly Attempt[];
  readonly decisions: readonly Decision[];
  readonly doubleFire: boolean;
  /** Times that it counts towards thresholds: more than once only for a rolling window that stays missing. */
  readonly weight: number;
  /** When it became bad, if it is: `dueBy` of a missing one, the fail, the limit; else the moment that decided. */
  readonly since: Instant;
  /** The first moment at which its verdict may change with no further evidence; `null`: never. */
  readonly changesAt: Instant | null;
}

/** A run that touches no verdict. `hung`: before the first window, past its limit, and only shown as such. */
export interface UnscheduledRun {
  readonly run: Run;
  readonly hung: boolean;
}

/** Whether the window is bad under what its schedule adds; then bad wins over good. One of a temporary spec never is. */
export const isBad = (window: JudgedWindow, alsoBad: readonly AlsoBad[]): boolean =>
  window.version.acceleration === undefined && wouldBeBad(window, alsoBad);

function wouldBeBad(window: JudgedWindow, alsoBad: readonly AlsoBad[]): boolean {
  switch (window.verdict) {
    case "missing":
    case "failed":
    case "overrun":
      return true;
    case "late":
      return alsoBad.includes("late") || (window.doubleFire && alsoBad.includes("double_fire"));
    case "on_time":
    case "running":
      return window.doubleFire && alsoBad.includes("double_fire");
    case "excused":
    case "blind":
    case "due":
    case "upcoming":
      return false;
  }
}

export const isGood = (window: JudgedWindow, alsoBad: readonly AlsoBad[]): boolean =>
  (window.verdict === "on_time" || window.verdict === "late") && !wouldBeBad(window, alsoBad);
