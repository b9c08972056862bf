"use client";

import Link from "next/link";
import { useRef, useState } from "react";
import { wordsOf } from "#components/api/client.ts";
import type { List, Schedule } from "#components/api/shapes.ts";
import { between, ordered, sortOf } from "#components/schedules/listed.ts";
import { isOwn } from "#components/timeline/model.ts";
import { useAddress } from "#components/ui/address.ts";
import { CopyLine } from "#components/ui/copy.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Empty, Kbd, Page, Waiting } from "#components/ui/page.tsx";
import { useKeys } from "#components/ui/use-keys.ts";
import { BulkBar } from "./bulk-bar.tsx";
import { ListFilters } from "./list-filters.tsx";
import { type Filters, filtersOf, useSchedules } from "./list-query.ts";
import { ListTable } from "./list-table.tsx";
import { type Bulk, useBulk } from "./use-bulk.ts";

/** What a first schedule takes, from a terminal. */
const firstByApi = (origin: string): string =>
  [
    `curl -X PUT ${origin}/api/v1/schedules/nightly-backup \\`,
    `  -H "Authorization: Bearer $ROLLCALL_API_KEY" -H "Content-Type: application/json" \\`,
    `  -d '{"name":"Nightly backup","spec":{"kind":"cron","expression":"0 2 * * *"},"timezone":"UTC","graceSeconds":600}'`,
  ].join("\n");

function NothingYet({ origin, quiet }: { readonly origin: string; readonly quiet: boolean }) {
  const { mayAdminister } = useMe();
  return (
    <Empty title={quiet ? "Rollcall watches only itself so far" : "Nothing is watched yet"}>
      <p>
        {mayAdminister ? "Make a schedule" : "Ask an admin to make a schedule"}: say when a run ought to come. Its page
        then has the line for its crontab, script or workflow.
      </p>
      {mayAdminister ? (
        <CopyLine label="Or from a terminal, with an API key of scope write" text={firstByApi(origin)} />
      ) : null}
    </Empty>
  );
}

function keysOf(known: ReadonlySet<string>, more: readonly (string | null)[]): string[] {
  return [...new Set([...known, ...more.flatMap((one) => (one === null || one === "" ? [] : [one]))])].sort();
}

/** What may be chosen from: all that was ever listed here, so that narrowing takes no option away. */
function useKnown(schedules: readonly Schedule[], filters: Filters) {
  const known = useRef({ tags: new Set<string>(), environments: new Set<string>(), owners: new Set<string>() });
  const { tags, environments, owners } = known.current;
  for (const one of schedules) {
    for (const tag of one.tags) tags.add(tag);
    environments.add(one.environment);
    if (one.owner !== null) owners.add(one.owner);
  }
  return {
    tags: keysOf(tags, [filters.tag]),
    environments: keysOf(environments, [filters.environment]),
    owners: keysOf(owners, [filters.owner]),
  };
}

export function ScheduleList({
  initial,
  asked,
  origin,
}: {
  readonly initial: List<Schedule> | null;
  readonly asked: Filters;
  readonly origin: string;
}) {
  const { mayAdminister, mayOperate } = useMe();
  const { query, go } = useAddress();
  const filters = filtersOf(query);
  const sort = sortOf(query.get("sort"));
  const list = useSchedules(filters, { filters: asked, list: initial });
  const schedules = ordered(list.data?.pages.flatMap(({ items }) => items) ?? [], sort);
  const known = useKnown(schedules, filters);
  const filtered = Object.values(filters).some((value) => value !== "");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [last, setLast] = useState<string | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const bulk = useBulk();
  const bySlug = new Map(schedules.map((one) => [one.slug, one]));
  const chosenNow = [...chosen].flatMap((slug) => bySlug.get(slug) ?? []);
  const archived = filters.status === "archived";
  const choosable = mayOperate && !archived;

  const toggle = (slug: string, range: boolean) => {
    const slugs = schedules.filter((one) => !isOwn(one)).map((one) => one.slug);
    if (!slugs.includes(slug)) return;
    const next = new Set(chosen);
    if (range && last !== null) for (const one of between(slugs, last, slug)) next.add(one);
    else if (!next.delete(slug)) next.add(slug);
    setChosen(next);
    setLast(slug);
  };
  const toggleAll = () => {
    const others = schedules.filter((one) => !isOwn(one)).map(({ slug }) => slug);
    setChosen(others.every((slug) => chosen.has(slug)) ? new Set() : new Set(others));
  };
  const run = async (what: Bulk) => {
    await bulk.run(chosenNow, what);
    setChosen(new Set());
  };

  /** The row that has the focus. */
  const here = (): string | null =>
    document.activeElement?.closest<HTMLElement>("tr[data-slug]")?.dataset["slug"] ?? null;
  const move = (by: number) => {
    const rows = [...(body.current?.querySelectorAll<HTMLElement>("tr[data-slug]") ?? [])];
    const at = rows.findIndex((row) => row.dataset["slug"] === here());
    const row = at < 0 ? rows[0] : rows[Math.min(Math.max(at + by, 0), rows.length - 1)];
    row?.querySelector("a")?.focus();
    row?.scrollIntoView({ block: "nearest" });
  };
  const choose = (range: boolean) => {
    const slug = here();
    if (slug !== null) toggle(slug, range);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    x: choosable ? () => choose(false) : undefined,
    "shift+x": choosable ? () => choose(true) : undefined,
    "/": () => search.current?.focus(),
    Escape: chosen.size > 0 ? () => setChosen(new Set()) : undefined,
  });

  return (
    <Page
      title="Schedules"
      beside={
        list.data ? (
          <span className="text-ink-3">
            {schedules.length}
            {list.hasNextPage ? " and more on their way" : ""}
          </span>
        ) : undefined
      }
      actions={
        mayAdminister ? (
          <>
            <Link href="/import" className="px-1 text-ink-2 hover:text-ink hover:underline">
              Import
            </Link>
            <Link
              href="/new"
              className="inline-flex h-[30px] items-center gap-1.5 rounded-m border border-accent bg-accent px-3 font-medium text-on-accent hover:brightness-110 max-sm:h-11"
            >
              <Icon name="plus" /> New schedule
            </Link>
          </>
        ) : undefined
      }
    >
      <ListFilters filters={filters} known={known} search={search} onChange={go} />
      <div className="mt-4 grid gap-3">
        {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
        {list.isPending ? <Waiting /> : null}
        {list.data && schedules.length === 0 && filtered ? (
          <Notice>{archived ? "No archived schedule fits this." : "No schedule fits this."}</Notice>
        ) : null}
        {list.data && !filtered && schedules.every(isOwn) ? (
          <NothingYet origin={origin} quiet={schedules.length > 0} />
        ) : null}
        {schedules.length === 0 ? null : (
          <ListTable
            schedules={schedules}
            sort={sort}
            onSort={(by) => go({ sort: by === "wrong" ? null : by })}
            chosen={chosen}
            onToggle={choosable ? toggle : null}
            onToggleAll={toggleAll}
            body={body}
          />
        )}
        {chosenNow.length > 0 || bulk.progress ? (
          <BulkBar chosen={chosenNow} progress={bulk.progress} onRun={run} onClear={() => setChosen(new Set())} />
        ) : null}
      </div>
      {schedules.length === 0 ? null : (
        <p className="flex flex-wrap gap-x-4 gap-y-1 px-0.5 py-[14px] text-ink-3 max-sm:hidden">
          <span>
            <Kbd>J</Kbd> <Kbd>K</Kbd> move
          </span>
          {choosable ? (
            <span>
              <Kbd>X</Kbd> choose, with <Kbd>Shift</Kbd> all between
            </span>
          ) : null}
          <span>
            <Kbd>/</Kbd> search
          </span>
        </p>
      )}
    </Page>
  );
}
