/** Decisions counted: totals, and bars over time. Strangers are counted apart: they are evidence for nothing. Pure. */
import type { DecisionCount, DecisionCounts } from "#components/api/boundary.ts";

export interface Totals {
  readonly admitted: number;
  readonly refused: number;
  readonly strangers: number;
}

/** Probes and the matrix are Rollcall's own, and counted nowhere. */
export function totalsOf(items: readonly DecisionCount[]): Totals {
  const sum = (of: (one: DecisionCount) => boolean) => items.filter(of).reduce((total, { count }) => total + count, 0);
  const known = ({ via }: DecisionCount) => via === "scheduler" || via === "manual";
  return {
    admitted: sum((one) => known(one) && one.outcome === "admitted"),
    refused: sum((one) => known(one) && one.outcome === "rejected"),
    strangers: sum(({ via }) => via === "stranger"),
  };
}

export interface BarPart {
  readonly name: string;
  readonly count: number;
}

export interface Bar {
  /** RFC 3339. */
  readonly at: string;
  readonly total: number;
  /** In the order of `names`; those of none are left out. */
  readonly parts: readonly BarPart[];
}

/** One bar for each bucket of the span, also for those in which nothing came. */
export function barsOf(
  { from, to, bucketSeconds, items }: DecisionCounts,
  names: readonly string[],
  nameOf: (one: DecisionCount) => string | null,
): readonly Bar[] {
  const step = bucketSeconds * 1_000;
  const counted = new Map<number, Map<string, number>>();
  for (const one of items) {
    const name = nameOf(one);
    if (name === null) continue;
    const at = Date.parse(one.at);
    const bucket = counted.get(at) ?? new Map<string, number>();
    bucket.set(name, (bucket.get(name) ?? 0) + one.count);
    counted.set(at, bucket);
  }
  const bars: Bar[] = [];
  const end = Date.parse(to);
  for (let at = Math.floor(Date.parse(from) / step) * step; at < end; at += step) {
    const bucket = counted.get(at);
    const parts = names.flatMap((name) => {
      const count = bucket?.get(name) ?? 0;
      return count === 0 ? [] : [{ name, count }];
    });
    const total = parts.reduce((sum, { count }) => sum + count, 0);
    bars.push({ at: new Date(at).toISOString(), total, parts });
  }
  return bars;
}

/** Reasons of refusals by how often they came; those after the most frequent ones are one. */
export function reasonsOf(items: readonly DecisionCount[], most = 4): readonly BarPart[] {
  const byReason = new Map<string, number>();
  for (const { outcome, via, reason, count } of items) {
    if (outcome !== "rejected" || via === "stranger" || via === "probe") continue;
    byReason.set(reason, (byReason.get(reason) ?? 0) + count);
  }
  const sorted = [...byReason].map(([name, count]) => ({ name, count }));
  sorted.sort((a, b) => b.count - a.count || a.name.localeCompare(b.name));
  const rest = sorted.slice(most);
  if (rest.length === 0) return sorted;
  return [...sorted.slice(0, most), { name: "others", count: rest.reduce((sum, { count }) => sum + count, 0) }];
}
