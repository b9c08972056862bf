"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { api } from "#components/api/client.ts";
import type { List, Window } from "#components/api/shapes.ts";
import { markOf } from "#components/marks/look.ts";
import { StripCell } from "#components/marks/strip-cell.tsx";
import { KEYS } from "#lib/views/keys.ts";

const SHOWN = 24;

/** The last windows of a schedule, small; asked for once its row is seen. What they say, the row says in words. */
export function RecentStrip({ slug }: { readonly slug: string }) {
  const place = useRef<HTMLSpanElement>(null);
  const [seen, setSeen] = useState(false);
  useEffect(() => {
    const { current } = place;
    if (!current) return;
    const watch = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting) setSeen(true);
    });
    watch.observe(current);
    return () => watch.disconnect();
  }, []);
  const windows = useQuery({
    queryKey: KEYS.windows(slug, "recent"),
    queryFn: ({ signal }) => api<List<Window>>(`/schedules/${slug}/windows?last=${SHOWN}`, { signal }),
    enabled: seen,
    refetchInterval: 30_000,
  }).data?.items;
  return (
    <span ref={place} aria-hidden="true" className="flex h-4 justify-end gap-[2px] max-lg:hidden">
      {windows?.map((window) => (
        <StripCell key={window.expectedAt} mark={markOf(window)} small />
      ))}
    </span>
  );
}
