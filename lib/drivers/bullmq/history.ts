/** Reads a queue's stream of events from where the last reading ended, and says where it has holes. */
import type { Redis } from "ioredis";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Reading } from "../driver.ts";
import { type Event, isBefore, millisOf, type Open, readEvents } from "./events.ts";

const PAGE = 1_000;
const MOST_PAGES = 50;
const NONE = "0-0";

interface Cursor {
  /** The last event that was read. */
  readonly last: string;
  readonly open: Open;
}

function cursorIn(value: unknown): Cursor | null {
  if (typeof value !== "object" || value === null || !("last" in value) || !("open" in value)) return null;
  const { last, open } = value;
  return typeof last === "string" && /^\d+-\d+$/.test(last) && typeof open === "object" && open !== null
    ? { last, open: open as Open }
    : null;
}

const pairs = (flat: readonly unknown[]): Record<string, unknown> => {
  const found: Record<string, unknown> = {};
  for (let at = 0; at + 1 < flat.length; at += 2) found[String(flat[at])] = flat[at + 1];
  return found;
};

interface Stream {
  readonly first: string | null;
  /** The newest id that it ever had. */
  readonly newest: string;
  /** Nothing has been cut off, ever; Redis before 7 does not tell it. */
  readonly uncut: boolean;
}

async function streamOf(redis: Redis, key: string): Promise<Stream | null> {
  if ((await redis.exists(key)) === 0) return null;
  const info = pairs((await redis.xinfo("STREAM", key)) as unknown[]);
  const [entry] = await redis.xrange(key, "-", "+", "COUNT", 1);
  return {
    first: entry?.[0] ?? null,
    newest: String(info["last-generated-id"] ?? NONE),
    uncut: info["entries-added"] !== undefined && info["entries-added"] === info["length"],
  };
}

/** From where on the history has no hole; `null`: from the last reading. */
function coversFrom(stream: Stream | null, cursor: Cursor | null, now: Instant): Instant | null {
  if (cursor !== null) {
    if (stream === null) return cursor.last === NONE ? null : now;
    // Where the event that was read last is still there, none after it has been cut off.
    if (stream.uncut || !isBefore(cursor.last, stream.first ?? stream.newest)) return null;
  }
  return stream?.first ? instant(millisOf(stream.first)) : now;
}

export async function readHistory(
  redis: Redis,
  asked: { readonly key: string; readonly queue: string; readonly scheduler: string; readonly cursor: unknown },
  now: Instant,
): Promise<Reading> {
  const cursor = cursorIn(asked.cursor);
  const [whole = "0", micros = "0"] = (await redis.time()).map(String);
  const redisNow = instant(Number(whole) * 1_000 + Math.floor(Number(micros) / 1_000));
  const stream = await streamOf(redis, asked.key);
  const events: Event[] = [];
  let last = cursor?.last ?? NONE;
  let coversTo = instant(Math.min(redisNow, now));
  for (let page = 0; stream !== null; page++) {
    const [millis = "0", number = "0"] = last.split("-");
    const from = `${millis}-${BigInt(number) + 1n}`;
    const entries = await redis.xrange(asked.key, from, "+", "COUNT", PAGE);
    for (const [id, flat] of entries) {
      const fields = pairs(flat);
      // Of a queue with other jobs as well, most events are none of this scheduler's.
      if (mentions(fields["jobId"], asked.scheduler)) events.push({ id, fields: fields as Event["fields"] });
      last = id;
    }
    if (entries.length < PAGE) break;
    if (page + 1 === MOST_PAGES) {
      coversTo = instant(Math.min(coversTo, millisOf(last)));
      break;
    }
  }
  const { attempts, runs, open } = readEvents(events, { ...asked, open: cursor?.open ?? {} });
  return {
    ...{ attempts, runs, coversTo },
    cursor: { last, open } satisfies Cursor,
    coversFrom: coversFrom(stream, cursor, coversTo),
  };
}

const mentions = (jobId: unknown, scheduler: string): boolean =>
  typeof jobId === "string" && (jobId.startsWith(`repeat:${scheduler}:`) || jobId.startsWith("rollcall-"));
