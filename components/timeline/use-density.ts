"use client";

import { useQuery } from "@tanstack/react-query";
import { api, queryString } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { BadListed, Density } from "#components/api/shapes.ts";
import { KEYS } from "#lib/views/keys.ts";
import type { Stretch } from "./model.ts";
import type { LaneFilters } from "./use-lanes.ts";

/** Asked again so often, in ms: both are over all lanes. */
const AGAIN = 5_000;
const MOST_BAD = 1_000;
const BUCKETS = 200;

/** In whole steps of a thousandth of its length, so that a span that goes along with the present asks rarely. */
function inSteps({ from, to }: Stretch): Stretch {
  const step = Math.max(1_000, 10 ** Math.floor(Math.log10(Math.max(1_000, (to - from) / 100))));
  return { from: Math.floor(from / step) * step, to: Math.ceil(to / step) * step };
}

const iso = (at: number): string => new Date(at).toISOString();

const filterFields = ({ q = "", tag = "", environment = "", verdict = null }: LaneFilters) => ({
  ...{ q, tag, environment, verdict },
});

/** Bad windows a bucket over all lanes, and how many windows of the span have which mark. */
export function useDensity(span: Stretch, filters: LaneFilters, enabled: boolean) {
  const { from, to } = inSteps(span);
  const fields = filterFields(filters);
  const every = useRefetchInterval();
  return useQuery({
    enabled,
    queryKey: KEYS.density(from, to, BUCKETS, ...Object.values(fields)),
    queryFn: ({ signal }) =>
      api<Density>(`/timeline/density${queryString({ from: iso(from), to: iso(to), buckets: BUCKETS, ...fields })}`, {
        signal,
      }),
    placeholderData: (before) => before,
    refetchInterval: Math.max(every, AGAIN),
  });
}

/** The bad windows of a span in the order of the screen: lanes as `useLanes` sorts them, the newest first in each. */
export function useBad(span: Stretch, filters: LaneFilters, enabled: boolean) {
  const { from, to } = inSteps(span);
  const { sort = "wrong", group = null } = filters;
  const fields = { ...filterFields(filters), sort, group };
  const every = useRefetchInterval();
  return useQuery({
    enabled,
    queryKey: KEYS.bad(from, to, ...Object.values(fields)),
    queryFn: ({ signal }) =>
      api<BadListed>(`/timeline/bad${queryString({ from: iso(from), to: iso(to), ...fields, limit: MOST_BAD })}`, {
        signal,
      }),
    placeholderData: (before) => before,
    refetchInterval: Math.max(every, AGAIN),
  });
}
