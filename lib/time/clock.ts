import { type Instant, instant, type Millis, millis } from "./instant.ts";

export interface Clock {
  now(): Instant;
}

export interface ClockSources {
  /** The wall's time: milliseconds since the epoch; may jump. */
  readonly wall: () => number;
  /** Milliseconds since some moment; never goes back. */
  readonly monotonic: () => number;
  /** The wall's time jumped back by so much: told once a jump. */
  readonly onJump?: (back: Millis) => void;
}

/** A smaller step back is the clock being slewed or read a little late. */
const TOLERATED = 1_000;

/**
 * A clock that never goes back. It follows the wall's time forward, so that a machine that slept knows it. When the
 * wall jumps back it goes on by itself, second for second: a window that has closed stays closed, and no deadline waits
 * for the wall to catch up. It joins the wall's time again where that has overtaken it.
 */
export function steadyClock({ wall, monotonic, onJump }: ClockSources): Clock {
  let last = wall();
  let lastMonotonic = monotonic();
  let told = 0;
  return {
    now() {
      const [wallNow, monotonicNow] = [wall(), monotonic()];
      const expected = last + Math.max(0, monotonicNow - lastMonotonic);
      const behind = expected - wallNow;
      if (behind > told + TOLERATED) {
        onJump?.(millis(Math.round(behind - told)));
        told = behind;
      } else if (behind < told - TOLERATED) told = Math.max(0, behind);
      // Within the tolerance it holds still rather than going back, and so stays with the wall.
      last = behind > TOLERATED ? expected : Math.max(last, wallNow);
      lastMonotonic = monotonicNow;
      return instant(Math.floor(last));
    },
  };
}

export const systemClock = (onJump?: (back: Millis) => void): Clock =>
  steadyClock({ wall: Date.now, monotonic: () => performance.now(), ...(onJump ? { onJump } : {}) });
