/** The registry as its list shows it: in which order, and what it may be narrowed to. */
import type { Schedule } from "#components/api/shapes.ts";
import { rankOf } from "#components/marks/look.ts";
import { isOwn } from "#components/timeline/model.ts";

export const SORTS = ["wrong", "name", "last", "next", "owner"] as const;
export type Sort = (typeof SORTS)[number];

export const sortOf = (text: string | null): Sort => SORTS.find((one) => one === text) ?? "wrong";

type Listed = Pick<
  Schedule,
  "slug" | "name" | "tags" | "status" | "owner" | "nextExpectedAt" | "lastRun" | "openIncidentId"
>;

const byName = (a: Listed, b: Listed): number => a.name.localeCompare(b.name) || a.slug.localeCompare(b.slug);
/** Those that have none come last, whichever way. */
const orLast = <T>(a: T | null, b: T | null, compare: (a: T, b: T) => number): number =>
  a === null ? (b === null ? 0 : 1) : b === null ? -1 : compare(a, b);
const byMoment = (a: string, b: string): number => Date.parse(a) - Date.parse(b);

const ORDERS: Readonly<Record<Sort, (a: Listed, b: Listed) => number>> = {
  // An open incident stays wrong while its next window is merely due.
  wrong: (a, b) =>
    Number(a.openIncidentId === null) - Number(b.openIncidentId === null) || rankOf(a.status) - rankOf(b.status),
  name: () => 0,
  // Who has been silent longest stands first.
  last: (a, b) => orLast(a.lastRun?.startedAt ?? null, b.lastRun?.startedAt ?? null, byMoment),
  next: (a, b) => orLast(a.nextExpectedAt, b.nextExpectedAt, byMoment),
  owner: (a, b) => orLast(a.owner, b.owner, (one, other) => one.localeCompare(other)),
};

/** Sorted; Rollcall's own jobs come after all others. */
export function ordered<T extends Listed>(schedules: readonly T[], sort: Sort): T[] {
  const order = ORDERS[sort];
  return schedules.toSorted((a, b) => Number(isOwn(a)) - Number(isOwn(b)) || order(a, b) || byName(a, b));
}

/** The slugs between two of a list, both included, whichever stands first. */
export function between(slugs: readonly string[], one: string, other: string): readonly string[] {
  const [a, b] = [slugs.indexOf(one), slugs.indexOf(other)];
  if (a < 0 || b < 0) return b < 0 ? [] : [other];
  return slugs.slice(Math.min(a, b), Math.max(a, b) + 1);
}
