/** Keys that were good a moment ago, so that a program that sends a thousand requests costs a handful of queries. */
import { type Runtime, runtime } from "#lib/runtime.ts";
import { type Instant, millis, plus } from "#lib/time/instant.ts";
import type { ApiKey } from "./store/keys.ts";

/** A key that another process revoked is taken for so long. */
export const KEY_CACHED = millis(3_000);

export interface CachedKey {
  readonly key: ApiKey;
  readonly until: Instant;
  /** When its last use was last written. */
  usedAt: Instant | null;
}

export interface KeyCache {
  get(input: {
    readonly hash: string;
    readonly now: Instant;
    readonly read: () => Promise<ApiKey | null>;
  }): Promise<CachedKey | null>;
  /** A key was revoked: all are looked up again. */
  forget(): void;
}

export function makeKeyCache(): KeyCache {
  const byHash = new Map<string, CachedKey>();
  let generation = 0;
  return {
    async get({ hash, now, read }) {
      const cached = byHash.get(hash);
      if (cached && now < cached.until) return cached;
      byHash.delete(hash);
      const asked = generation;
      const key = await read();
      if (!key) return null;
      const found = { key, until: plus(now, KEY_CACHED), usedAt: key.lastUsedAt };
      // What was read before a revocation must not outlive it here.
      if (asked === generation) byHash.set(hash, found);
      return found;
    },
    forget() {
      generation++;
      byHash.clear();
    },
  };
}

const CACHES: unique symbol = Symbol.for("rollcall.key-cache");
const holder = globalThis as typeof globalThis & { [CACHES]?: WeakMap<Runtime, KeyCache> };

/** One a runtime, whichever evaluation of this file asks: a key that a page revokes is revoked for the API. */
export function keyCache(): KeyCache {
  holder[CACHES] ??= new WeakMap();
  const found = holder[CACHES].get(runtime()) ?? makeKeyCache();
  holder[CACHES].set(runtime(), found);
  return found;
}
