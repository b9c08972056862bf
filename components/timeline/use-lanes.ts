"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { api, queryString } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { LaneListed, List } from "#components/api/shapes.ts";
import type { MarkName } from "#components/marks/look.ts";
import { KEYS } from "#lib/views/keys.ts";
import { type LaneHead, laneHead } from "./model.ts";

export interface LaneFilters {
  readonly q?: string;
  /** By commas: a lane has all of them. */
  readonly tag?: string;
  readonly environment?: string;
  /** The status of the lane. */
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

/** Every lane that fits the filters, in order; pages come one after the other, and are shown as they come. */
export function useLanes(filters: LaneFilters) {
  const { q = "", tag = "", environment = "", verdict = null, sort = "wrong", group = null } = filters;
  const every = useRefetchInterval();
  const query = useInfiniteQuery({
    queryKey: KEYS.lanes(q, tag, environment, verdict, sort, group),
    queryFn: ({ pageParam, signal }) => {
      const asked = { q, tag, environment, verdict, sort, group, cursor: pageParam, limit: PAGE };
      return api<LanePage>(`/timeline/lanes${queryString(asked)}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: (before) => before,
    refetchInterval: ({ state }) => ((state.data?.pages[0]?.total ?? 0) > PAGE ? Math.max(every, MANY) : every),
  });
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const pages = query.data?.pages;
  const lanes = useMemo((): readonly LaneHead[] => {
    // Between two pages a lane may have moved from one to the other.
    const heads = new Map<string, LaneHead>();
    for (const page of pages ?? []) for (const lane of page.items) heads.set(lane.slug, laneHead(lane));
    return [...heads.values()];
  }, [pages]);
  return { lanes, total: pages?.[0]?.total ?? lanes.length, query };
}
