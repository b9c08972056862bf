/**
 * The saga under everything that can go wrong at once: engines that crash before and after each effect and take over from
 * one another, a scheduler that refuses, does not answer, answers late and did it all the same, people who edit, cancel and
 * choose. Whatever the order: the original is never lost, and it comes back, or somebody is told.
 */
import fc from "fast-check";
import { describe, it } from "vitest";
import "#lib/testing/seed.ts";
import type { Answer, Held } from "#lib/drivers/driver.ts";
import { type Instant, instant, MINUTE, type Millis, millis, plus, SECOND } from "#lib/time/instant.ts";
import { DOUBT, move } from "./machine.ts";
import { type Effect, type Event, isReverting, type Saga } from "./saga.ts";

const PATIENCE = 10 * SECOND;
const LEASE = 15 * SECOND;
const held = (native: string): Held => ({
  spec: { kind: "cron", expression: native, dialect: "rollcall" },
  timezone: "UTC",
  native,
  enabled: true,
});
const ORIGINAL = held("0 2 * * *");
const TEMPORARY = held("* * * * *");
const START = instant(Date.UTC(2027, 0, 12));

type Fault = "none" | "unreachable" | "refused" | "done_unanswered" | "done_late";
type Outward = Extract<Effect, { kind: "read" | "write" }>;
type Phase =
  | { readonly kind: "idle" }
  | { readonly kind: "decides"; readonly event: Event }
  | { readonly kind: "acts"; readonly outward: Outward; readonly leasedAt: Instant };

const requested: Saga = {
  ...{ state: "requested", outcome: null, temporarySpec: TEMPORARY.spec, timezone: "UTC" },
  ...{ expiresAt: plus(START, millis(10 * MINUTE)), confirmedRunsWanted: 1, maxRuns: 3, runsSeen: 0, runsConfirmed: 0 },
  ...{ appliedAt: null, confirmedAt: null, revertBeganAt: null, endedAt: null },
  ...{ original: null, temporary: null, theirs: null, doing: null, putBack: false, doubtUntil: null },
  ...{ failures: 0, nextAt: START },
};

class World {
  now: Instant = START;
  saga: Saga = requested;
  lease: { by: number; until: Instant } | null = null;
  engines: Phase[] = [{ kind: "idle" }, { kind: "idle" }];
  /** What the scheduler holds, and what it does too late. */
  holds: Held = ORIGINAL;
  byHand = false;
  /** Somebody edited it at any time. */
  edited = false;
  coming: { at: Instant; put: Held }[] = [];
  fault: Fault = "none";
  incident = false;
  runs = { seen: 0, confirmed: 0 };

  advance(length: Millis): void {
    this.now = plus(this.now, length);
    for (const one of this.coming.filter(({ at }) => at <= this.now)) this.write(one.put);
    this.coming = this.coming.filter(({ at }) => at > this.now);
  }

  write(put: Held): void {
    this.holds = put;
    this.byHand = false;
  }

  edit(native: string): void {
    this.holds = held(native);
    this.byHand = true;
    this.edited = true;
  }

  /** As the database stores it: what reaches out is handed back. */
  store(events: readonly Event[]): Outward | null {
    let outward: Outward | null = null;
    const before = this.saga.original;
    for (const event of events) {
      const { saga, effects } = move(this.saga, event, this.now);
      this.saga = saga;
      for (const effect of effects) {
        if (effect.kind === "read" || effect.kind === "write") outward = effect;
        if (effect.kind === "alarm") this.incident = true;
        if (effect.kind === "calm") this.incident = false;
      }
    }
    if (before && this.saga.original !== before) throw new Error("the original was lost");
    return outward;
  }

  /** The scheduler, as its driver answers. */
  asked(outward: Outward): Answer<Held> {
    const { fault } = this;
    const silent: Answer<Held> = { ok: false, problem: { kind: "unreachable", sentence: "No answer came." } };
    if (fault === "refused") return { ok: false, problem: { kind: "refused", sentence: "It would not." } };
    if (fault === "unreachable") return silent;
    if (outward.kind === "read") return { ok: true, value: this.holds };
    if (this.saga.original === null) throw new Error("it is written before the original is stored");
    const { put, instead } = outward;
    if (instead.native !== this.holds.native) {
      return { ok: false, problem: { kind: "changed", sentence: "It holds something else.", holds: this.holds } };
    }
    if (
      this.byHand &&
      !this.saga.putBack &&
      ![this.saga.original.native, TEMPORARY.native].includes(this.holds.native)
    ) {
      throw new Error("what somebody else had put there was overwritten");
    }
    const whole = "native" in put ? put : TEMPORARY;
    if (fault === "done_late") {
      this.coming.push({ at: plus(this.now, millis(DOUBT - 1)), put: whole });
      return silent;
    }
    this.write(whole);
    return fault === "none" ? { ok: true, value: this.holds } : silent;
  }

  /** One step of an engine, as `lib/engine/accelerate.ts` takes them. */
  step(engine: number): boolean {
    const phase = this.engines[engine];
    const leased = this.lease?.by === engine;
    switch (phase?.kind) {
      case "idle": {
        const { nextAt } = this.saga;
        const free = this.lease === null || this.lease.until <= this.now;
        if (nextAt === null || nextAt > this.now || !free) return false;
        this.lease = { by: engine, until: plus(this.now, millis(LEASE)) };
        this.engines[engine] = { kind: "decides", event: { kind: "woken" } };
        return true;
      }
      case "decides": {
        this.engines[engine] = { kind: "idle" };
        if (!leased) return true;
        this.lease = { by: engine, until: plus(this.now, millis(LEASE)) };
        const runs: Event = { kind: "runs", ...this.runs, underWay: false };
        const outward = this.store(phase.event.kind === "woken" ? [runs, phase.event] : [phase.event]);
        if (outward) this.engines[engine] = { kind: "acts", outward, leasedAt: this.now };
        else this.lease = null;
        return true;
      }
      case "acts": {
        this.engines[engine] = { kind: "idle" };
        // It was held up for too long, and another may be at it.
        if (this.now > phase.leasedAt + LEASE - PATIENCE) return true;
        const answer = this.asked(phase.outward);
        const event: Event = { kind: phase.outward.kind === "read" ? "read" : "written", answer };
        this.engines[engine] = { kind: "decides", event };
        return true;
      }
      default:
        return false;
    }
  }

  crash(engine: number): void {
    this.engines[engine] = { kind: "idle" };
  }

  /** Both, until nothing is left to do now. */
  work(): void {
    while (this.step(0) || this.step(1)) {
      // On and on.
    }
  }

  /** Time goes on and engines work, until nothing is left to do or it fails again and again. */
  settle(): void {
    for (let turn = 0; turn < 400; turn++) {
      this.work();
      if (this.saga.endedAt !== null && this.coming.length === 0) return;
      this.advance(millis(7 * SECOND));
    }
  }
}

interface Model {
  readonly nothing: boolean;
}
class Act implements fc.Command<Model, World> {
  constructor(
    private readonly name: string,
    private readonly act: (world: World) => void,
  ) {}
  check = (): boolean => true;
  run(_: Model, world: World): void {
    this.act(world);
  }
  toString(): string {
    return this.name;
  }
}

const engine = fc.integer({ min: 0, max: 1 });
const work = fc.constant(new Act("engines work", (world) => world.work()));
const acts = [
  work,
  work,
  engine.map((n) => new Act(`step(${n})`, (world) => void world.step(n))),
  fc.tuple(engine, fc.integer({ min: 2, max: 8 })).map(([n, steps]) => new Act(`step(${n}) × ${steps}`, (world) => { for (let i = 0; i < steps; i++) world.step(n); })), // biome-ignore format: one line
  fc
    .constantFrom(200, 1_000, 5_000, 11_000, 16_000, 60_000)
    .map((ms) => new Act(`+${ms} ms`, (world) => world.advance(millis(ms)))),
  engine.map((n) => new Act(`crash(${n})`, (world) => world.crash(n))),
  fc.constantFrom<Fault>("none", "none", "unreachable", "refused", "done_unanswered", "done_late").map((fault) => new Act(`scheduler: ${fault}`, (world) => { world.fault = fault; })), // biome-ignore format: one line
  fc.constantFrom("15 4 * * *", "30 5 * * *", ORIGINAL.native).map((native) => new Act(`edited: ${native}`, (world) => world.edit(native))), // biome-ignore format: one line
  fc.boolean().map((good) => new Act(good ? "a run succeeds" : "a run fails", ({ runs }) => { runs.seen++; if (good) runs.confirmed++; })), // biome-ignore format: one line
  fc.constant(new Act("cancelled", (world) => { world.store([{ kind: "cancel", by: "Otto" }]); })), // biome-ignore format: one line
  fc.constantFrom("put_back" as const, "keep_theirs" as const).map((choice) => new Act(choice, (world) => { world.store([{ kind: "choose", choice, by: "Otto" }]); })), // biome-ignore format: one line
];

const interleavings = fc.commands(acts, { maxCommands: 60, size: "max" });

/** The original is held, or somebody has to choose, or it is tried again and again and an incident says so. */
function holdsInTheEnd(world: World): void {
  const { saga, holds, byHand, incident } = world;
  const told = JSON.stringify({ state: saga.state, holds: holds.native, failures: saga.failures, incident });
  if (saga.original && saga.original.native === TEMPORARY.native) throw new Error(`the original is wrong: ${told}`);
  if (saga.state === "drifted" && world.edited) return;
  if (saga.state === "reverted") {
    // What somebody did after it had ended is theirs.
    if (byHand || holds.native === (saga.original ?? ORIGINAL).native) return;
    throw new Error(`it ended, and the original is not there: ${told}`);
  }
  if (isReverting(saga) && saga.failures > 0 && incident) return;
  throw new Error(`nobody knows of it: ${told}`);
}

describe("the saga, whatever happens in between", () => {
  it("A crash at any point loses nothing: on the next start the engine goes on from the stored state", () => {
    fc.assert(
      fc.property(interleavings, (commands) => {
        const world = new World();
        fc.modelRun(() => ({ model: { nothing: true }, real: world }), commands);
        world.fault = "none";
        world.settle();
        holdsInTheEnd(world);
        if (world.saga.state !== "drifted" && world.saga.state !== "reverted") {
          throw new Error(`the scheduler answers again, and it does not end: ${world.saga.state}`);
        }
      }),
      { numRuns: 8_000 },
    );
  });

  it("A revert that fails is retried with back-off without end and opens a `revert_failing` incident at once", () => {
    fc.assert(
      fc.property(interleavings, fc.constantFrom<Fault>("unreachable", "refused"), (commands, fault) => {
        const world = new World();
        fc.modelRun(() => ({ model: { nothing: true }, real: world }), commands);
        world.fault = fault;
        world.settle();
        holdsInTheEnd(world);
      }),
      { numRuns: 2_000 },
    );
  });
});
