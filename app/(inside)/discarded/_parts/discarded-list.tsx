"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Discarded, List } from "#components/api/shapes.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Empty, Page, Tag, Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { RepairDialog } from "./repair-dialog.tsx";

const WORDS: Readonly<Record<string, string>> = {
  unknown_id: "No schedule has this id",
  unknown_key: "Not our ping key",
  unknown_slug: "No schedule has this name",
  archived: "Its schedule is archived",
  wrong_environment: "Another environment",
  malformed: "Not the address of a check-in",
  rate_limited: "Too many at once",
  not_storable: "The database refused it",
};

function One({ one, onRepair }: { readonly one: Discarded; readonly onRepair: (() => void) | null }) {
  return (
    <li className="grid gap-1 px-[14px] py-[10px]">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <b className="font-[570]">{WORDS[one.reason] ?? one.reason.replaceAll("_", " ")}</b>
        <code className="font-mono text-s [overflow-wrap:anywhere]">{one.path}</code>
        <span className="text-ink-2">
          from <code className="font-mono text-s">{one.sender}</code>
        </span>
        <Tag>{one.count === 1 ? "once" : `${one.count} times`}</Tag>
        <span className="ml-auto text-ink-3">
          last <RelativeTime at={one.lastAt} />
        </span>
      </div>
      <div className="flex flex-wrap items-start gap-3">
        <p className="min-w-0 flex-1 text-ink-2">{one.remedy}</p>
        {onRepair === null ? null : <Button onClick={onRepair}>Repair…</Button>}
      </div>
    </li>
  );
}

/** Jobs that report into the void: nothing that was sent vanishes. */
export function DiscardedList({ initial }: { readonly initial: List<Discarded> | null }) {
  const { mayAdminister } = useMe();
  const [repairing, setRepairing] = useState<Discarded | null>(null);
  const asked = useInfiniteQuery({
    queryKey: KEYS.discarded(),
    queryFn: ({ signal, pageParam }) =>
      api<List<Discarded>>(`/discarded${queryString({ limit: 100, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: useRefetchInterval(),
    ...(initial ? { initialData: { pages: [initial], pageParams: [null] } } : {}),
  });
  const items = asked.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Page
      crumb={
        <>
          <Link href="/schedules" className="hover:underline">
            Schedules
          </Link>{" "}
          / discarded
        </>
      }
      title="Discarded check-ins"
    >
      <p className="mt-1.5 max-w-[720px] text-ink-2">
        Check-ins that could not be placed. A job that reports into the void looks like one that does not run; here it
        is seen.
      </p>
      <div className="mt-4 grid gap-3">
        {asked.isError ? <Notice look="bad">{wordsOf(asked.error)}</Notice> : null}
        {asked.isPending ? <Waiting rows={3} /> : null}
        {asked.data && items.length === 0 ? (
          <Empty title="Every check-in found its schedule">
            <p>One with a wrong id, key or name would stand here, with who sent it and what mends it.</p>
          </Empty>
        ) : null}
        {items.length === 0 ? null : (
          <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
            {items.map((one) => (
              <One
                key={one.id}
                one={one}
                onRepair={
                  mayAdminister && one.reason === "unknown_slug" && one.slug !== null ? () => setRepairing(one) : null
                }
              />
            ))}
          </ul>
        )}
        {asked.hasNextPage ? (
          <div>
            <Button busy={asked.isFetchingNextPage} onClick={() => asked.fetchNextPage()}>
              Show older ones
            </Button>
          </div>
        ) : null}
      </div>
      {repairing ? <RepairDialog one={repairing} onClose={() => setRepairing(null)} /> : null}
    </Page>
  );
}
