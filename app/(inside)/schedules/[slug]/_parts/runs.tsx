"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { List, Run } from "#components/api/shapes.ts";
import { RunList } from "#components/marks/run-list.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

/** What its job said of itself, the newest first. */
export function Runs({ slug }: { readonly slug: string }) {
  const asked = useInfiniteQuery({
    queryKey: KEYS.windows(slug, "runs"),
    queryFn: ({ signal, pageParam }) =>
      api<List<Run>>(`/runs${queryString({ schedule: slug, limit: 30, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: useRefetchInterval(),
  });
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  if (!asked.data) return <Waiting />;
  return (
    <div className="grid gap-3">
      <RunList runs={asked.data.pages.flatMap(({ items }) => items)} none="No check-in has come yet." />
      <OlderOnes list={asked} />
    </div>
  );
}
