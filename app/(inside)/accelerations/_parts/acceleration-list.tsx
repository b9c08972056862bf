"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Countdown } from "#components/accelerations/countdown.tsx";
import { EndButtons } from "#components/accelerations/end-buttons.tsx";
import { SpecText } from "#components/accelerations/spec-text.tsx";
import { inWords, isUnderWay, standingOf } from "#components/accelerations/stages.ts";
import type { Acceleration } from "#components/api/accelerations.ts";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { List } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import type { MarkName } from "#components/marks/look.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { useAddress } from "#components/ui/address.ts";
import { FilterBar } from "#components/ui/filter-bar.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Empty, Page, Tag, Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

const STATES = [
  { value: "active", label: "Under way" },
  { value: "over", label: "Over" },
  { value: "drifted", label: "Drifted" },
] as const;
type Shown = (typeof STATES)[number]["value"];

const ASKED: Readonly<Record<Shown, Readonly<Record<string, string>>>> = {
  active: { active: "true" },
  over: { active: "false" },
  drifted: { state: "drifted" },
};

const FILTERS = [{ name: "state", label: "State", every: "Every state", options: STATES }] as const;
const PAGE = 50;

export function markOf(one: Acceleration): MarkName {
  switch (standingOf(one)) {
    case "applying":
    case "running":
    case "reverting":
      return "running";
    case "revert_failing":
    case "drifted":
      return "failed";
    case "kept":
      return "excused";
    case "ended":
      return one.outcome === "confirmed" ? "on_time" : one.outcome === "failed" ? "failed" : "excused";
  }
}

const LOOK = { over: "text-ink-2", running: "font-[550] text-accent", trouble: "font-[550] text-bad" } as const;
function lookOf(one: Acceleration): keyof typeof LOOK {
  if (!isUnderWay(one)) return "over";
  return markOf(one) === "failed" ? "trouble" : "running";
}

function Row({ one }: { readonly one: Acceleration }) {
  const { id, schedule, originalSpec, temporarySpec, standIn, requestedBy, requestedAt, reason, expiresAt } = one;
  const running = standingOf(one) === "running" || standingOf(one) === "applying";
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 px-[14px] py-3">
      <Glyph name={markOf(one)} className="mt-[3px]" />
      <div className="min-w-[240px] flex-1">
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <Link href={`/accelerations/${id}`} className="font-[570] hover:underline">
            {schedule}
          </Link>
          <span className="text-ink-2">
            <SpecText spec={originalSpec} />
            <span aria-hidden="true"> → </span>
            <span className="sr-only"> became </span>
            <SpecText spec={temporarySpec} />
          </span>
          {standIn ? <Tag>stand-in</Tag> : null}
        </p>
        <p className="text-ink-2 [overflow-wrap:anywhere]">
          {reason}
          <span className="text-ink-3">
            {" "}
            · {requestedBy}, <RelativeTime at={requestedAt} />
          </span>
        </p>
      </div>
      <div className="grid justify-items-end gap-0.5 text-right max-sm:w-full max-sm:justify-items-start max-sm:pl-[30px] max-sm:text-left">
        <span className={LOOK[lookOf(one)]}>{inWords(one)}</span>
        <span className="text-ink-3">
          {one.runsConfirmed} of {one.confirmedRunsWanted} confirmed, {one.runsSeen} seen
          {running ? (
            <>
              , ends in <Countdown to={expiresAt} />
            </>
          ) : null}
        </span>
      </div>
      {isUnderWay(one) ? (
        <div className="flex gap-2 max-sm:w-full max-sm:pl-[30px]">
          <EndButtons acceleration={one} />
        </div>
      ) : null}
    </li>
  );
}

function Nothing() {
  return (
    <Empty title="Nothing was ever accelerated">
      <p>
        After a fix nobody wants to wait until 02:00 tomorrow to know whether it works. An acceleration fires a schedule
        more often for a while. Its original spec is kept before anything is touched; the first good run, the time limit
        or a press on “Revert now” brings it back, and it is read back to be sure.
      </p>
      <p>
        It begins on the page of a schedule, or in an incident, with “Accelerate…”. One behind a protected route needs a
        green matrix first.
      </p>
      <div>
        <Link
          href="/schedules"
          className="inline-flex h-[30px] items-center rounded-m border border-line-strong bg-surface px-3 font-medium text-ink hover:bg-hover max-sm:h-11"
        >
          Choose a schedule
        </Link>
      </div>
    </Empty>
  );
}

/** Every acceleration there was, the newest first; those under way can be ended from here. */
export function AccelerationList({ initial }: { readonly initial: List<Acceleration> | null }) {
  const { query, go } = useAddress();
  const state = STATES.find(({ value }) => value === query.get("state"))?.value ?? null;
  const asked = useInfiniteQuery({
    queryKey: KEYS.accelerations("list", state),
    queryFn: ({ pageParam, signal }) =>
      api<List<Acceleration>>(
        `/accelerations${queryString({ ...(state === null ? {} : ASKED[state]), limit: PAGE, cursor: pageParam })}`,
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    ...(initial && state === null ? { initialData: { pages: [initial], pageParams: [null] } } : {}),
    refetchInterval: useRefetchInterval(),
  });
  const items = asked.data?.pages.flatMap((page) => page.items);
  return (
    <Page title="Accelerations">
      <div className="mt-4 grid gap-3">
        {items?.length === 0 && state === null ? null : <FilterBar filters={FILTERS} query={query} onChange={go} />}
        {asked.isError ? <Notice look="bad">{wordsOf(asked.error)}</Notice> : null}
        {asked.isPending ? <Waiting rows={4} /> : null}
        {items?.length === 0 && state === null ? <Nothing /> : null}
        {items?.length === 0 && state !== null ? <Empty title="None is in this state" /> : null}
        {items && items.length > 0 ? (
          <ul aria-label="Accelerations" className="divide-y divide-line rounded-[8px] border border-line bg-surface">
            {items.map((one) => (
              <Row key={one.id} one={one} />
            ))}
          </ul>
        ) : null}
        <OlderOnes list={asked} />
      </div>
    </Page>
  );
}
