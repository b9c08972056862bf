"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, queryString } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { LaneListed, List } from "#components/api/shapes.ts";
import type { MarkName } from "#components/marks/look.ts";
import { KEYS } from "#lib/views/keys.ts";
import { type LaneHead, laneHead, type Stretch } from "./model.ts";
import { calm } from "./range.ts";

export interface LaneFilters {
  readonly q?: string;
  /** By commas: a lane has all of them. */
  readonly tag?: string;
  readonly environment?: string;
  /** How the lane stands, or how a window of it stood in the span that is seen. */
  readonly verdict?: MarkName | null;
  /** `wrong`: by what is wrong, then by name. */
  readonly sort?: "wrong" | "name" | "next";
  readonly group?: "tag" | "environment" | "owner" | "route" | "driver" | null;
}

interface LanePage extends List<LaneListed> {
  readonly total: number;
}

const PAGE = 1_000;

/** What changes by itself is looked for the more rarely, the more lanes there are. */
const MANY = 15_000;

/** What is seen matters to a verdict alone: a lane fits that had one there. */
function spanAsked({ verdict }: LaneFilters, seen: Stretch) {
  if (!verdict) return { from: null, to: null };
  const { from, to } = calm(seen);
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

export function lanesKey(filters: LaneFilters, seen: Stretch) {
  const { q = "", tag = "", environment = "", verdict = null, sort = "wrong", group = null } = filters;
  const { from, to } = spanAsked(filters, seen);
  return KEYS.lanes(q, tag, environment, verdict, sort, group, from, to);
}

/**
 * Every lane that fits the filters, in order; pages come one after the other, and are shown as they come.
 *
 * @param how.further what is beyond the first page is asked for
 */
export function useLanes(filters: LaneFilters, seen: Stretch, { further }: { readonly further: boolean }) {
  const { q = "", tag = "", environment = "", verdict = null, sort = "wrong", group = null } = filters;
  const every = useRefetchInterval();
  const query = useInfiniteQuery({
    queryKey: lanesKey(filters, seen),
    queryFn: ({ pageParam, signal }) => {
      const asked = { q, tag, environment, verdict, sort, group, ...spanAsked(filters, seen) };
      return api<LanePage>(`/timeline/lanes${queryString({ ...asked, cursor: pageParam, limit: PAGE })}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => ((state.data?.pages[0]?.total ?? 0) > PAGE ? Math.max(every, MANY) : every),
  });
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (further && hasNextPage && !isFetching) void fetchNextPage();
  }, [further, hasNextPage, isFetching, fetchNextPage]);
  const pages = query.data?.pages;
  const lanes = useMemo((): readonly LaneHead[] => {
    // Between two pages a lane may have moved from one to the other.
    const heads = new Map<string, LaneHead>();
    for (const page of pages ?? []) for (const lane of page.items) heads.set(lane.slug, laneHead(lane));
    return [...heads.values()];
  }, [pages]);
  return { lanes, total: pages?.[0]?.total ?? lanes.length, query };
}
