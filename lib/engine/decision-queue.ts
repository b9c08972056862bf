/**
 * Decisions that a gate has answered by and that wait to be stored. Nobody waits for it, so they gather for a quarter of
 * a second, or until they are a batch: a kill loses what is in memory, which is less than a second's.
 */
import type { ReportedDecision } from "#lib/boundary/decision.ts";
import { millis } from "#lib/time/instant.ts";
import type { Sleep } from "#lib/time/sleep.ts";

export interface DecisionQueue {
  take(decision: ReportedDecision): void;
  /** To be called about once a second: tries again what the database refused to take while it was away. */
  tick(): void;
  /** So many were given up because too many waited. */
  readonly lost: number;
  readonly waiting: number;
  /** Stores what waits, as far as the database takes it. */
  close(): Promise<void>;
}

const BATCH = 1_000;
const GATHER = millis(250);
/** About 100 MB; at a thousand calls a second, a minute and a half without a database. */
const MOST = 100_000;

export function decisionQueue(options: {
  readonly record: (batch: readonly ReportedDecision[]) => Promise<unknown>;
  readonly onTrouble: (thrown: unknown) => void;
  readonly sleep: Sleep;
  readonly most?: number;
}): DecisionQueue {
  const { record, onTrouble, sleep, most = MOST } = options;
  const closing = new AbortController();
  let queue: ReportedDecision[] = [];
  let underWay: Promise<boolean> | null = null;
  let scheduled = false;
  let lost = 0;

  /** Whether it may go on. */
  const send = async (batch: readonly ReportedDecision[]): Promise<boolean> => {
    try {
      await record(batch);
      return true;
    } catch (thrown) {
      onTrouble(thrown);
      // Each has its id: what was stored after all is taken once.
      queue = [...batch, ...queue].slice(0, most);
      return false;
    }
  };
  const flush = (): void => {
    if (underWay !== null || queue.length === 0) return;
    const batch = queue.slice(0, BATCH);
    queue = queue.slice(BATCH);
    underWay = send(batch);
    void underWay.then((well) => {
      underWay = null;
      if (well) gather();
    });
  };
  const gather = (): void => {
    if (queue.length >= BATCH) flush();
    else if (!scheduled && queue.length > 0 && !closing.signal.aborted) {
      scheduled = true;
      const wake = (): void => {
        scheduled = false;
        flush();
      };
      sleep(GATHER, closing.signal).then(wake, wake);
    }
  };
  return {
    take(decision) {
      if (queue.length >= most) {
        lost++;
        return;
      }
      queue.push(decision);
      gather();
    },
    tick: flush,
    get lost() {
      return lost;
    },
    get waiting() {
      return queue.length;
    },
    async close() {
      closing.abort();
      for (;;) {
        if (underWay !== null && !(await underWay)) return;
        if (queue.length === 0) return;
        flush();
      }
    },
  };
}
