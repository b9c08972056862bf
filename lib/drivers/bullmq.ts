/** BullMQ: job schedulers in somebody's Redis (https://docs.bullmq.io/guide/job-schedulers, BullMQ 5.16 and later). */
import type { Redis } from "ioredis";
import { no, withSlugs, yes } from "./answer.ts";
import { jobIdOf } from "./bullmq/events.ts";
import { readHistory } from "./bullmq/history.ts";
import { type BullmqConfig, REDIS_FIELDS, withRedis } from "./bullmq/redis.ts";
import { heldOf, readRef, refOf } from "./bullmq/scheduler.ts";
import { type At, keptOf, keyOf, noScheduler, queueOn, swap } from "./bullmq/swap.ts";
import type { Answer, Driver, Proposal, Reading } from "./driver.ts";

const MOST_QUEUES = 500;
const MOST_SCHEDULERS = 1_000;
const MOST_SCANS = 2_000;

const notARef = no("not_found", "A job scheduler is named by its queue and its id: queue:id.");

const atOf = ({ prefix, timezone }: BullmqConfig, at: { readonly queue: string; readonly id: string }): At => ({
  ...at,
  ...{ prefix, zone: timezone },
});

/** The queues that have schedulers, by their keys; SCAN goes through the whole database, in small steps. */
async function queuesIn(redis: Redis, prefix: string): Promise<readonly string[]> {
  const pattern = `${prefix.replace(/[\\*?[\]]/g, "\\$&")}:*:repeat`;
  const found = new Set<string>();
  let cursor = "0";
  for (let step = 0; step < MOST_SCANS && found.size < MOST_QUEUES; step++) {
    const [next, keys] = await redis.scan(cursor, "MATCH", pattern, "COUNT", 1_000);
    for (const key of keys) {
      const name = key.slice(prefix.length + 1, -":repeat".length);
      // A scheduler may be called “repeat” itself.
      if (!name.includes(":")) found.add(name);
    }
    cursor = next;
    if (cursor === "0") break;
  }
  return [...found].sort();
}

const namesIn = (text: string | undefined): readonly string[] =>
  (text ?? "")
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");

export const bullmq: Driver<BullmqConfig> = {
  kind: "bullmq",
  label: "BullMQ",
  fields: REDIS_FIELDS,
  refWords: "the queue and the id of the job scheduler: queue:id",
  cannot: [
    "A scheduler cannot be switched off in BullMQ, only removed: one that is removed counts as not found.",
    "The queue's stream of events is its history: BullMQ keeps about 10,000 of them for all jobs of a queue, and what is cut off before it was read is a hole that Rollcall shows.",
    "A worker is not told of a window when a job is fired by hand; Rollcall knows it by the job's id.",
    "There is no compare and swap in BullMQ itself; Rollcall runs BullMQ's own script in a transaction of Redis, which is one. On Redis Cluster, and behind proxies without WATCH, nothing can be set.",
    "Repeatable jobs of BullMQ before 5.16, schedulers with a repeat strategy of their own and intervals of part of a second cannot be read.",
  ],
  discover: (config) =>
    withRedis(config, async (redis) => {
      const named = namesIn(config.queues);
      const queues = named.length > 0 ? named : await queuesIn(redis, config.prefix);
      const proposals: Omit<Proposal, "slug">[] = [];
      for (const queue of queues) {
        const paused = (await redis.hexists(keyOf({ prefix: config.prefix, queue }, "meta"), "paused")) === 1;
        const ids = await redis.zrange(
          keyOf({ prefix: config.prefix, queue }, "repeat"),
          "0",
          String(MOST_SCHEDULERS - 1),
        );
        for (const id of ids) {
          const kept = await keptOf(redis, atOf(config, { queue, id }));
          const held = kept ? heldOf(kept, config.timezone) : null;
          if (!kept || !held?.ok) continue;
          proposals.push({
            ...{ ref: refOf(queue, id), name: id.slice(0, 100), held: held.value },
            notes: [
              ...(paused ? ["Its queue is paused: its jobs wait until it is resumed."] : []),
              ...(kept.hash["pattern"] !== undefined && kept.hash["tz"] === undefined
                ? [`It names no tz: it fires by the zone of its workers, by this connection ${config.timezone}.`]
                : []),
              ...(kept.hash["endDate"] !== undefined || kept.hash["limit"] !== undefined
                ? ["It ends by itself, after a date or a number of runs."]
                : []),
            ],
          });
        }
      }
      return yes(withSlugs(proposals));
    }),
  async read(config, ref) {
    const at = readRef(ref);
    if (!at) return notARef;
    return withRedis(config, async (redis) => {
      const kept = await keptOf(redis, atOf(config, at));
      return kept ? heldOf(kept, config.timezone) : noScheduler(atOf(config, at));
    });
  },
  async apply(config, { ref, put, instead }) {
    const at = readRef(ref);
    return at ? withRedis(config, (redis) => swap(redis, atOf(config, at), { put, instead })) : notARef;
  },
  async attempts(config, { ref, cursor }, world) {
    const at = readRef(ref);
    if (!at) return notARef;
    const work = async (redis: Redis): Promise<Answer<Reading>> => {
      // Of a scheduler that is gone nothing is covered: its windows would all read as not fired.
      if (!(await keptOf(redis, atOf(config, at)))) return noScheduler(atOf(config, at));
      const key = keyOf({ prefix: config.prefix, queue: at.queue }, "events");
      return yes(await readHistory(redis, { key, queue: at.queue, scheduler: at.id, cursor }, world.clock.now()));
    };
    return withRedis(config, work, world);
  },
  async fire(config, { ref, window, id }) {
    const at = readRef(ref);
    if (!at) return notARef;
    return withRedis(config, async (redis) => {
      const kept = await keptOf(redis, atOf(config, at));
      if (!kept) return noScheduler(atOf(config, at));
      const { queue } = await queueOn(redis, { prefix: config.prefix, queue: at.queue });
      try {
        const scheduler = await queue.getJobScheduler(at.id);
        const { data, opts } = scheduler?.template ?? {};
        // An id is taken once: fired twice under one id it still runs once.
        await queue.add(kept.hash["name"] ?? at.id, data ?? {}, { ...opts, jobId: jobIdOf(id, at.id, window) });
        return yes({ namesWindow: window !== null });
      } finally {
        await queue.close();
      }
    });
  },
};
