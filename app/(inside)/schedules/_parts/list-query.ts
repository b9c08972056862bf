"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { api, queryString } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { List, Schedule } from "#components/api/shapes.ts";
import { KEYS } from "#lib/views/keys.ts";

export interface Filters {
  readonly q: string;
  readonly tag: string;
  readonly environment: string;
  readonly owner: string;
  readonly status: string;
}

const NAMES = ["q", "tag", "environment", "owner", "status"] as const;

/** What the address asks for. */
export const filtersOf = (query: { get(name: string): string | null }): Filters => ({
  ...{ q: query.get("q") ?? "", tag: query.get("tag") ?? "", environment: query.get("environment") ?? "" },
  ...{ owner: query.get("owner") ?? "", status: query.get("status") ?? "" },
});

const PAGE = 1_000;

/** All schedules that fit: page after page, since what is wrong stands first, wherever its name lies in the alphabet. */
export function useSchedules(
  filters: Filters,
  first: { readonly filters: Filters; readonly list: List<Schedule> | null },
) {
  const interval = useRefetchInterval();
  const isFirst = NAMES.every((name) => filters[name] === first.filters[name]);
  const list = useInfiniteQuery({
    queryKey: KEYS.schedules(...NAMES.map((name) => filters[name])),
    queryFn: ({ signal, pageParam }) =>
      api<List<Schedule>>(`/schedules${queryString({ ...filters, limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    // Every page is asked for again: of many the more rarely.
    refetchInterval: ({ state }) => interval * Math.max(1, (state.data?.pages.length ?? 1) ** 2),
    ...(first.list && isFirst ? { initialData: { pages: [first.list], pageParams: [null] } } : {}),
  });
  const { hasNextPage, isFetching, isError, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetching && !isError) fetchNextPage();
  }, [hasNextPage, isFetching, isError, fetchNextPage]);
  return list;
}
