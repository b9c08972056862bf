/** What the list of incidents shows, as its address says it. */
import { queryString } from "#components/api/client.ts";
import { CAUSES, type IncidentCause } from "#lib/incidents/lifecycle.ts";
import { isUuid } from "#lib/input/identifiers.ts";

export const SHOWN = ["open", "acknowledged", "resolved", "all"] as const;
/** `open` is what is not over yet, taken or not. */
export type Shown = (typeof SHOWN)[number];

export const KINDS = ["windows", "boundary_drift", "revert_failing"] as const;
export const SORTS = ["since", "oldest"] as const;

export interface Filters {
  readonly shown: Shown;
  readonly kind: (typeof KINDS)[number] | null;
  readonly cause: IncidentCause | null;
  readonly schedule: string | null;
  readonly environment: string | null;
  readonly tag: string | null;
  readonly assignee: string | null;
  readonly outage: string | null;
  readonly sort: (typeof SORTS)[number];
}

const oneOf = <T extends string>(all: readonly T[], value: string | null): T | null =>
  all.find((one) => one === value) ?? null;

/** What the address asks for; a value that means nothing is none. */
export function readFilters(asked: (name: string) => string | null): Filters {
  const assignee = asked("assignee");
  const outage = asked("outage");
  const known = assignee === "me" || assignee === "none" || (assignee !== null && isUuid(assignee));
  return {
    shown: oneOf(SHOWN, asked("state")) ?? "open",
    kind: oneOf(KINDS, asked("kind")),
    cause: oneOf(CAUSES, asked("cause")),
    schedule: asked("schedule") || null,
    environment: asked("environment") || null,
    tag: asked("tag") || null,
    assignee: known ? assignee : null,
    outage: outage !== null && isUuid(outage) ? outage : null,
    sort: oneOf(SORTS, asked("sort")) ?? "since",
  };
}

/** What the API is asked for it. */
export function apiFilters({ shown, ...rest }: Filters) {
  const state = shown === "open" ? ("unresolved" as const) : shown === "all" ? null : shown;
  return { state, ...rest };
}

export const apiQuery = (filters: Filters, page: { readonly limit: number; readonly cursor: string | null }): string =>
  queryString({ ...apiFilters(filters), ...page });

/** In the order of the key that a cache holds it under. */
export const filterKey = (filters: Filters): readonly (string | null)[] => [
  ...["list", filters.shown, filters.kind, filters.cause, filters.schedule, filters.environment, filters.tag],
  ...[filters.assignee, filters.outage, filters.sort],
];

export const isFiltered = (filters: Filters): boolean =>
  [filters.kind, filters.cause, filters.schedule, filters.environment, filters.tag, filters.assignee, filters.outage]
    .some((one) => one !== null); // biome-ignore format: one list
