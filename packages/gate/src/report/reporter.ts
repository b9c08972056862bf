/**
 * Tells Rollcall of decisions in the background. It never delays, fails or outlives what it reports on: a bounded queue,
 * one request at a time, back-off over an outage, the oldest dropped and counted when there is no room.
 */
import type { World } from "../world.ts";
import type { ReportedDecision } from "./reported.ts";

export interface ReportTo {
  /** Rollcall's address. */
  readonly url: string;
  /** An API key of scope `report`. */
  readonly key: string | undefined;
  /** How long decisions are gathered, in milliseconds. Default 1,000. */
  readonly everyMs?: number;
  /** How many wait at most. Default 1,000: about 1 MB. */
  readonly most?: number;
  /** Keeps an edge alive until decisions are sent; where the platform's own is not found. */
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

export interface ReporterStats {
  readonly waiting: number;
  readonly sent: number;
  /** Lost because there were too many, or because Rollcall refused them. */
  readonly dropped: number;
}

/** What Rollcall takes at once is 1,000; fewer at a time lose less. */
const BATCH = 200;
const LONGEST_WAIT_MS = 60_000;
const ANSWER_WITHIN_MS = 10_000;

export class Reporter {
  readonly #to: ReportTo;
  readonly #world: World;
  readonly #log: (line: string) => void;
  readonly #most: number;
  #waiting: ReportedDecision[] = [];
  #sent = 0;
  #dropped = 0;
  #failures = 0;
  #notBefore = 0;
  #timer: { cancel(): void } | null = null;
  #sending: Promise<void> | null = null;
  #complained = false;

  constructor(to: ReportTo, { world, log }: { readonly world: World; readonly log: (line: string) => void }) {
    this.#to = to;
    this.#world = world;
    this.#log = log;
    this.#most = to.most ?? 1_000;
  }

  get stats(): ReporterStats {
    return { waiting: this.#waiting.length, sent: this.#sent, dropped: this.#dropped };
  }

  add(decision: ReportedDecision): void {
    this.#waiting.push(decision);
    if (this.#waiting.length > this.#most) {
      const over = this.#waiting.length - this.#most;
      this.#waiting.splice(0, over);
      this.#dropped += over;
      this.#complain("too many decisions; the oldest are dropped");
    }
    this.#schedule();
  }

  /** Sends what waits, now; resolves when it is sent or has failed once. Never rejects. */
  async flush(): Promise<void> {
    this.#timer?.cancel();
    this.#timer = null;
    while (this.#waiting.length > 0) {
      const before = this.#failures;
      this.#sending ??= this.#send().finally(() => {
        this.#sending = null;
      });
      await this.#sending;
      if (this.#failures > before) break;
    }
    this.#schedule();
  }

  #schedule(): void {
    if (this.#timer !== null || this.#sending !== null || this.#waiting.length === 0) return;
    const wait = Math.max(this.#to.everyMs ?? 1_000, this.#notBefore - this.#world.now());
    try {
      this.#timer = this.#world.later(() => {
        this.#timer = null;
        void this.flush();
      }, wait);
    } catch {
      // An edge that allows no timer here; the next flush takes them along.
    }
  }

  async #send(): Promise<void> {
    const batch = this.#waiting.slice(0, BATCH);
    const taken = await this.#post(batch);
    if (taken === "later") {
      this.#failures++;
      const wait = Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** Math.min(this.#failures - 1, 6));
      this.#notBefore = this.#world.now() + wait;
      return;
    }
    this.#failures = 0;
    this.#notBefore = 0;
    const done = new Set(batch);
    this.#waiting = this.#waiting.filter((decision) => !done.has(decision));
    if (taken === "yes") this.#sent += batch.length;
    else this.#dropped += batch.length;
    if (taken === "yes") this.#complained = false;
  }

  /** Whether the batch was taken; is to be sent again later; or will never be. */
  async #post(items: readonly ReportedDecision[]): Promise<"yes" | "later" | "never"> {
    try {
      const answer = await this.#world.fetch(`${this.#to.url.replace(/\/+$/, "")}/api/v1/boundary/decisions`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${this.#to.key ?? ""}` },
        body: JSON.stringify({ items }),
        redirect: "manual",
        signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
      });
      // Unread answers hold their connection.
      await answer.body?.cancel().catch(() => {});
      if (answer.ok) return "yes";
      this.#complain(`Rollcall answers ${answer.status}`);
      // A wrong key or address may be mended where Rollcall runs; a body that does not validate will not.
      return answer.status === 400 || answer.status === 413 || answer.status === 422 ? "never" : "later";
    } catch {
      this.#complain("Rollcall cannot be reached; decisions are kept");
      return "later";
    }
  }

  /** Once until it works again. */
  #complain(what: string): void {
    if (this.#complained) return;
    this.#complained = true;
    this.#log(`rollcall gate: ${what}`);
  }
}
