import type { Clock } from "#lib/time/clock.ts";
import { type Instant, instant, type Millis } from "#lib/time/instant.ts";

/** Sets a timer; answers how to take it back. Handed in by `loops.ts`, the only one who sets any. */
export type SetTimer = (after: Millis, act: () => void) => () => void;

export interface Loop {
  /** Runs it now, or at that moment if it would sleep longer; while it runs, once more after it. */
  wake(at?: Instant): void;
  /** Resolves when it has ended; what runs is let to its end. */
  stop(): Promise<void>;
}

export interface LoopOptions {
  readonly clock: Clock;
  readonly setTimer: SetTimer;
  /** Does what is due; answers when to come again. `null`: only when woken. */
  readonly work: (now: Instant) => Promise<Instant | null>;
  /** It sleeps no longer than this, whatever its work says. */
  readonly longest: Millis;
  /** After work that threw: how long to wait. */
  readonly afterFailure: Millis;
  readonly onFailed: (thrown: unknown) => void;
}

/** Something that works, sleeps until there is work again, and can be woken. Never two at a time. */
export function startLoop(options: LoopOptions): Loop {
  const { clock, setTimer, work, longest } = options;
  let cancel: (() => void) | null = null;
  let due = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | null = null;
  let again = false;
  let stopped = false;

  const sleepUntil = (at: number): void => {
    cancel?.();
    due = at;
    cancel = setTimer(Math.max(0, at - clock.now()) as Millis, run);
  };

  async function turn(): Promise<void> {
    const now = clock.now();
    let next: number;
    try {
      next = (await work(now)) ?? Number.POSITIVE_INFINITY;
    } catch (thrown) {
      options.onFailed(thrown);
      next = clock.now() + options.afterFailure;
    }
    running = null;
    if (stopped) return;
    if (again) {
      again = false;
      next = Math.min(next, clock.now());
    }
    sleepUntil(Math.min(next, clock.now() + longest));
  }

  function run(): void {
    cancel?.();
    cancel = null;
    if (running || stopped) return;
    running = turn();
  }

  sleepUntil(clock.now());
  return {
    wake(at = instant(0)) {
      if (stopped) return;
      if (running) again = true;
      else if (at < due) sleepUntil(at);
    },
    async stop() {
      stopped = true;
      cancel?.();
      cancel = null;
      await running;
    },
  };
}
