/** Remembers in this process what was presented. Where several serve one route, hand in a store that they share. */
import type { ReplayStore } from "./contracts/contract.ts";

/** 20,000 keys take about 3 MB; at ten genuine requests a second, ten minutes are 6,000. */
const MOST = 20_000;

export class MemoryReplays implements ReplayStore {
  readonly #until = new Map<string, number>();
  readonly #most: number;
  #forgotten = 0;

  constructor(most = MOST) {
    this.#most = most;
  }

  /** How many were forgotten before their time because there were too many: replays of those pass. */
  get forgotten(): number {
    return this.#forgotten;
  }

  remember(key: string, until: number, now: number): boolean {
    const known = this.#until.get(key);
    if (known !== undefined && known > now) return false;
    this.#until.delete(key);
    if (this.#until.size >= this.#most) this.#makeRoom(now);
    this.#until.set(key, until);
    return true;
  }

  #makeRoom(now: number): void {
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
    // Maps keep the order of insertion: the first are the oldest. A tenth at once, so that this is rare.
    for (const key of this.#until.keys()) {
      if (this.#until.size < this.#most * 0.9) break;
      this.#until.delete(key);
      this.#forgotten++;
    }
  }
}
