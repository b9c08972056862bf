"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Countdown } from "#components/accelerations/countdown.tsx";
import { EndButtons } from "#components/accelerations/end-buttons.tsx";
import { SpecText } from "#components/accelerations/spec-text.tsx";
import { isUnderWay, specInShort, standingOf } from "#components/accelerations/stages.ts";
import { StagesPanel } from "#components/accelerations/stages-panel.tsx";
import { Steps } from "#components/accelerations/steps.tsx";
import { Trouble } from "#components/accelerations/trouble.tsx";
import type { Acceleration } from "#components/api/accelerations.ts";
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Crumbs } from "#components/ui/crumbs.tsx";
import { type FactRow, FactsCard } from "#components/ui/facts.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Section, Tag } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

function madeBy({ standIn, driver }: Acceleration): string {
  if (standIn) return "a stand-in: Rollcall calls the route itself";
  return driver === "rollcall" ? "Rollcall, which fires it" : driver;
}

function Facts({ one }: { readonly one: Acceleration }) {
  const rows: readonly FactRow[] = [
    [
      "Schedule",
      <Link key="s" href={`/schedules/${one.schedule}`} className="text-accent hover:underline">
        {one.schedule}
      </Link>,
    ],
    ["Original", <SpecText key="o" spec={one.originalSpec} />],
    ["Temporary", <SpecText key="t" spec={one.temporarySpec} />],
    ["Made faster by", madeBy(one)],
    ["Limit", <AbsoluteTime key="l" at={one.expiresAt} />],
    ["Good runs", `${one.runsConfirmed} of ${one.confirmedRunsWanted} wanted`],
    ["Runs seen", one.maxRuns === null ? String(one.runsSeen) : `${one.runsSeen} of ${one.maxRuns} at most`],
    ["Zone", one.timezone],
    ["By", one.requestedBy],
    ["What for", one.reason],
    ...(one.overrideReason === null ? [] : [["Without a green matrix", one.overrideReason] as const]),
  ];
  return <FactsCard rows={rows} nameWidth={104} />;
}

/** One acceleration, live: how far it has come, what was done, and what is left to a person. */
export function AccelerationScreen({ initial }: { readonly initial: Acceleration }) {
  const asked = useQuery({
    queryKey: KEYS.acceleration(initial.id),
    queryFn: ({ signal }) => api<Acceleration>(`/accelerations/${initial.id}`, { signal }),
    initialData: initial,
    refetchInterval: useRefetchInterval(),
  });
  const one = asked.data;
  const standing = standingOf(one);
  const running = standing === "running" || standing === "applying";
  return (
    <Page
      crumb={<Crumbs above={[{ name: "Accelerations", href: "/accelerations" }]} here={one.schedule} />}
      title={
        <>
          {one.schedule}: {specInShort(one.originalSpec)} → {specInShort(one.temporarySpec)}
        </>
      }
      beside={
        running ? (
          <Tag className="bg-accent-soft text-accent">
            ends in <Countdown to={one.expiresAt} /> at the latest
          </Tag>
        ) : undefined
      }
      actions={isUnderWay(one) ? <EndButtons acceleration={one} primary /> : undefined}
    >
      {asked.isError ? (
        <div className="mt-3">
          <Notice look="bad">{wordsOf(asked.error)}</Notice>
        </div>
      ) : null}
      <div className="mt-3 empty:hidden">
        <Trouble acceleration={one} />
      </div>
      <div className="mt-4">
        <StagesPanel acceleration={one} />
      </div>
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)_320px] gap-5 max-[900px]:grid-cols-1">
        <Section title="Steps" className="min-w-0">
          <Steps steps={one.steps} />
        </Section>
        <Facts one={one} />
      </div>
    </Page>
  );
}
