import type { Stretch } from "./model.ts";

/** The part of time that is laid out: wider than seen, so that a pan only moves it. */
export interface Laid extends Stretch {
  /** Pixels a millisecond. */
  readonly perMilli: number;
}
