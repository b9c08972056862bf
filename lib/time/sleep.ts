import type { Millis } from "./instant.ts";

/** Waits; rejects when the signal is aborted. Handed in, since only the loops and the runtime set timers. */
export type Sleep = (length: Millis, signal?: AbortSignal) => Promise<void>;
