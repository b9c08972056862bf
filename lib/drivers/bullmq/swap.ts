/**
 * Compare and swap of a job scheduler. BullMQ has none, and its script that sets a scheduler is far too much to be
 * written again. So that very script is run within a transaction of Redis (WATCH, MULTI, EXEC): it is left out where the
 * scheduler has changed since it was compared.
 */
import type { IRedisClient, JobSchedulerTemplateOptions } from "bullmq";
import type { Redis } from "ioredis";
import { changed, no } from "../answer.ts";
import type { Answer, Held } from "../driver.ts";
import { heldOf, isScheduler, type Kept, timesFor } from "./scheduler.ts";

/** Each firing counts in the scheduler's hash, and so ends the transaction as a foreign edit would. */
const TRIES = 20;

export interface At {
  readonly prefix: string;
  readonly queue: string;
  readonly id: string;
  /** The zone of the workers. */
  readonly zone: string;
}

export const keyOf = ({ prefix, queue }: Pick<At, "prefix" | "queue">, rest: string): string =>
  `${prefix}:${queue}:${rest}`;

/** The scheduler as it is kept; `null`: there is none. Reads only: BullMQ's own reading cleans up as it goes. */
export async function keptOf(redis: Redis, at: At): Promise<Kept | null> {
  const hash = await redis.hgetall(keyOf(at, `repeat:${at.id}`));
  const next = await redis.zscore(keyOf(at, "repeat"), at.id);
  const kept = { hash, next: next === null ? null : Number(next) };
  return isScheduler(kept) ? kept : null;
}

export const noScheduler = ({ queue, id }: At): Extract<Answer<never>, { ok: false }> =>
  no("not_found", `The queue ${queue} has no job scheduler “${id}”.`);

/** The queue, over this connection, which stays ours. Nothing is written by opening it. */
export async function queueOn(redis: Redis, { prefix, queue }: Pick<At, "prefix" | "queue">) {
  const { createIORedisClient, Queue } = await import("bullmq");
  const client: IRedisClient = createIORedisClient(redis);
  const opened = new Queue(queue, { connection: client, prefix, skipMetasUpdate: true, skipVersionCheck: true });
  // Errors reach whoever awaits the call.
  opened.on("error", () => {});
  await opened.waitUntilReady();
  return { queue: opened, client };
}

class SomebodyElse extends Error {}

export async function swap(
  redis: Redis,
  at: At,
  { put, instead }: { readonly put: Pick<Held, "spec" | "timezone"> | Held; readonly instead: Held },
): Promise<Answer<Held>> {
  const { queue, client } = await queueOn(redis, at);
  const plain = client.runCommand.bind(client);
  client.runCommand = async (name: string, args: unknown[]) => {
    if (!name.startsWith("addJobScheduler:")) return plain(name, args);
    const transaction = client.multi();
    transaction.runCommand(name, args);
    const answers = await transaction.exec();
    if (!answers) throw new SomebodyElse();
    const [failed, answer] = answers[0] ?? [];
    if (failed) throw failed;
    return answer;
  };
  try {
    for (let tries = 0; tries < TRIES; tries++) {
      await redis.watch(keyOf(at, `repeat:${at.id}`));
      const kept = await keptOf(redis, at);
      if (!kept) return noScheduler(at);
      const held = heldOf(kept, at.zone);
      if (!held.ok) return held;
      if (held.value.native !== instead.native) return changed(held.value);
      const wanted = timesFor(put, instead);
      if (!wanted.ok) return wanted;
      const { hash } = kept;
      const { times, offset } = wanted.value;
      const template = await queue.getJobScheduler(at.id);
      const limit = hash["limit"] === undefined ? null : Number(hash["limit"]);
      try {
        const job = await queue.upsertJobScheduler(
          at.id,
          {
            ...times,
            ...(offset === null ? {} : { offset }),
            ...(hash["startDate"] === undefined ? {} : { startDate: Number(hash["startDate"]) }),
            ...(hash["endDate"] === undefined ? {} : { endDate: Number(hash["endDate"]) }),
            // Its iterations go on from where they are.
            ...(limit === null ? {} : { limit, count: Math.max(0, Number(hash["ic"]) - 1) }),
          },
          {
            name: hash["name"] ?? at.id,
            data: template?.template?.data ?? {},
            opts: (template?.template?.opts ?? {}) as JobSchedulerTemplateOptions,
          },
        );
        if (!job) return no("refused", "BullMQ did not take it: the scheduler has reached its limit or its end.");
      } catch (thrown) {
        if (thrown instanceof SomebodyElse) continue;
        throw thrown;
      }
      const after = await keptOf(redis, at);
      return after ? heldOf(after, at.zone) : noScheduler(at);
    }
    return no("refused", "The scheduler changes all the time: it could not be set between two changes.");
  } finally {
    await redis.unwatch().catch(() => {});
    await queue.close();
  }
}
