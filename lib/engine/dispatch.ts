/**
 * Fires what is due, and stores what it was answered. Of each process with an engine there is one; any number of them
 * share the work.
 *
 * 1. Read ahead what many will fire at one moment (`prepare-dispatch.ts`). 2. Claim and store attempts
 * (`claim-dispatch.ts`): batch after batch, until nothing is due. 3. Send them, each once, so many at a time as the process
 * bears, while the next batch is claimed. 4. Store answers in batches (`record-answers.ts`), when no window waits to be
 * fired. A crash between 2 and 4 leaves attempts whose answers are not known: nothing sends them again.
 */
import type pg from "pg";
import { isDatabaseAway } from "#lib/db/away.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { nextDispatch } from "#lib/drivers/dispatch/clock-store.ts";
import type { Resolve } from "#lib/outbound/ask.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type Instant, millis, minus, plus, SECOND } from "#lib/time/instant.ts";
import { type Claim, type Claimed, claimPlannedFirings, claimWindows } from "./claim-dispatch.ts";
import { claimMakeGood } from "./claim-make-good.ts";
import { type Fired, type Firing, send } from "./firing.ts";
import { type Prepared, prepare } from "./prepare-dispatch.ts";
import { recordAnswers } from "./record-answers.ts";

export interface DispatcherOptions {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** ROLLCALL_SECRET, under which the secrets of routes are stored. */
  readonly secret: string;
  readonly chance: () => number;
  /** An answer has come, and wants to be stored; or a place is free again. */
  readonly onAnswer: () => void;
  /** A request failed as none should: a bug. */
  readonly onTrouble: (thrown: unknown) => void;
  /** Requests under way at a time. */
  readonly mostUnderWay?: number;
  /** So many schedules at one moment are read ahead of it. */
  readonly crowd?: number;
  /** Default: the system's. */
  readonly resolve?: Resolve;
}

export interface Dispatcher {
  /** Reads ahead what is soon due; answers when to come again. */
  prepare(): Promise<Instant | null>;
  /** Fires what is due; answers when something is due next. */
  fire(): Promise<Instant | null>;
  /** Stores the answers that have come; answers when to come again. */
  store(): Promise<Instant | null>;
  /** Whether something is due that waits for a request to end. */
  waits(): boolean;
  /**
   * What is under way is awaited until that time is over, and its answers are stored. Whoever calls it fires nothing more.
   */
  drain(within: Promise<unknown>): Promise<void>;
}

const UNDER_WAY = 2_000;
/** Schedules in one transaction. What was read ahead is claimed in some 20 ms, and sent while the next ones are claimed. */
const CLAIMED_AT_ONCE = 1_000;
const CLAIMED_READY = 250;
/** Requests that go out in one turn of the event loop, some 3 ms: between turns answers come in, and claims go on. */
const SENT_AT_ONCE = 25;
const STORED_AT_ONCE = 250;
const MANY = 50;
/** Without a look for so long the process was not there, whatever it says: the loop looks every 10 s. */
const ABSENT = millis(30 * SECOND);
/** Storing answers takes what sending needs: it begins when nothing has gone out for so long. */
const QUIET = millis(300);
/** An answer waits no longer for that. */
const LONGEST_WAIT = millis(2 * SECOND);
const BREATH = millis(25);

/** Lets so many go on in one turn of the event loop, in the order in which they asked. */
function inTurns(atOnce: number): () => Promise<void> {
  const waiting: (() => void)[] = [];
  const turn = (): void => {
    for (const go of waiting.splice(0, atOnce)) go();
    if (waiting.length > 0) setImmediate(turn);
  };
  return () =>
    new Promise((go) => {
      if (waiting.push(go) === 1) setImmediate(turn);
    });
}

export function makeDispatcher(options: DispatcherOptions): Dispatcher {
  const { pool, clock, secret, chance, onAnswer } = options;
  const most = options.mostUnderWay ?? UNDER_WAY;
  const sending = new Set<Promise<void>>();
  const answers: Fired[] = [];
  let upSince: Instant | null = null;
  let lookedAt: Instant | null = null;
  let firing = false;
  /** When requests of many that go out together last did. */
  let manyAt: Instant | null = null;
  let waiting = false;
  let atOnce = STORED_AT_ONCE;
  const prepared: Prepared = new Map();
  const ready = inTurns(SENT_AT_ONCE);

  const begin = (one: Firing): void => {
    const sent: Promise<void> = ready()
      .then(() => send(one, { clock, ...(options.resolve ? { resolve: options.resolve } : {}) }))
      .then((fired) => {
        answers.push(fired);
      })
      // Its attempt stays one whose answer is not known.
      .catch(options.onTrouble)
      .finally(() => {
        sending.delete(sent);
        onAnswer();
      });
    sending.add(sent);
  };

  async function fireAll(): Promise<void> {
    const steps: readonly ((by: Claim) => Promise<Claimed>)[] = [
      (by) => claimWindows(pool, by),
      // Before planned firings: it makes some.
      (by) => claimMakeGood(pool, by),
      (by) => claimPlannedFirings(pool, by),
    ];
    for (const claim of steps) {
      for (;;) {
        const free = most - sending.size;
        if (free <= 0) return;
        const now = clock.now();
        if (upSince === null || lookedAt === null || now - lookedAt > ABSENT) upSince = now;
        lookedAt = now;
        const atMost = Math.min(free, prepared.size > 0 ? CLAIMED_READY : CLAIMED_AT_ONCE);
        const claimed = await claim({ now, atMost, upSince, secret, prepared });
        for (const one of claimed.firings) begin(one);
        if (claimed.firings.length >= MANY) {
          manyAt = clock.now();
          // Its turn comes after the last of them.
          void ready().then(() => {
            manyAt = clock.now();
          });
        }
        if (!claimed.full) break;
      }
    }
  }

  async function storeSome(now: Instant): Promise<void> {
    const batch = answers.slice(0, atOnce);
    try {
      await recordAnswers(pool, batch, { now, chance });
      answers.splice(0, batch.length);
      atOnce = STORED_AT_ONCE;
    } catch (thrown) {
      if (isDatabaseAway(thrown)) throw thrown;
      // One that cannot be stored keeps no other from being stored: alone, it is given up, and stays unknown.
      if (batch.length === 1) answers.shift();
      atOnce = 1;
      throw thrown;
    }
  }

  return {
    prepare: () => prepare(sqlOf(pool), prepared, { now: () => clock.now(), secret, crowd: options.crowd ?? MANY }),
    async fire() {
      firing = true;
      try {
        await fireAll();
        waiting = sending.size >= most;
        return waiting ? null : await nextDispatch(sqlOf(pool));
      } catch (thrown) {
        if (isDatabaseAway(thrown)) upSince = null;
        throw thrown;
      } finally {
        firing = false;
      }
    },
    async store() {
      const now = clock.now();
      const [first] = answers;
      if (!first) return null;
      const sends = firing || (manyAt !== null && now - manyAt < QUIET);
      if (sends && first.answeredAt > minus(now, LONGEST_WAIT)) return plus(now, BREATH);
      await storeSome(now);
      return answers.length > 0 ? now : null;
    },
    waits: () => waiting,
    async drain(within) {
      await Promise.race([within, Promise.all(sending)]);
      while (answers.length > 0) await storeSome(clock.now());
    },
  };
}
