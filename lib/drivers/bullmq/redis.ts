/**
 * How the driver reaches somebody's Redis: one connection for one question or round of readings, with limits, and errors without secrets.
 * ioredis and BullMQ are loaded by the first question: who has no such connection pays nothing for them.
 */
import type { Redis } from "ioredis";
import { no, reasonOf } from "../answer.ts";
import type { Answer } from "../driver.ts";
import { address, type ConfigOf, choice, optionalText, RUNS, secret, text, textOr, whole } from "../fields.ts";
import { askOver, type Kept, type Way } from "../kept.ts";

export const REDIS_FIELDS = {
  host: address(text("the host where Redis listens")),
  port: address(whole({ min: 1, max: 65_535, fallback: 6_379 }, "its port")),
  database: whole({ min: 0, max: 1_023, fallback: 0 }, "the number of the database"),
  username: optionalText("the user to sign in as, where Redis has several"),
  password: secret("the password; without one Redis has to let everybody in"),
  tls: address(
    choice(
      ["verify", "unverified", "off"],
      "verify",
      "whether the connection is encrypted: with a certificate that is checked, with any, or not at all",
    ),
  ),
  prefix: textOr("bull", "the prefix of BullMQ's keys"),
  queues: optionalText("the queues to look for schedulers in, separated by commas; all that are there if left out"),
  timezone: textOr("UTC", "the time zone of the workers: a scheduler without tz fires by it"),
  runs: RUNS,
} as const;
export type BullmqConfig = ConfigOf<typeof REDIS_FIELDS>;

/** In ms: until connected, and for one command. */
const CONNECT = 5_000;
const COMMAND = 10_000;

const isReply = (thrown: unknown): boolean => thrown instanceof Error && thrown.name === "ReplyError";

/** What an error means: Redis' own words name commands and keys, and never a password. */
function problemOf(thrown: unknown): Extract<Answer<never>, { ok: false }> {
  const because = reasonOf(thrown);
  if (/^LOADING|^CLUSTERDOWN|^MASTERDOWN|^TRYAGAIN/.test(because))
    return no("unreachable", `Redis cannot answer now: ${because}.`);
  return isReply(thrown) || /^(?:NOAUTH|WRONGPASS|NOPERM|ERR|READONLY|BullMQ|SchedulerJob)/i.test(because)
    ? no("refused", `Redis refused: ${because}.`)
    : no("unreachable", `Redis does not answer: ${because}.`);
}

/** What broke a connection first: “Connection is closed” says less than what closed it. */
const broke = new WeakMap<Redis, unknown>();

const wayTo = (config: BullmqConfig): Way<Redis, Extract<Answer<never>, { ok: false }>> => {
  let newest: Redis | null = null;
  return {
    async open() {
      const { Redis: Client } = await import("ioredis");
      const { host, port, database, username, password, tls } = config;
      const redis = new Client({
        ...{ host, port, db: database },
        ...(username === undefined ? {} : { username }),
        ...(password === undefined ? {} : { password }),
        ...(tls === "off" ? {} : { tls: { rejectUnauthorized: tls === "verify", servername: host } }),
        ...{ lazyConnect: true, connectTimeout: CONNECT, commandTimeout: COMMAND },
        // What has not been answered is not sent again by itself: whether it took effect is not known.
        ...{ maxRetriesPerRequest: 0, autoResendUnfulfilledCommands: false, retryStrategy: () => null },
      });
      newest = redis;
      // Whatever goes wrong reaches whoever asked as well.
      redis.on("error", (thrown: unknown) => {
        if (!broke.has(redis)) broke.set(redis, thrown);
      });
      try {
        await redis.connect();
        return redis;
      } catch (thrown) {
        redis.disconnect();
        throw thrown;
      }
    },
    isWell: (redis) => redis.status === "ready",
    // What is asked leaves nothing behind on it.
    clean: async () => {},
    close: async (redis) => redis.disconnect(),
    failed: (thrown) => problemOf(isReply(thrown) || !newest ? thrown : (broke.get(newest) ?? thrown)),
  };
};

/**
 * Asks on a connection of its own, which is closed whatever happens, or on one that is kept; what is thrown becomes an
 * answer.
 */
export const withRedis = <T>(
  config: BullmqConfig,
  work: (redis: Redis) => Promise<Answer<T>>,
  { kept }: { readonly kept?: Kept | undefined } = {},
): Promise<Answer<T>> => askOver(kept, { config, way: wayTo(config), work });
