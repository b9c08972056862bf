"use client";

import * as Tabs from "@radix-ui/react-tabs";
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Schedule } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { wordOf } from "#components/marks/look.ts";
import { AbsoluteTime, RelativeTime } from "#components/marks/relative-time.tsx";
import { useAddress } from "#components/ui/address.ts";
import { Crumbs } from "#components/ui/crumbs.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Tag } from "#components/ui/page.tsx";
import { Tab } from "#components/ui/tab.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { AccelerationCard } from "./acceleration-card.tsx";
import { Actions } from "./actions.tsx";
import { CheckInLines } from "./check-in-lines.tsx";
import { CheckIns } from "./check-ins.tsx";
import { DiscardedOfIt } from "./discarded-of-it.tsx";
import { Facts } from "./facts.tsx";
import { IncidentBanner } from "./incident-banner.tsx";
import { Runs } from "./runs.tsx";
import { Statistics } from "./statistics.tsx";
import { Versions } from "./versions.tsx";
import { Windows } from "./windows.tsx";

const TABS = [
  ["windows", "Windows"],
  ["statistics", "90 days"],
  ["runs", "Runs"],
  ["check-ins", "Check-ins"],
  ["check-in", "How it checks in"],
  ["versions", "Versions"],
  ["discarded", "Discarded check-ins"],
] as const;

function Status({ schedule }: { readonly schedule: Schedule }) {
  const { status, paused, archivedAt, nextExpectedAt, draft, cadence } = schedule;
  return (
    <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1.5 text-ink-2" aria-live="polite">
      <span className="inline-flex items-center gap-2 text-ink">
        <Glyph name={status} />
        {wordOf(status)}
        {paused?.until ? (
          <>
            {" until "}
            <AbsoluteTime at={paused.until} />
          </>
        ) : null}
      </span>
      <span>{cadence}</span>
      {paused?.by ? <span>by {paused.by}</span> : null}
      {paused?.resumeOnCheckIn ? <span>goes on with its next check-in</span> : null}
      {archivedAt ? (
        <span>
          since <AbsoluteTime at={archivedAt} />: nothing is expected, and check-ins are discarded
        </span>
      ) : null}
      {nextExpectedAt && !paused ? (
        <span>
          next expected <RelativeTime at={nextExpectedAt} />
        </span>
      ) : null}
      {draft ? <Tag className="bg-late-soft text-late">made by a check-in: say when it ought to run</Tag> : null}
    </div>
  );
}

export function ScheduleScreen({ initial, lookBack }: { readonly initial: Schedule; readonly lookBack: number }) {
  const { slug } = initial;
  const { query, go } = useAddress();
  const asked = useQuery({
    queryKey: KEYS.schedule(slug),
    queryFn: ({ signal }) => api<Schedule>(`/schedules/${slug}`, { signal }),
    initialData: initial,
    refetchInterval: useRefetchInterval(),
  });
  const schedule = asked.data;
  // A schedule that nobody has heard of yet begins with the line that its job needs.
  // It stays there when one comes: nothing moves under whoever is reading.
  const [first] = useState(initial.lastRun === null && initial.archivedAt === null ? "check-in" : "windows");
  const tab = TABS.find(([name]) => name === query.get("tab"))?.[0] ?? first;
  return (
    <Page
      crumb={<Crumbs above={[{ name: "Schedules", href: "/schedules" }]} here={slug} />}
      title={schedule.name}
      beside={schedule.tags.map((tag) => (
        <Link key={tag} href={`/schedules?tag=${encodeURIComponent(tag)}`}>
          <Tag>{tag}</Tag>
        </Link>
      ))}
      actions={<Actions schedule={schedule} />}
    >
      <Status schedule={schedule} />
      <IncidentBanner schedule={schedule} />
      <AccelerationCard schedule={schedule} />
      {schedule.description === null ? null : (
        <p className="mt-2 max-w-[720px] text-ink-2 [overflow-wrap:anywhere] whitespace-pre-wrap">
          {schedule.description}
        </p>
      )}
      {asked.isError ? (
        <div className="mt-3">
          <Notice look="bad">{wordsOf(asked.error)}</Notice>
        </div>
      ) : null}
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)_280px] gap-5 max-[900px]:grid-cols-1">
        <Tabs.Root
          className="min-w-0"
          value={tab}
          onValueChange={(value) => go({ tab: value === first ? null : value })}
        >
          <Tabs.List className="flex gap-4 overflow-x-auto border-b border-line" aria-label="About this schedule">
            {TABS.map(([name, words]) => (
              <Tab key={name} value={name} className="py-2">
                {words}
              </Tab>
            ))}
          </Tabs.List>
          <Tabs.Content value={tab} className="pt-4 outline-none">
            {tab === "windows" ? <Windows schedule={schedule} lookBack={lookBack} /> : null}
            {tab === "statistics" ? <Statistics schedule={schedule} /> : null}
            {tab === "check-ins" ? <CheckIns slug={slug} /> : null}
            {tab === "runs" ? <Runs slug={slug} /> : null}
            {tab === "check-in" ? <CheckInLines schedule={schedule} /> : null}
            {tab === "versions" ? <Versions slug={slug} /> : null}
            {tab === "discarded" ? <DiscardedOfIt slug={slug} /> : null}
          </Tabs.Content>
        </Tabs.Root>
        <Facts schedule={schedule} />
      </div>
    </Page>
  );
}
