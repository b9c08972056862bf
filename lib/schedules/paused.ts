import type { Instant } from "#lib/time/instant.ts";

/** Whether a pause goes on at that moment: one with an end ends by itself. */
export const isPaused = (
  schedule: { readonly pausedAt: Instant | null; readonly pausedUntil: Instant | null },
  now: Instant,
): boolean => schedule.pausedAt !== null && (schedule.pausedUntil === null || schedule.pausedUntil > now);
