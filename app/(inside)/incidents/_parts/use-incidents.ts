"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Incident, List, Outage, Schedule } from "#components/api/shapes.ts";
import type { Filter } from "#components/ui/filter-bar.tsx";
import { CAUSES } from "#lib/incidents/lifecycle.ts";
import { KEYS } from "#lib/views/keys.ts";
import { apiQuery, type Filters, filterKey, KINDS, type Shown } from "./filters.ts";

export const PAGE = 100;

/** The incidents that fit, page by page. */
export function useIncidents(filters: Filters, initial: List<Incident> | null) {
  return useInfiniteQuery({
    queryKey: KEYS.incidents(...filterKey(filters)),
    queryFn: ({ signal, pageParam }) =>
      api<List<Incident>>(`/incidents${apiQuery(filters, { limit: PAGE, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: useRefetchInterval(),
    ...(initial ? { initialData: { pages: [initial], pageParams: [null] } } : {}),
  });
}

/** The outages that incidents on the screen may belong to. */
export function useOutages(shown: Shown) {
  const state = shown === "open" || shown === "acknowledged" ? "open" : null;
  return useQuery({
    queryKey: [...KEYS.outages(), state],
    queryFn: ({ signal }) => api<List<Outage>>(`/outages?limit=200${state ? `&state=${state}` : ""}`, { signal }),
    refetchInterval: useRefetchInterval(),
  });
}

const numbers = (list: List<Incident> | undefined): string =>
  list === undefined ? "" : ` ${list.items.length}${list.nextCursor === null ? "" : "+"}`;

/** How many are in a state, as the tabs say it: ` 5`, ` 100+`. */
export function useCounts(): Readonly<Record<Shown, string>> {
  const refetchInterval = useRefetchInterval();
  const open = useQuery({
    queryKey: KEYS.incidents("unresolved"),
    queryFn: ({ signal }) => api<List<Incident>>("/incidents?state=unresolved&limit=100", { signal }),
    refetchInterval,
  }).data;
  const taken = open && { ...open, items: open.items.filter(({ state }) => state === "acknowledged") };
  return { open: numbers(open), acknowledged: numbers(taken), resolved: "", all: "" };
}

const KIND_WORDS = {
  windows: "Missed or bad runs",
  boundary_drift: "Boundary drift",
  revert_failing: "Revert failing",
};
const CAUSE_WORDS: Readonly<Record<(typeof CAUSES)[number], string>> = {
  ...{ rejected: "Refused at the boundary", lost: "Let in, no run", unreached: "Not reached", not_fired: "Not fired" },
  ...{ silent: "Silent", failed: "Failed", overrun: "Overrun", late: "Late", double_fire: "Fired twice" },
};
const asOptions = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

/** What the list can be filtered by, with what there is to choose. */
export function useIncidentFilters(
  people: readonly { readonly id: string; readonly name: string }[],
  meId: string,
): readonly Filter[] {
  const schedules = useQuery({
    queryKey: KEYS.schedules("to choose from"),
    queryFn: ({ signal }) => api<List<Schedule>>("/schedules?limit=1000", { signal }),
    staleTime: 60_000,
  }).data?.items;
  const all = schedules ?? [];
  const distinct = (pick: (one: Schedule) => readonly string[]) => [...new Set(all.flatMap(pick))].sort();
  const others = people.filter(({ id }) => id !== meId).map(({ id, name }) => ({ value: id, label: `${name}'s` }));
  const environments = distinct(({ environment }) => [environment]);
  return [
    {
      ...{ name: "assignee", label: "Who has it", every: "Everybody's" },
      options: [{ value: "me", label: "Mine" }, { value: "none", label: "Nobody's yet" }, ...others],
    },
    {
      ...{ name: "kind", label: "Kind", every: "Every kind" },
      options: KINDS.map((value) => ({ value, label: KIND_WORDS[value] })),
    },
    {
      ...{ name: "cause", label: "Cause", every: "Every cause" },
      options: CAUSES.map((value) => ({ value, label: CAUSE_WORDS[value] })),
    },
    {
      ...{ name: "schedule", label: "Schedule", every: "Every schedule" },
      options: all.map(({ slug, name }) => ({ value: slug, label: name })),
    },
    {
      ...{ name: "environment", label: "Environment", every: "Every environment" },
      options: environments.length > 1 ? asOptions(environments) : [],
    },
    { ...{ name: "tag", label: "Tag", every: "Every tag" }, options: asOptions(distinct(({ tags }) => tags)) },
  ];
}
