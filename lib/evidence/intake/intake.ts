/**
 * The way of a check-in into the database, or onto disk while that is away.
 *
 * direct    it goes to its lane, and is answered when its batch is stored.
 * spooling  the database was away. It goes to disk behind those that are there, and is answered when it is on disk.
 *           All do, until the spool has been drained: so none overtakes an earlier one of its schedule.
 * closing   the spool is nearly drained. New ones gather in their lanes, unanswered, while the rest is stored; else
 *           under steady load it would never be empty.
 *
 * A check-in is taken over by disk only when no batch of its lane is under way, or when that batch has taken so long
 * that nobody can know what becomes of it: then both may have it, and its id sees to it that it is stored once.
 */
import { isDatabaseAway } from "#lib/db/away.ts";
import type { Spool } from "#lib/evidence/spool/spool.ts";
import type { Instant } from "#lib/time/instant.ts";
import { type DrainOptions, storeSegment } from "./drain.ts";
import { Lane } from "./lane.ts";
import { type Pending, type RecordBatch, toSpooled, weight } from "./pending.ts";

export interface SpoolState {
  /** Check-ins go to disk, or there are some on disk that are not stored yet: nothing may be judged missing. */
  readonly spooling: boolean;
  /** Check-ins that have been taken or are being taken, and are not in the database. */
  readonly waiting: number;
  /** When the oldest one in memory came; what is on disk counts as `spooling`. */
  readonly oldest: Instant | null;
  /** Why neither database nor disk takes a check-in; `null`: one of them does. */
  readonly failure: string | null;
}

export interface Intake {
  take(pending: Pending): void;
  /** Stores what is on disk, as far as the database is there; never rejects. */
  drain(): Promise<void>;
  /** To be called about once a second: sees to batches that hang, and drains. */
  tick(): void;
  /** The database was found away: check-ins go to disk from now on. */
  databaseDown(): void;
  state(): SpoolState;
  /** Resolves when nothing waits in memory any more. Take nothing after it. */
  stop(): Promise<void>;
}

export interface IntakeOptions extends Omit<DrainOptions, "record" | "setAside"> {
  readonly record: RecordBatch;
  readonly spool: Spool;
  /** Rejects while there is no database. */
  readonly reachDatabase: () => Promise<unknown>;
  readonly lanes?: number;
  /** Milliseconds that never go back. */
  readonly monotonic?: () => number;
  readonly onRefused: (pending: Pending, because: unknown) => void;
  readonly onTrouble?: (thrown: unknown) => void;
}

/** A batch that takes longer, in milliseconds, goes to disk as well. */
export const PATIENCE = 8_000;
/**
 * With no more left on disk, the rest is stored while new ones wait for it. Twice as many each time that more came
 * while the last segment was stored: the end is reached however many come.
 */
const NEARLY_DRAINED = 500;
const MOST_IN_MEMORY = 256_000_000;

type Mode = "direct" | "spooling" | "closing";

export function openIntake({
  record,
  spool,
  reachDatabase,
  lanes: laneCount = 2,
  monotonic = () => performance.now(),
  onRefused,
  onTrouble,
  ...draining
}: IntakeOptions): Intake {
  let mode: Mode = spool.segments > 0 ? "spooling" : "direct";
  let drained: Promise<void> | null = null;
  let storingSince: number | null = null;
  /** Asked to be written to disk, and not settled: how many, and their bytes. */
  let toDisk = 0;
  let toDiskWeight = 0;

  const toSpool = (all: readonly Pending[]): void => {
    if (all.length === 0) return;
    const heavy = all.reduce((sum, pending) => sum + weight(pending), 0);
    toDisk += all.length;
    toDiskWeight += heavy;
    const settle = (how: "spooled" | "full"): void => {
      toDisk -= all.length;
      toDiskWeight -= heavy;
      for (const pending of all) pending.settle(how);
    };
    spool.append(all.map(toSpooled)).then(
      () => settle("spooled"),
      () => settle("full"),
    );
  };
  const lanes = Array.from(
    { length: laneCount },
    (): Lane =>
      new Lane({
        record,
        monotonic,
        open: () => mode === "direct",
        spill: (unstored) => {
          // Found free and empty while the spool is closing: what it holds waits.
          if (unstored.length > 0) toSpool(unstored);
          if (unstored.length > 0 || mode === "spooling") spoolAll();
        },
        onRefused,
      }),
  );
  const laneOf = (scheduleId: string): Lane => lanes[hashOf(scheduleId) % laneCount] as Lane;

  const spoolAll = (): void => {
    mode = "spooling";
    for (const lane of lanes) if (!lane.busy) toSpool(lane.empty());
  };

  const drainOnce = async (): Promise<void> => {
    await reachDatabase();
    let few = NEARLY_DRAINED;
    while (mode !== "direct") {
      // Two calls of `record` must not hold check-ins of one schedule.
      if (lanes.some((lane) => lane.recording)) return;
      if (spool.segments <= 1) {
        if (spool.waiting <= few) mode = "closing";
        few *= 2;
      }
      const segment = await spool.oldest();
      if (segment) {
        storingSince = monotonic();
        const stored = await storeSegment(segment, {
          ...draining,
          record: (items) => {
            storingSince = monotonic();
            return record(items);
          },
          setAside: (records) => spool.setAside(records),
        });
        storingSince = null;
        if (!stored) return spoolAll();
        await spool.remove(segment);
      } else if (mode === "closing" && spool.segments === 0 && !spool.writing) {
        mode = "direct";
        for (const lane of lanes) lane.wake();
      } else await spool.settled();
    }
  };

  const drain = (): Promise<void> => {
    if (mode === "direct") return Promise.resolve();
    drained ??= drainOnce()
      .catch((thrown: unknown) => {
        if (!isDatabaseAway(thrown)) onTrouble?.(thrown);
        storingSince = null;
        spoolAll();
      })
      .finally(() => {
        drained = null;
      });
    return drained;
  };
  const inMemory = (): number => lanes.reduce((sum, lane) => sum + lane.count, 0);

  return {
    take(pending) {
      const { claim, incoming } = pending;
      if (toDiskWeight > MOST_IN_MEMORY) return pending.settle("full");
      if (claim !== null) {
        // It could not be looked up: so the database is away.
        if (mode !== "spooling") spoolAll();
        return toSpool([pending]);
      }
      const lane = laneOf(incoming.scheduleId);
      if (mode === "spooling" && !lane.busy) return toSpool([pending]);
      if (lane.weight > MOST_IN_MEMORY / laneCount) return pending.settle("full");
      lane.push(pending);
    },
    drain,
    tick() {
      const hanging = lanes.flatMap((lane) => lane.abandon(PATIENCE));
      if (hanging.length > 0) {
        toSpool(hanging);
        spoolAll();
      }
      // The replay hangs: those that gathered behind it go to disk.
      if (mode === "closing" && storingSince !== null && monotonic() - storingSince > PATIENCE) spoolAll();
      if (mode !== "direct") void drain();
    },
    databaseDown() {
      if (mode === "direct") spoolAll();
      void spool.probe();
    },
    state() {
      const firsts = lanes.flatMap((lane) => (lane.first ? [lane.first.receivedAt] : []));
      return {
        spooling: mode !== "direct",
        waiting: spool.waiting + toDisk + inMemory(),
        oldest: firsts.length === 0 ? null : (Math.min(...firsts) as Instant),
        failure: mode === "direct" ? null : spool.failure,
      };
    },
    async stop() {
      while (inMemory() > 0 || toDisk > 0) {
        this.tick();
        await new Promise((resolve) => setImmediate(resolve));
      }
      await drained;
      await spool.close();
    },
  };
}

/** Evenly over the lanes; the end of a UUID is random in version 7 too. */
function hashOf(scheduleId: string): number {
  let hash = 0;
  for (let i = scheduleId.length - 4; i < scheduleId.length; i++) hash = (hash * 31 + scheduleId.charCodeAt(i)) >>> 0;
  return hash;
}
