/** What of a lane is drawn. */
import type { LaneFacts, RunModel, Stretch } from "./model.ts";

export interface DrawnLane extends LaneFacts {
  /** Runs that nobody expected. */
  readonly unscheduled?: readonly RunModel[];
}

/** The part of time that is laid out: wider than seen, so that a pan only moves it. */
export interface Laid extends Stretch {
  /** Pixels a millisecond. */
  readonly perMilli: number;
}
