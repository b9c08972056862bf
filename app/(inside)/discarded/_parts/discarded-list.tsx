"use client";

import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Discarded, List, Schedule } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { useAddress } from "#components/ui/address.ts";
import { Button } from "#components/ui/button.tsx";
import { Crumbs } from "#components/ui/crumbs.tsx";
import { FilterBar } from "#components/ui/filter-bar.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Empty, Page, Tag, Waiting } from "#components/ui/page.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { nearest } from "./nearest.ts";
import { REASON_WORDS, reasonInWords } from "./reasons.ts";
import { RepairDialog } from "./repair-dialog.tsx";
import { useRepair } from "./use-repair.ts";

const REASONS = Object.entries(REASON_WORDS).map(([value, label]) => ({ value, label }));

interface Offered {
  /** The schedule that was most likely meant. */
  readonly near: string | null;
  readonly onMean: (slug: string) => void;
  readonly onRepair: () => void;
}

function One({ one, offered }: { readonly one: Discarded; readonly offered: Offered | null }) {
  const repaired = one.repairedTo !== null;
  return (
    <li className="grid grid-cols-[16px_minmax(0,1fr)] gap-x-3 gap-y-1 px-[14px] py-[10px]">
      <Glyph name={repaired ? "on_time" : "missing"} className="mt-[3px]" />
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <b className="font-[570]">{reasonInWords(one.reason)}</b>
        <code className="font-mono text-s [overflow-wrap:anywhere]">{one.path}</code>
        <span className="text-ink-2">
          from <code className="font-mono text-s">{one.sender}</code>
        </span>
        <Tag>{one.count === 1 ? "once" : `${one.count} times`}</Tag>
        <span className="ml-auto text-ink-3 max-sm:ml-0">
          last <RelativeTime at={one.lastAt} />
        </span>
      </div>
      <div className="col-start-2 flex flex-wrap items-center gap-2">
        <p className="min-w-0 flex-1 text-ink-2 max-sm:basis-full">
          {one.remedy}
          {repaired ? (
            <>
              {" "}
              <Link href={`/schedules/${one.repairedTo}`} className="text-accent hover:underline">
                Look at it
              </Link>
            </>
          ) : null}
        </p>
        {offered === null ? null : (
          <>
            {offered.near === null ? null : (
              <Button onClick={() => offered.near && offered.onMean(offered.near)}>It means {offered.near}</Button>
            )}
            <Button look={offered.near === null ? "plain" : "quiet"} onClick={offered.onRepair}>
              Repair…
            </Button>
          </>
        )}
      </div>
    </li>
  );
}

/** Jobs that report into the void: nothing that was sent vanishes. */
export function DiscardedList({
  initial,
  initialReason,
}: {
  readonly initial: List<Discarded> | null;
  /** For which reason the server read `initial`. */
  readonly initialReason: string | null;
}) {
  const { mayAdminister } = useMe();
  const { query, go } = useAddress();
  const reason = REASONS.find(({ value }) => value === query.get("reason"))?.value ?? null;
  const [repairing, setRepairing] = useState<Discarded | null>(null);
  const repair = useRepair();
  const asked = useInfiniteQuery({
    queryKey: [...KEYS.discarded(), "list", reason],
    queryFn: ({ signal, pageParam }) =>
      api<List<Discarded>>(`/discarded${queryString({ reason, limit: 100, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: useRefetchInterval(),
    ...(initial && reason === initialReason ? { initialData: { pages: [initial], pageParams: [null] } } : {}),
  });
  const schedules =
    useQuery({
      queryKey: KEYS.schedules("to choose from"),
      queryFn: ({ signal }) => api<List<Schedule>>("/schedules?limit=1000", { signal }),
      staleTime: 60_000,
      enabled: mayAdminister,
    }).data?.items ?? [];
  const slugs = schedules.map(({ slug }) => slug);
  const items = asked.data?.pages.flatMap((page) => page.items) ?? [];
  const nearOf = ({ slug }: Discarded) => (slug === null ? null : nearest(slug, slugs));
  const offeredFor = (one: Discarded): Offered | null =>
    mayAdminister && one.reason === "unknown_slug" && one.slug !== null && one.repairedTo === null
      ? {
          near: nearOf(one),
          onMean: (slug) =>
            repair.mutate({ one, as: "alias", slug }, { onError: (thrown) => toast.error(wordsOf(thrown)) }),
          onRepair: () => setRepairing(one),
        }
      : null;
  return (
    <Page
      crumb={<Crumbs above={[{ name: "Schedules", href: "/schedules" }]} here="discarded" />}
      title="Discarded check-ins"
    >
      <p className="mt-1.5 max-w-[720px] text-ink-2">
        Check-ins that could not be placed. A job that reports into the void looks like one that does not run; here it
        is seen.
      </p>
      <div className="mt-3">
        <FilterBar
          filters={[{ name: "reason", label: "Reason", every: "Every reason", options: REASONS }]}
          query={query}
          onChange={go}
        />
      </div>
      <div className="mt-4 grid gap-3">
        {asked.isError ? <Notice look="bad">{wordsOf(asked.error)}</Notice> : null}
        {asked.isPending ? <Waiting rows={3} /> : null}
        {asked.data && items.length === 0 ? (
          reason === null ? (
            <Empty title="Every check-in found its schedule">
              <p>One with a wrong id, key or name would stand here, with who sent it and what mends it.</p>
            </Empty>
          ) : (
            <Empty title="No check-in was discarded for this reason" />
          )
        ) : null}
        {items.length === 0 ? null : (
          <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
            {items.map((one) => (
              <One key={one.id} one={one} offered={offeredFor(one)} />
            ))}
          </ul>
        )}
        <OlderOnes list={asked} />
      </div>
      {repairing ? (
        <RepairDialog
          one={repairing}
          near={nearOf(repairing)}
          schedules={schedules}
          onClose={() => setRepairing(null)}
        />
      ) : null}
    </Page>
  );
}
