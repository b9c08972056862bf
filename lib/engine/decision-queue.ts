/**
 * Decisions that a gate has answered by and that wait to be stored: what has gathered while a batch was under way is the
 * next batch. Nobody waits for it: a kill loses what is in memory, which is less than a second's.
 */
import type { ReportedDecision } from "#lib/boundary/decision.ts";

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
/** About 100 MB; at a thousand calls a second, a minute and a half without a database. */
const MOST = 100_000;

export function decisionQueue(options: {
  readonly record: (batch: readonly ReportedDecision[]) => Promise<unknown>;
  readonly onTrouble: (thrown: unknown) => void;
  readonly most?: number;
}): DecisionQueue {
  const { record, onTrouble, most = MOST } = options;
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
    scheduled = false;
    if (underWay !== null || queue.length === 0) return;
    const batch = queue.slice(0, BATCH);
    queue = queue.slice(BATCH);
    underWay = send(batch);
    void underWay.then((well) => {
      underWay = null;
      if (well) schedule();
    });
  };
  const schedule = (): void => {
    if (scheduled || underWay !== null || queue.length === 0) return;
    scheduled = true;
    setImmediate(flush);
  };
  return {
    take(decision) {
      if (queue.length >= most) {
        lost++;
        return;
      }
      queue.push(decision);
      schedule();
    },
    tick: schedule,
    get lost() {
      return lost;
    },
    get waiting() {
      return queue.length;
    },
    async close() {
      for (;;) {
        if (underWay !== null && !(await underWay)) return;
        if (queue.length === 0) return;
        flush();
      }
    },
  };
}
