/** Sends what waits before a Node process ends, by itself or by a signal. */

interface Flushes {
  flush(): Promise<void>;
}

const LAST_WORDS_MS = 2_000;
const SIGNALS = ["SIGTERM", "SIGINT"] as const;
const gates = new Set<Flushes>();
let listening = false;

const flushAll = (later: (act: () => void, ms: number) => unknown): Promise<unknown> =>
  Promise.race([
    Promise.all([...gates].map((gate) => gate.flush())),
    new Promise<void>((resolve) => later(resolve, LAST_WORDS_MS)),
  ]);

/** Once in a process, however many gates it has. */
export function flushAtExit(gate: Flushes, later: (act: () => void, ms: number) => unknown): void {
  gates.add(gate);
  if (listening || typeof process === "undefined" || typeof process.once !== "function") return;
  listening = true;
  process.once("beforeExit", () => void flushAll(later));
  for (const signal of SIGNALS) {
    process.once(signal, () => {
      // Having listened we keep the signal from ending the process: unless the application ends it itself, we do.
      const alone = process.listenerCount(signal) === 0;
      void flushAll(later).finally(() => {
        if (alone) process.kill(process.pid, signal);
      });
    });
  }
}
