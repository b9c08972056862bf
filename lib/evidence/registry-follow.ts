/**
 * Keeps the registry fresh: reads it at the start, what NOTIFY names after that, everything anew after a time of not
 * hearing; and looks an unknown address up once before it is refused.
 */
import { isDatabaseAway } from "#lib/db/away.ts";
import type { Listener } from "#lib/db/listen.ts";
import type { Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Address } from "./protocols/protocol.ts";
import { type NotFound, Registry, type RegistryEntry, type RegistryProject } from "./registry.ts";
import { readByAddresses, readByIds, readPage, readProjects } from "./registry-store.ts";

/** Services notify it in their transactions, with a schedule's id, or `*` for everything (a ping key included). */
const REGISTRY_CHANNEL = "rollcall_registry";

/** `unchecked`: it is unknown, and the database is not there to ask. */
export type Found = RegistryEntry | NotFound | "unchecked";

export interface LiveRegistry {
  readonly size: number;
  readonly project: RegistryProject | null;
  /** At once where it is known; else after asking the database. Never rejects for want of a database. */
  find(address: Address, now: Instant): Found | Promise<Found>;
  /** Reads one schedule now: its maker need not wait for the notification. */
  refresh(id: string): Promise<void>;
  /** Resolves when everything heard so far has been read. */
  settled(): Promise<void>;
  stop(): void;
}

export interface FollowOptions {
  readonly sql: Sql;
  readonly listener: Listener;
  /** Milliseconds that never go back. */
  readonly monotonic?: () => number;
  readonly onTrouble?: (thrown: unknown) => void;
}

const PAGE = 10_000;
const NIL = "00000000-0000-0000-0000-000000000000";
/** A flood of unknown addresses asks once for each in so many milliseconds; a schedule made meanwhile is notified. */
const REFUSED_FOR = 2_000;
const REFUSED_AT_MOST = 20_000;
const ASKED_AT_ONCE = 500;

const keyOf = (address: Address): string => (address.form === "uuid" ? address.uuid : `${address.key}/${address.slug}`);

interface Question {
  readonly address: Address;
  readonly now: Instant;
  readonly answer: Promise<Found>;
  resolve(found: Found): void;
}

async function readAll(sql: Sql): Promise<Registry> {
  const registry = new Registry();
  registry.setProjects(await readProjects(sql));
  for (let after = NIL; ; ) {
    const page = await readPage(sql, { after, limit: PAGE });
    for (const entry of page) registry.put(entry);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return registry;
    after = last.id;
  }
}

/** Rejects when the first reading fails. */
export async function followRegistry({
  sql,
  listener,
  monotonic = () => performance.now(),
  onTrouble,
}: FollowOptions): Promise<LiveRegistry> {
  let registry = new Registry();
  const refused = new Map<string, number>();
  // Heard, and not read yet. While the database is away they stay, and are read with the next that is heard.
  const heard = new Set<string>();
  let everything = true;
  let reading: Promise<void> | null = null;
  let readings = 0;

  const readHeard = async (): Promise<void> => {
    while (everything || heard.size > 0) {
      const ids = [...heard];
      heard.clear();
      if (everything) {
        everything = false;
        try {
          registry = await readAll(sql);
        } catch (thrown) {
          everything = true;
          throw thrown;
        }
        refused.clear();
        continue;
      }
      try {
        const read = new Map((await readByIds(sql, ids)).map((entry) => [entry.id, entry]));
        for (const id of ids) registry.remove(id);
        for (const entry of read.values()) registry.put(entry);
      } catch (thrown) {
        for (const id of ids) heard.add(id);
        throw thrown;
      }
    }
  };
  const read = (): Promise<void> => {
    if (!everything && heard.size === 0) return reading ?? Promise.resolve();
    reading ??= (async () => {
      try {
        await readHeard();
      } finally {
        readings++;
        reading = null;
      }
    })();
    return reading;
  };
  const readInBackground = (): void => void read().catch((thrown: unknown) => onTrouble?.(thrown));
  const hear = (payload: string): void => {
    if (isUuid(payload)) heard.add(payload);
    else everything = true;
    readInBackground();
  };

  // First listen, then read: what changes in between is heard.
  const unsubscribe = await listener.subscribe(REGISTRY_CHANNEL, hear);
  const notUp = listener.onUp(() => {
    everything = true;
    readInBackground();
  });
  await read();

  const questions = new Map<string, Question>();
  let asking = false;

  const ask = async (): Promise<void> => {
    asking = true;
    while (questions.size > 0) {
      const batch = [...questions].slice(0, ASKED_AT_ONCE);
      let away = false;
      const before = readings;
      try {
        const [projects, entries] = await Promise.all([
          readProjects(sql),
          readByAddresses(
            sql,
            batch.map(([, { address }]) => address),
          ),
        ]);
        registry.setProjects(projects);
        for (const entry of entries) registry.put(entry);
        if (readings !== before) {
          // What was read meanwhile may be newer than this answer.
          for (const { id } of entries) heard.add(id);
          readInBackground();
        }
      } catch (thrown) {
        away = true;
        if (!isDatabaseAway(thrown)) onTrouble?.(thrown);
      }
      for (const [key, { address, now, resolve }] of batch) {
        questions.delete(key);
        const found = registry.find(address, now);
        if (typeof found === "string" && !away) refuseForAWhile(key);
        resolve(typeof found === "string" && away ? "unchecked" : found);
      }
    }
    asking = false;
  };
  const refuseForAWhile = (key: string): void => {
    if (refused.size >= REFUSED_AT_MOST) {
      for (const oldest of refused.keys()) {
        refused.delete(oldest);
        break;
      }
    }
    refused.delete(key);
    refused.set(key, monotonic() + REFUSED_FOR);
  };
  const askFor = (key: string, address: Address, now: Instant): Promise<Found> => {
    const same = questions.get(key);
    if (same) return same.answer;
    let resolve: (found: Found) => void = () => {};
    const answer = new Promise<Found>((settle) => {
      resolve = settle;
    });
    questions.set(key, { address, now, answer, resolve });
    if (!asking) void ask();
    return answer;
  };

  return {
    get size() {
      return registry.size;
    },
    get project() {
      return registry.project;
    },
    find(address, now) {
      const found = registry.find(address, now);
      if (typeof found !== "string") return found;
      const key = keyOf(address);
      const until = refused.get(key);
      if (until !== undefined && monotonic() < until) return found;
      return askFor(key, address, now);
    },
    async refresh(id) {
      heard.add(id);
      await read();
    },
    async settled() {
      while (reading) await reading.catch(() => {});
    },
    stop() {
      unsubscribe();
      notUp();
    },
  };
}

const isUuid = (text: string): boolean => text.length === 36 && /^[0-9a-f-]{36}$/i.test(text);
