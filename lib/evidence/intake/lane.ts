/**
 * One lane of the group commit: what has gathered while a batch was under way is the next batch. A schedule is always
 * in the same lane, so at most one batch holds check-ins of it, and their order stays.
 */
import type { Incoming } from "#lib/evidence/incoming.ts";
import { type Fate, recordApart } from "./apart.ts";
import { type Pending, type RecordBatch, weight } from "./pending.ts";

const BATCH_ITEMS = 500;
const BATCH_BYTES = 8_000_000;

interface Batch {
  readonly pending: readonly Pending[];
  readonly since: number;
  /** Taken elsewhere because it took too long: what becomes of it here is told nobody. */
  abandoned: boolean;
}

export interface LaneOptions {
  readonly record: RecordBatch;
  readonly monotonic: () => number;
  /** The next batch may go. */
  readonly open: () => boolean;
  /** The database was away: these were not stored, in this order, and the lane is free again. */
  readonly spill: (unstored: readonly Pending[]) => void;
  readonly onRefused: (pending: Pending, because: unknown) => void;
}

export class Lane {
  #queue: Pending[] = [];
  #batch: Batch | null = null;
  #scheduled = false;
  #weight = 0;
  readonly #options: LaneOptions;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  /** A batch is under way whose check-ins are still this lane's to settle. */
  get busy(): boolean {
    return this.#batch !== null && !this.#batch.abandoned;
  }

  /** `record` has been called and has not come back. */
  get recording(): boolean {
    return this.#batch !== null;
  }

  get count(): number {
    return this.#queue.length + (this.busy ? (this.#batch?.pending.length ?? 0) : 0);
  }

  /** Bytes in memory, about. */
  get weight(): number {
    return this.#weight;
  }

  /** The first one that waits: by it and no other is known since when something does. */
  get first(): Incoming | null {
    const batch = this.busy ? this.#batch : null;
    return (batch?.pending[0] ?? this.#queue[0])?.incoming ?? null;
  }

  push(pending: Pending): void {
    this.#queue.push(pending);
    this.#weight += weight(pending);
    this.wake();
  }

  /** In the check phase of this turn of the loop, when all requests that have come by now are read: no waiting. */
  wake(): void {
    if (this.#scheduled || this.#batch !== null || this.#queue.length === 0) return;
    this.#scheduled = true;
    setImmediate(this.#flush);
  }

  /** Takes what waits out of it, but for a batch under way. */
  empty(): Pending[] {
    const all = this.#queue;
    this.#queue = [];
    for (const pending of all) this.#weight -= weight(pending);
    return all;
  }

  /** Takes over a batch that has been under way longer than this many milliseconds, with what waits behind it. */
  abandon(patience: number): Pending[] {
    const batch = this.#batch;
    if (!batch || batch.abandoned || this.#options.monotonic() - batch.since < patience) return [];
    batch.abandoned = true;
    return [...batch.pending, ...this.empty()];
  }

  readonly #flush = (): void => {
    this.#scheduled = false;
    if (this.#batch !== null || this.#queue.length === 0 || !this.#options.open()) return;
    const batch: Batch = { pending: this.#take(), since: this.#options.monotonic(), abandoned: false };
    this.#batch = batch;
    void recordApart(
      this.#options.record,
      batch.pending.map((pending) => pending.incoming),
    ).then((fates) => this.#settle(batch, fates));
  };

  #take(): Pending[] {
    let count = 0;
    let bytes = 0;
    for (const pending of this.#queue) {
      const more = weight(pending);
      if (count === BATCH_ITEMS || (count > 0 && bytes + more > BATCH_BYTES)) break;
      bytes += more;
      count++;
    }
    this.#weight -= bytes;
    if (count === this.#queue.length) {
      const all = this.#queue;
      this.#queue = [];
      return all;
    }
    return this.#queue.splice(0, count);
  }

  #settle(batch: Batch, fates: readonly Fate[]): void {
    this.#batch = null;
    if (batch.abandoned) return;
    const unstored: Pending[] = [];
    for (const [index, pending] of batch.pending.entries()) {
      const fate = fates[index] ?? "unstored";
      if (fate === "unstored") unstored.push(pending);
      else if (typeof fate === "string") pending.settle(fate);
      else {
        this.#options.onRefused(pending, fate.refused);
        pending.settle("refused");
      }
    }
    if (unstored.length > 0 || !this.#options.open()) this.#options.spill(unstored);
    else if (this.#queue.length > 0) this.#flush();
  }
}
