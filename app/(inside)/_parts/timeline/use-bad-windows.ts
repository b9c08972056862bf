"use client";

import { useEffect, useMemo, useRef } from "react";
import type { Stretch } from "#components/timeline/model.ts";
import { calm } from "#components/timeline/range.ts";
import type { Selection } from "#components/timeline/stage.ts";
import { useBad } from "#components/timeline/use-density.ts";
import type { LaneFilters } from "#components/timeline/use-lanes.ts";

/** The bad windows of what is seen, in the order of the screen, and how to go from one to the next. */
export function useBadWindows({
  seen,
  filters,
  selection,
  select,
  asks,
}: {
  readonly seen: Stretch;
  readonly filters: LaneFilters;
  readonly selection: Selection | null;
  readonly select: (chosen: Selection | null) => void;
  /** Not yet while what is seen is on its way. */
  readonly asks: boolean;
}) {
  const items = useBad(calm(seen), filters, asks).data?.items;
  // A key that is pressed before they are known is not lost: it is answered when they come.
  const wanted = useRef<1 | -1 | null>(null);
  const found = useMemo(() => {
    const all = (items ?? []).map((item) => ({ ...item, expectedAt: Date.parse(item.expectedAt) }));
    const at = all.findIndex((one) => one.slug === selection?.slug && one.expectedAt === selection.expectedAt);
    return {
      count: all.length,
      current: at < 0 ? null : (all[at] ?? null),
      step: (by: 1 | -1) => {
        wanted.current = items === undefined ? by : null;
        const next = all[at < 0 ? (by === 1 ? 0 : all.length - 1) : (at + by + all.length) % all.length];
        if (next) select({ slug: next.slug, expectedAt: next.expectedAt });
      },
      /** The newest bad one of a lane within a stretch. */
      within: (slug: string, { from, to }: Stretch): Selection | null => {
        const newest = all.find((one) => one.slug === slug && one.expectedAt >= from && one.expectedAt < to);
        return newest ? { slug, expectedAt: newest.expectedAt } : null;
      },
    };
  }, [items, selection, select]);
  useEffect(() => {
    if (items !== undefined && wanted.current !== null) found.step(wanted.current);
  }, [items, found]);
  return found;
}
