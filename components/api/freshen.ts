/** Asks again for what went stale: at once, but never twice at a time, and the less often the longer an answer takes. */
import type { QueryClient } from "@tanstack/react-query";
import { serverNow } from "#components/time/server-clock.ts";
import { isTileOf, laneOfTiles, type QueryKey } from "#lib/views/keys.ts";

export interface FreshenOptions {
  readonly client: QueryClient;
  /** Whether somebody looks; else what is stale is asked for when somebody does. */
  readonly isSeen: () => boolean;
  readonly sleep: (length: number) => Promise<void>;
  /** ms */
  readonly now: () => number;
}

export interface Freshener {
  /** Everything that is held under a key that begins so. */
  stale(key: QueryKey): void;
  all(): void;
}

/** A screen that is asked for without end takes a fourth of its server's time, and no more. */
const REST = 3;
const LONGEST_REST = 10_000;
/** An act that takes longer holds back nothing else. */
const LONGEST_QUIET = 2_000;

export function makeFreshener({ client, isSeen, sleep, now }: FreshenOptions): Freshener {
  /** Under way, and whether it went stale again since. */
  const underWay = new Map<string, boolean>();

  /** An answer that comes while somebody's act is on its way would take back what the screen foresees of it. */
  const quiet = (): Promise<void> =>
    new Promise((resolve) => {
      if (client.isMutating() === 0) return resolve();
      const stop = client.getMutationCache().subscribe(() => {
        if (client.isMutating() > 0) return;
        stop();
        resolve();
      });
    });

  /** Lanes whose tiles went stale: asked for together, since lanes of one tile would cancel one another's question. */
  let lanes = new Set<string>();

  const invalidate = (key: QueryKey): Promise<void> => {
    const refetchType = isSeen() ? "active" : "none";
    if (laneOfTiles(key) === null) return client.invalidateQueries({ queryKey: key, refetchType });
    const told = lanes;
    lanes = new Set();
    const predicate = ({ queryKey }: { readonly queryKey: readonly unknown[] }) =>
      isTileOf(queryKey, told, serverNow());
    return client.invalidateQueries({ predicate, refetchType });
  };

  const freshen = async (id: string, key: QueryKey): Promise<void> => {
    if (underWay.has(id)) return void underWay.set(id, true);
    do {
      underWay.set(id, false);
      await Promise.race([quiet(), sleep(LONGEST_QUIET)]);
      const began = now();
      // What is under way was asked before the notice, and is asked anew: by default it is cancelled first.
      await invalidate(key).catch(() => {});
      await sleep(Math.min(LONGEST_REST, (now() - began) * REST));
    } while (underWay.get(id));
    underWay.delete(id);
  };
  const stale = (key: QueryKey): void => {
    const lane = laneOfTiles(key);
    if (lane !== null) lanes.add(lane);
    void freshen(lane === null ? JSON.stringify(key) : "tiles of lanes", key);
  };
  return {
    stale,
    all() {
      const held = client.getQueryCache().getAll();
      for (const name of new Set(held.map(({ queryKey }) => queryKey[0]))) if (typeof name === "string") stale([name]);
    },
  };
}
