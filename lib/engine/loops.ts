/**
 * The only timers. Each loop does what another file of the engine says, and sleeps until there is work again.
 *
 * deadlines   judges what is due; sleeps until the next deadline, or a notice that one came closer
 * deliveries  sends what the outbox holds
 * notices     tells screens what was recorded: at once, and then some at a time
 * heartbeat   every second: the ledger of blind spans, and whatever else wants to be asked once a second
 * house       Rollcall's own jobs
 * preparations reads ahead what many schedules will fire at one moment
 * dispatches  fires schedules at their times, and what was planned beside them
 * answers     stores what those requests were answered
 * questions   asks the routes of silent windows from outside
 * accelerations carries accelerations to their temporary spec and back
 * firings     fires by hand what another scheduler fires, through its driver
 * readings    asks the histories of schedulers that Rollcall does not fire
 * snoozes     wakes incidents whose snooze has ended
 */
import type pg from "pg";
import type { Config } from "#lib/config.ts";
import type { Listener } from "#lib/db/listen.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { nextDeadline } from "#lib/schedules/state-store.ts";
import type { Clock } from "#lib/time/clock.ts";
import { type Instant, instant, MINUTE, type Millis, millis, plus, SECOND } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { someoneSpools } from "#lib/verdicts/liveness-store.ts";
import { accelerateDue } from "./accelerate.ts";
import { askSilence } from "./ask-silence.ts";
import { deliver } from "./deliver.ts";
import { makeDispatcher } from "./dispatch.ts";
import { endSnoozes } from "./end-snoozes.ts";
import { fireConnected } from "./fire-connected.ts";
import { judgeDue } from "./judge-due.ts";
import { keepHouse, registerJobs } from "./keep-house.ts";
import type { Ledger } from "./keep-ledger.ts";
import { type Loop, type SetTimer, startLoop } from "./loop.ts";
import { readDrivers } from "./read-drivers.ts";
import type { Recorder } from "./record.ts";

export interface LoopsOptions {
  readonly config: Config;
  readonly pool: pg.Pool;
  readonly clock: Clock;
  readonly processId: string;
  readonly listener: Listener;
  readonly recorder: Recorder;
  readonly ledger: Ledger;
  /** Of this process: whether check-ins lie on disk that are not stored yet. */
  readonly spooling: () => boolean;
  /** Asked once a second, whatever the role. */
  readonly tick: () => void;
  /** Tells screens what was stored since it was last asked. */
  readonly tellStored: () => Promise<void>;
  readonly log: { warn(told: object, message: string): void; error(told: object, message: string): void };
}

export interface Loops {
  /** A deadline moved: the engine of this process looks no later than then. */
  deadlineMoved(at: Instant): void;
  /** Something was recorded that screens show. */
  stored(): void;
  stop(): Promise<void>;
}

/** Schedules in one transaction of the engine: some 100 ms of work. */
const JUDGED_AT_ONCE = 250;
/** Until what is past due and could not be claimed is looked at again. */
const NOT_CLAIMED = millis(200);
/** A notice may be lost with a connection: then no deadline is found later than this. */
const LONGEST_SLEEP = millis(10 * SECOND);
/** Between two notices to screens; the first after a silence goes at once. */
const NOTICES_APART = millis(100);
/** Schedules may have got a driver, or lost it, without a notice. */
const READINGS_APART = millis(10 * SECOND);
/** Plans of making good come due at their pace: a second. */
const FIRINGS_APART = SECOND;
/** After the database came back: how long other processes have to say that they hold something in their spools. */
const SETTLE = millis(3 * SECOND);

/** Less than it reads ahead: what comes together is found in time. */
const PREPARATIONS_APART = millis(2 * SECOND);
/** Answers that come together are stored together. */
const ANSWERS_GATHER = millis(15);
/** How long the end of the process waits for answers; whoever stops it kills after about 15 s. */
const DRAIN = millis(7 * SECOND);

const setTimer: SetTimer = (after, act) => {
  const timer = setTimeout(act, after);
  return () => clearTimeout(timer);
};

/** Whether what has come may be judged: nothing that was accepted lies unread in a spool. */
function judgingGate(options: LoopsOptions): (now: Instant) => Promise<boolean> {
  let upSince: Instant | null = null;
  options.listener.onDown(() => {
    upSince = null;
  });
  options.listener.onUp(() => {
    upSince = options.clock.now();
  });
  const started = options.clock.now();
  return async (now) => {
    if (options.spooling()) return false;
    // At the start nobody waited for this process; after an outage others may have spooled.
    const settled = upSince === null || upSince - started < SECOND || now - upSince > SETTLE;
    if (settled) return true;
    return !(await someoneSpools(sqlOf(options.pool), { processId: options.processId, now }));
  };
}

export function startLoops(options: LoopsOptions): Loops {
  const { config, pool, clock, log } = options;
  const loops: Loop[] = [];
  const unsubscribe: (() => void)[] = [];
  const start = (name: string, work: (now: Instant) => Promise<Instant | null>, longest: Millis): Loop => {
    const loop = startLoop({
      ...{ clock, setTimer, work, longest, afterFailure: millis(500) },
      onFailed: (thrown) => log.warn({ err: thrown, loop: name }, `The loop ${name} failed and goes on`),
    });
    loops.push(loop);
    return loop;
  };
  const heartbeat = start(
    "heartbeat",
    async (now) => {
      options.tick();
      await options.ledger.beat(now);
      return plus(now, SECOND);
    },
    SECOND,
  );
  let told = instant(0);
  const notices = start(
    "notices",
    async (now) => {
      const next = plus(told, NOTICES_APART);
      if (now < next) return next;
      told = now;
      await options.tellStored();
      return null;
    },
    LONGEST_SLEEP,
  );
  let deadlines: Loop | null = null;
  let stopFirst = async (): Promise<void> => {};
  if (config.role !== "web") {
    const mayJudge = judgingGate(options);
    // More schedules were due than one turn takes.
    let behind = false;
    const deliveries = start(
      "deliveries",
      () => deliver({ pool, clock, secret: config.secret, chance: Math.random, judging: () => behind }),
      LONGEST_SLEEP,
    );
    deadlines = start(
      "deadlines",
      async () => {
        for (;;) {
          const now = clock.now();
          if (!(await mayJudge(now))) return plus(now, millis(100));
          const done = await judgeDue(pool, { now, atMost: JUDGED_AT_ONCE });
          if (done.opened + done.resolved > 0) deliveries.wake();
          behind = done.judged === JUDGED_AT_ONCE;
          if (behind) continue;
          const next = await nextDeadline(sqlOf(pool));
          // What is past due and was not claimed waits for its scheduler's history, or is another engine's.
          return next !== null && next <= now ? plus(clock.now(), NOT_CLAIMED) : next;
        }
      },
      LONGEST_SLEEP,
    );
    let registered = false;
    start(
      "house",
      async (now) => {
        if (!registered) await registerJobs(now);
        registered = true;
        return keepHouse(
          { pool, clock, recorder: options.recorder, retentionDays: config.retentionDays, secret: config.secret },
          (slug, thrown) => log.error({ err: thrown }, `Rollcall's own job ${slug} failed`),
        );
      },
      MINUTE,
    );
    start("snoozes", () => endSnoozes(pool, clock.now()), MINUTE);
    const questions = start(
      "questions",
      async (now) => ((await askSilence({ pool, clock, secret: config.secret })) > 0 ? now : null),
      LONGEST_SLEEP,
    );
    const readings = start(
      "readings",
      () =>
        readDrivers({
          ...{ pool, clock, secret: config.secret },
          onFailing: (told) => log.warn(told, "The history of a scheduler cannot be read"),
        }),
      READINGS_APART,
    );
    const accelerations = start(
      "accelerations",
      () => accelerateDue({ pool, clock, secret: config.secret, processId: options.processId, sleep }),
      LONGEST_SLEEP,
    );
    const judging = deadlines;
    const mine = makeDispatcher({
      ...{ pool, clock, secret: config.secret, chance: Math.random },
      onAnswer: () => {
        answers.wake(plus(clock.now(), ANSWERS_GATHER));
        if (mine.waits()) dispatches.wake();
      },
      onTrouble: (thrown) => log.error({ err: thrown }, "A request of the dispatcher broke"),
    });
    const answers = start("answers", () => mine.store(), LONGEST_SLEEP);
    const preparations = start("preparations", () => mine.prepare(), PREPARATIONS_APART);
    const dispatches = start("dispatches", () => mine.fire(), LONGEST_SLEEP);
    const firing = new Set<Promise<void>>();
    const firings = start(
      "firings",
      async () => {
        const onFailed = (thrown: unknown) =>
          log.warn({ err: thrown }, "What a scheduler answered could not be stored");
        for (const one of await fireConnected({ pool, clock, secret: config.secret, onFailed })) {
          firing.add(one);
          void one.finally(() => firing.delete(one));
        }
        return null;
      },
      FIRINGS_APART,
    );
    const stopDispatches = async (): Promise<void> => {
      await preparations.stop();
      await dispatches.stop();
      await answers.stop();
      await firings.stop();
      const over = new Promise((resolve) => setTimer(DRAIN, () => resolve(null)));
      await Promise.race([over, Promise.all(firing)]);
      await mine.drain(over);
    };
    stopFirst = () =>
      stopDispatches().catch((thrown) => log.warn({ err: thrown }, "The last answers could not be stored"));
    const hear = (channel: string, act: () => void): void => {
      void options.listener.subscribe(channel, act).then((stop) => unsubscribe.push(stop));
    };
    hear("rollcall_deadline", () => judging.wake());
    hear("rollcall_registry", () => readings.wake());
    hear("rollcall_probe", () => questions.wake());
    hear("rollcall_accelerate", () => accelerations.wake());
    hear("rollcall_outbox", () => deliveries.wake());
    hear("rollcall_dispatch", () => {
      dispatches.wake();
      firings.wake();
    });
    unsubscribe.push(
      options.listener.onUp(() => {
        judging.wake();
        dispatches.wake();
      }),
    );
  }
  return {
    deadlineMoved: (at) => deadlines?.wake(at),
    stored: () => notices.wake(plus(told, NOTICES_APART)),
    async stop() {
      for (const stop of unsubscribe) stop();
      // First nothing more is fired; what is under way is awaited for a while, and its answers are stored.
      await stopFirst();
      await Promise.all(loops.filter((loop) => loop !== heartbeat).map((loop) => loop.stop()));
      await heartbeat.stop();
    },
  };
}
