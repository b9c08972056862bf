/** What was opened is closed in the reverse order, when a signal says so or a start fails. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "#lib/log.ts";

export interface Lifetime {
  /** Opens a part and keeps how to close it. Once the end has begun it opens nothing more and never answers. */
  open<T>(
    name: string,
    part: { readonly open: () => T | Promise<T>; readonly close: (opened: T) => Promise<void> },
  ): Promise<T>;
  /** Whether the end has begun. */
  ending(): boolean;
  /** Closes everything and ends the process. */
  end(exitCode: number): Promise<never>;
}

/** npm passes on a signal that its whole process group has had already: within this time both are one. */
const SAME_SIGNAL = 1_000;
/** Whoever stops us waits about 15 s before killing. */
const LONGEST = 14_000;

const never = <T>(): Promise<T> => new Promise(() => {});

export function beginLifetime(log: Logger): Lifetime {
  const closers: { readonly name: string; readonly close: () => Promise<void> }[] = [];
  let opening: Promise<unknown> = Promise.resolve();
  let ending: Promise<never> | null = null;

  const closeAll = async (exitCode: number): Promise<never> => {
    const late = setTimeout(() => {
      log.error(`Stopping takes longer than ${LONGEST / 1_000} s: leaving it`);
      process.exit(1);
    }, LONGEST);
    late.unref();
    // A part that is being opened now will be closed too, if it is there soon.
    await Promise.race([opening.catch(() => {}), sleep(5_000, undefined, { ref: false })]);
    for (let part = closers.pop(); part; part = closers.pop()) {
      try {
        await part.close();
      } catch (thrown) {
        log.error({ err: thrown }, `The ${part.name} did not close well`);
      }
    }
    log.info("Stopped");
    process.exit(exitCode);
  };
  const end = (exitCode: number): Promise<never> => {
    ending ??= closeAll(exitCode);
    return ending;
  };

  let first = 0;
  const onSignal = (name: NodeJS.Signals) => {
    if (ending && performance.now() - first < SAME_SIGNAL) return;
    if (ending) {
      log.warn(`${name} again: leaving without waiting`);
      process.exit(1);
    }
    first = performance.now();
    log.info(`${name}: stopping`);
    void end(0);
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);

  return {
    async open(name, part) {
      if (ending) return never();
      const opened = Promise.resolve(part.open()).then((value) => {
        closers.push({ name, close: () => part.close(value) });
        return value;
      });
      opening = opened;
      const value = await opened;
      return ending ? never() : value;
    },
    ending: () => ending !== null,
    end,
  };
}
