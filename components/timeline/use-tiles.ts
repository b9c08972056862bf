"use client";

import { type QueryClient, type UseQueryResult, useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { api, queryString } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Timeline } from "#components/api/shapes.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { KEYS } from "#lib/views/keys.ts";
import type { ChangeModel, LaneFacts, Stretch } from "./model.ts";
import { joined, LaneBook, type TileFacts, tileFacts, tilesToShow } from "./tile-cache.ts";
import { blocksOf, emptyBook, holdsMoment, TILE_WIDTH, type Tile, tileAhead, tilesOf } from "./tiles.ts";

export interface TilesAsked {
  /** The lanes that are seen, with some beyond the edges. */
  readonly slugs: readonly string[];
  /** All lanes in the order of the screen, so that scrolling on finds what was fetched along. Default: `slugs`. */
  readonly order?: readonly string[];
  readonly span: Stretch;
  /** Of a lane, in pixels; 0 before the first layout: then nothing is asked. */
  readonly width: number;
}

export interface Tiles {
  /** What is drawn of a lane; `null` until something of it has come. The same object while nothing of it changed. */
  readonly factsOf: (slug: string) => LaneFacts | null;
  readonly blind: readonly Stretch[];
  readonly changes: readonly ChangeModel[];
  /** Something that is seen is still on its way; what there is of other levels is shown meanwhile. */
  readonly pending: boolean;
  readonly error: unknown;
}

/** Kept so long after it was last seen, in ms; and so many windows and buckets in all (about 100 bytes each). */
const KEPT = 300_000;
const WEIGHT_AT_MOST = 400_000;
/** Tiles of the past are taken to stand for so long; late evidence and excuses may still change them. */
const PAST_STANDS = 60_000;

async function fetchTile(tile: Tile, slugs: readonly string[], signal: AbortSignal): Promise<TileFacts> {
  const pages: Timeline[] = [];
  const span = { from: new Date(tile.from).toISOString(), to: new Date(tile.to).toISOString() };
  const asked = { ...span, width: TILE_WIDTH, slugs: slugs.join(","), sort: "slug", limit: 1_000 };
  let cursor: string | null = null;
  do {
    const page: Timeline = await api<Timeline>(`/timeline${queryString({ ...asked, cursor })}`, { signal });
    pages.push(page);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return tileFacts(tile, pages);
}

const heldTiles = (client: QueryClient): readonly TileFacts[] =>
  client.getQueriesData<TileFacts>({ queryKey: ["tiles"] }).flatMap(([, facts]) => (facts ? [facts] : []));

/** Forgets the tiles that were longest not seen, until what is left weighs no more than it may. */
function prune(client: QueryClient): void {
  const cache = client.getQueryCache();
  const all = cache.findAll({ queryKey: ["tiles"] });
  const weigh = (data: unknown): number => (data as TileFacts | undefined)?.weight ?? 0;
  let weight = all.reduce((sum, query) => sum + weigh(query.state.data), 0);
  if (weight <= WEIGHT_AT_MOST) return;
  for (const query of all
    .filter((one) => !one.isActive())
    .sort((a, b) => a.state.dataUpdatedAt - b.state.dataUpdatedAt)) {
    if (weight <= WEIGHT_AT_MOST) return;
    weight -= weigh(query.state.data);
    cache.remove(query);
  }
}

/** The list as it was before, while it holds the same. */
function useSameItems<T>(list: readonly T[]): readonly T[] {
  const [before, setBefore] = useState(list);
  if (before === list || (before.length === list.length && before.every((one, at) => one === list[at]))) return before;
  setBefore(list);
  return list;
}

/** Whither the span moved last. */
function useDirection(span: Stretch): "past" | "future" {
  const [before, setBefore] = useState({ from: span.from, towards: "past" as "past" | "future" });
  if (span.from === before.from) return before.towards;
  const towards = span.from < before.from ? "past" : "future";
  setBefore({ from: span.from, towards });
  return towards;
}

/** The lanes that are seen over the span that is seen. */
export function useTiles({ slugs, order, span, width }: TilesAsked): Tiles {
  const client = useQueryClient();
  const every = useRefetchInterval();
  const book = useRef(emptyBook());
  const [made] = useState(() => new LaneBook());
  const wanted = useMemo(() => tilesOf(span, width), [span, width]);
  // While one pans within a tile nothing of what follows changes.
  const level = wanted.map(({ cell, from }) => `${cell}@${from}`).join(" ");
  const towards = useDirection(span);
  const blocks = useSameItems(useMemo(() => blocksOf(book.current, slugs, order), [slugs, order]));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `level` says all of `wanted`
  const asked = useMemo(() => {
    const ahead = tileAhead(wanted, towards);
    const tiles = ahead ? [...wanted, ahead] : wanted;
    return tiles.flatMap((tile) => blocks.map((block) => ({ tile, block, seen: tile !== ahead })));
  }, [level, blocks, towards]);
  // What comes next waits for what is seen.
  const isWaiting = asked.some(
    ({ tile, block, seen }) => seen && client.getQueryState(KEYS.tile(tile, block))?.status !== "success",
  );
  // The same questions while they ask the same: each new one is compared with all that there are, at every drawing.
  const queries = useMemo(
    () =>
      asked.map(({ tile, block, seen }) => ({
        enabled: seen || !isWaiting,
        queryKey: KEYS.tile(tile, block),
        queryFn: ({ signal }: { readonly signal: AbortSignal }) => fetchTile(tile, block, signal),
        structuralSharing: false,
        gcTime: KEPT,
        staleTime: () => (tile.to > serverNow() ? 1_000 : PAST_STANDS),
        refetchInterval: () => (seen && holdsMoment(tile, serverNow()) ? every : (false as const)),
      })),
    [asked, isWaiting, every],
  );
  const combine = useCallback(
    (results: readonly Pick<UseQueryResult<TileFacts>, "data" | "error" | "isPending">[]) => ({
      data: results.map(({ data }) => data),
      pending: results.some(({ isPending }, index) => isPending && asked[index]?.seen === true),
      error: results.find(({ error }, index) => error !== null && asked[index]?.seen === true)?.error ?? null,
    }),
    [asked],
  );
  const found = useQueries({ queries, combine });
  useEffect(() => prune(client));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `level` says all of `wanted`
  const shown = useMemo(() => {
    const fetched = found.data.flatMap((facts) => (facts ? [facts] : []));
    const all = found.pending ? [...new Set([...fetched, ...heldTiles(client)])] : fetched;
    const known = new Map<string, LaneFacts | null>();
    const factsOf = (slug: string): LaneFacts | null => {
      let facts = known.get(slug);
      if (facts === undefined) {
        facts = made.factsIn(
          slug,
          tilesToShow(
            wanted,
            all.filter(({ lanes }) => lanes.has(slug)),
          ),
        );
        known.set(slug, facts);
      }
      return facts;
    };
    const here = tilesToShow(wanted, all);
    const changes = new Map(here.flatMap(({ facts }) => facts.changes.map((change) => [change.id, change])));
    return {
      factsOf,
      blind: joined(here.flatMap(({ facts }) => facts.blind)),
      changes: [...changes.values()].sort((a, b) => a.at - b.at),
    };
  }, [level, found.data, found.pending, client, made]);
  return { ...shown, pending: found.pending, error: found.error };
}
