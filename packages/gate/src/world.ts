/** Everything that the gate takes from the process it lives in: clock, timers, chance. Handed in, so that tests own them. */

export interface World {
  now(): number;
  /** Calls back later, without keeping the process alive for it. */
  later(act: () => void, ms: number): { cancel(): void };
  uuid(): string;
  fetch: typeof fetch;
}

export const world: World = {
  now: () => Date.now(),
  later(act, ms) {
    const timer: unknown = setTimeout(act, ms);
    // Node's timers are objects that hold the process open; those of browsers and edges are numbers.
    if (typeof timer === "object" && timer !== null && "unref" in timer) (timer as { unref(): void }).unref();
    return { cancel: () => clearTimeout(timer as number) };
  },
  uuid: () => crypto.randomUUID(),
  fetch: (...request) => fetch(...request),
};
