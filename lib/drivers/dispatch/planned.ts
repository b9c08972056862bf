import type { Instant } from "#lib/time/instant.ts";

/** Why a schedule is fired: its own time, a person's wish, a window that is made good, or in another scheduler's place. */
export type Why = "schedule" | "manual" | "make_good" | "stand_in";

/** A firing that is stored and not sent. */
export interface Planned {
  /** Its attempt will have the same. */
  readonly id: string;
  readonly scheduleId: string;
  /** The expected time that it names. */
  readonly window: Instant | null;
  readonly why: Why;
  /** 0: the first for its window; else the number of the retry. */
  readonly retry: number;
  readonly dueAt: Instant;
  readonly actor: string | null;
  readonly plannedAt: Instant;
}
