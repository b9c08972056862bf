"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import type { AuditEntry, List } from "#components/api/shapes.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Waiting } from "#components/ui/page.tsx";

const detailText = (detail: AuditEntry["detail"]): string =>
  Object.entries(detail)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}`)
    .join(", ");

/** `schedule.changed` → `schedule changed`. */
const actionText = (action: string): string => action.replaceAll(/[._]/g, " ");

/** Who changed what, the newest first. */
export function AuditLog() {
  const asked = useInfiniteQuery({
    queryKey: ["audit"],
    queryFn: ({ signal, pageParam }) =>
      api<List<AuditEntry>>(`/audit${queryString({ limit: 100, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
  });
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  if (!asked.data) return <Waiting />;
  const entries = asked.data.pages.flatMap(({ items }) => items);
  return (
    <div className="grid gap-3">
      <ol className="divide-y divide-line rounded-[8px] border border-line bg-surface">
        {entries.map((entry) => (
          <li key={entry.id} className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5 px-[14px] py-[8px]">
            <AbsoluteTime at={entry.at} className="w-[110px] text-ink-3" />
            <b className="font-[570]">{entry.actor.name}</b>
            <span>{actionText(entry.action)}</span>
            <span className="min-w-0 flex-1 text-ink-2 [overflow-wrap:anywhere]">{detailText(entry.detail)}</span>
          </li>
        ))}
      </ol>
      {asked.hasNextPage ? (
        <div>
          <Button busy={asked.isFetchingNextPage} onClick={() => asked.fetchNextPage()}>
            Show older ones
          </Button>
        </div>
      ) : null}
    </div>
  );
}
