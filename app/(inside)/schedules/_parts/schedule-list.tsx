"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useState } from "react";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { List, Schedule } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { rankOf, wordOf } from "#components/marks/look.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { cadenceInShort } from "#components/time/cadence.ts";
import { isOwn } from "#components/timeline/model.ts";
import { useAddress } from "#components/ui/address.ts";
import { Button } from "#components/ui/button.tsx";
import { Choice } from "#components/ui/choice.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Empty, Page, Tag, Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

interface AskedFor {
  readonly q: string;
  readonly tag: string;
  readonly archived: boolean;
}

function Row({ schedule }: { readonly schedule: Schedule }) {
  const { slug, name, status, cadence, nextExpectedAt, lastRun, tags, environment, draft } = schedule;
  return (
    <li className="relative grid grid-cols-[16px_minmax(0,1.2fr)_minmax(0,1fr)_110px_110px] items-center gap-3 px-[14px] py-[9px] hover:bg-hover max-sm:grid-cols-[16px_minmax(0,1fr)_76px]">
      <Glyph name={status} alone />
      <div className="flex min-w-0 items-center gap-2">
        <Link href={`/schedules/${slug}`} prefetch={false} className="truncate font-[550] after:absolute after:inset-0">
          {name}
        </Link>
        {draft ? <Tag className="bg-late-soft text-late">to be completed</Tag> : null}
        {environment === "production" ? null : <Tag>{environment}</Tag>}
        {tags.slice(0, 3).map((tag) => (
          <Tag key={tag}>{tag}</Tag>
        ))}
      </div>
      <span className="truncate text-ink-2 max-sm:hidden">{cadenceInShort(cadence)}</span>
      <span className="relative whitespace-nowrap text-ink-2 max-sm:hidden">
        {lastRun ? <RelativeTime at={lastRun.startedAt} /> : <span className="text-ink-3">never ran</span>}
      </span>
      <span className="relative text-right whitespace-nowrap text-ink-2">
        {status === "paused" || status === "archived" ? (
          wordOf(status).toLowerCase()
        ) : nextExpectedAt ? (
          <RelativeTime at={nextExpectedAt} />
        ) : null}
      </span>
    </li>
  );
}

function Search({ q, onSearch }: { readonly q: string; readonly onSearch: (q: string) => void }) {
  const [typed, setTyped] = useState(q);
  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => onSearch(typed), 250);
    return () => clearTimeout(timer);
  }, [typed, q, onSearch]);
  return (
    <label className="relative block max-sm:w-full">
      <span className="sr-only">Search by name</span>
      <Icon name="search" className="absolute top-[7px] left-[9px] text-ink-3" />
      <input
        type="search"
        value={typed}
        placeholder="Search by name"
        onChange={(event) => setTyped(event.target.value)}
        className="h-[30px] w-[240px] rounded-m border border-line bg-surface pr-2 pl-[31px] placeholder:text-ink-3 max-sm:w-full max-sm:text-[16px]"
      />
    </label>
  );
}

export function ScheduleList({
  initial,
  asked,
}: {
  readonly initial: List<Schedule> | null;
  readonly asked: AskedFor;
}) {
  const { mayAdminister } = useMe();
  const { query, go } = useAddress();
  const q = query.get("q") ?? "";
  const tag = query.get("tag") ?? "";
  const archived = query.get("status") === "archived";
  const isFirst = q === asked.q && tag === asked.tag && archived === asked.archived;
  const list = useInfiniteQuery({
    queryKey: KEYS.schedules(q, tag, archived ? "archived" : ""),
    queryFn: ({ signal, pageParam }) => {
      const filters = { q, tag, status: archived ? "archived" : null, limit: 200, cursor: pageParam };
      return api<List<Schedule>>(`/schedules${queryString(filters)}`, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    refetchInterval: useRefetchInterval(),
    ...(initial && isFirst ? { initialData: { pages: [initial], pageParams: [null] } } : {}),
  });
  const schedules = (list.data?.pages.flatMap(({ items }) => items) ?? []).toSorted(
    (a, b) => rankOf(a.status) - rankOf(b.status) || a.name.localeCompare(b.name),
  );
  const tags = [...new Set([...schedules.flatMap((one) => one.tags), ...(tag === "" ? [] : [tag])])].sort();
  const filtered = q !== "" || tag !== "" || archived;
  const [search] = useState(() => (typed: string) => go({ q: typed === "" ? null : typed }, { step: false }));
  return (
    <Page
      title="Schedules"
      actions={
        mayAdminister ? (
          <>
            <Link href="/import" className="px-1 text-ink-2 hover:text-ink hover:underline">
              Import
            </Link>
            <Link
              href="/new"
              className="inline-flex h-[30px] items-center gap-1.5 rounded-m border border-accent bg-accent px-3 font-medium text-on-accent hover:brightness-110"
            >
              <Icon name="plus" /> New schedule
            </Link>
          </>
        ) : undefined
      }
    >
      <div className="mt-4 flex flex-wrap items-center gap-[10px]">
        <Search q={q} onSearch={search} />
        {tags.length === 0 ? null : (
          <label>
            <span className="sr-only">Tag</span>
            <select
              value={tag}
              onChange={(event) => go({ tag: event.target.value || null })}
              className="h-[30px] rounded-m border border-line bg-surface px-2"
            >
              <option value="">Every tag</option>
              {tags.map((one) => (
                <option key={one} value={one}>
                  {one}
                </option>
              ))}
            </select>
          </label>
        )}
        <Choice
          label="Which"
          chosen={archived ? "archived" : "watched"}
          options={[
            { value: "watched", label: "Watched" },
            { value: "archived", label: "Archived" },
          ]}
          onChoose={(value) => go({ status: value === "archived" ? "archived" : null })}
        />
        <Link href="/discarded" className="ml-auto text-ink-2 hover:text-ink hover:underline">
          Discarded check-ins
        </Link>
      </div>
      <div className="mt-4 grid gap-3">
        {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
        {list.isPending ? <Waiting /> : null}
        {list.data && schedules.length === 0 ? (
          filtered ? (
            <Notice>{archived && q === "" && tag === "" ? "Nothing is archived." : "No schedule fits this."}</Notice>
          ) : (
            <Empty title="Nothing is watched yet">
              <p>
                {mayAdminister ? "Make a schedule" : "Ask an admin to make a schedule"}: say when a run ought to come,
                and take the line for its crontab from the schedule's page.
              </p>
            </Empty>
          )
        ) : null}
        {!filtered && schedules.length > 0 && schedules.every(isOwn) ? (
          <Notice>
            These are Rollcall's own jobs. {mayAdminister ? "Make a schedule for yours" : "Ask an admin to make yours"}:
            say when a run ought to come, and take the line for its crontab from the schedule's page.
          </Notice>
        ) : null}
        {schedules.length === 0 ? null : (
          <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
            <li
              aria-hidden="true"
              className="grid grid-cols-[16px_minmax(0,1.2fr)_minmax(0,1fr)_110px_110px] gap-3 px-[14px] py-1.5 text-s text-ink-3 max-sm:hidden"
            >
              <span />
              <span>Schedule</span>
              <span>Expected</span>
              <span>Last run</span>
              <span className="text-right">Next</span>
            </li>
            {schedules.map((schedule) => (
              <Row key={schedule.slug} schedule={schedule} />
            ))}
          </ul>
        )}
        {list.hasNextPage ? (
          <div>
            <Button busy={list.isFetchingNextPage} onClick={() => list.fetchNextPage()}>
              Show more
            </Button>
          </div>
        ) : null}
      </div>
    </Page>
  );
}
