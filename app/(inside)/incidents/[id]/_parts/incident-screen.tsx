"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { WideLadder } from "#components/marks/ladder.tsx";
import { AbsoluteTime, LengthSince, RelativeTime } from "#components/marks/relative-time.tsx";
import { Ticked } from "#components/marks/ticked.tsx";
import { Button } from "#components/ui/button.tsx";
import { Crumbs } from "#components/ui/crumbs.tsx";
import { KeySheet, type KeyTold } from "#components/ui/key-sheet.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Card, Page, Section, Tag } from "#components/ui/page.tsx";
import { useKeys } from "#components/ui/use-keys.ts";
import { KEYS } from "#lib/views/keys.ts";
import { ActDialog, type Asking, type PersonToAssign } from "../../_parts/act-dialog.tsx";
import { Actions, PhoneActions } from "./actions.tsx";
import { History, OutageCrumb, Subject } from "./beside.tsx";
import { ChangedBefore } from "./changed-before.tsx";
import { Events } from "./events.tsx";
import { Evidence } from "./evidence.tsx";
import { FailingRevert } from "./failing-revert.tsx";
import { MakeGoodDialog } from "./make-good-dialog.tsx";
import { MakingGood } from "./making-good.tsx";
import { Neighbours, useAround } from "./neighbours.tsx";
import { WayOut } from "./way-out.tsx";
import { WindowStrip } from "./window-strip.tsx";

const KEYS_TOLD: readonly KeyTold[] = [
  { keys: ["J", "K"], does: "the next or the previous open incident" },
  { keys: ["U"], does: "back to the list" },
];
const ACTS_TOLD: readonly KeyTold[] = [
  { keys: ["A"], does: "acknowledge" },
  { keys: ["S"], does: "snooze" },
  { keys: ["I"], does: "assign" },
  { keys: ["N"], does: "add a note" },
  { keys: ["R"], does: "resolve" },
  { keys: ["Ctrl", "Z"], does: "take back what was just done" },
];

function StateTags({ incident }: { readonly incident: IncidentInFull }) {
  const { state, snoozedUntil, expectedFixAt, assignee } = incident;
  return (
    <div className="flex flex-wrap items-center gap-2" aria-live="polite">
      {state === "open" ? <Tag className="bg-bad-soft text-bad">Open: nobody has it yet</Tag> : null}
      {state === "acknowledged" ? (
        <Tag className="bg-late-soft text-late">
          {snoozedUntil === null ? "Acknowledged" : "Snoozed"} by {incident.acknowledgedBy ?? "somebody"}
        </Tag>
      ) : null}
      {state === "resolved" ? (
        <Tag className="bg-ok-soft text-ok">Resolved{incident.resolvedBy ? ` by ${incident.resolvedBy}` : ""}</Tag>
      ) : null}
      {snoozedUntil === null || state === "resolved" ? null : (
        <Tag>
          until <AbsoluteTime at={snoozedUntil} />
        </Tag>
      )}
      {expectedFixAt === null || state === "resolved" ? null : (
        <Tag>
          fix expected <RelativeTime at={expectedFixAt} />
        </Tag>
      )}
      {assignee === null ? null : <Tag>assigned to {assignee.name}</Tag>}
      <Tag>
        {state === "resolved" ? "wrong for " : "open for "}
        <LengthSince from={incident.since} to={incident.resolvedAt} />
      </Tag>
      {incident.route === undefined ? null : (
        <Link href={`/boundary/${encodeURIComponent(incident.route)}`} className="inline-flex">
          <Tag>{incident.route}</Tag>
        </Link>
      )}
    </div>
  );
}

export function IncidentScreen({
  initial,
  people,
}: {
  readonly initial: IncidentInFull;
  readonly people: readonly PersonToAssign[];
}) {
  const { mayRespond, mayOperate } = useMe();
  const router = useRouter();
  const asked = useQuery({
    queryKey: KEYS.incident(initial.id),
    queryFn: ({ signal }) => api<IncidentInFull>(`/incidents/${initial.id}`, { signal }),
    initialData: initial,
    refetchInterval: useRefetchInterval(),
  });
  const incident = asked.data;
  const around = useAround(incident.id);
  const [asking, setAsking] = useState<Asking | "make-good" | null>(null);
  const [keysShown, setKeysShown] = useState(false);
  const goTo = (one: { readonly id: string } | null) => (one ? () => router.push(`/incidents/${one.id}`) : undefined);
  const ask = (what: Asking) => (mayRespond && incident.state !== "resolved" ? () => setAsking(what) : undefined);
  useKeys({
    a: incident.state === "open" ? ask("acknowledge") : undefined,
    s: ask("snooze"),
    i: ask("assign"),
    r: ask("resolve"),
    n: mayRespond ? () => setAsking("note") : undefined,
    j: goTo(around.next),
    k: goTo(around.previous),
    u: () => router.push("/incidents"),
    "?": () => setKeysShown(true),
  });
  const isBad = ({ verdict }: { readonly verdict: string }): boolean => /^(missing|failed|overrun)$/.test(verdict);
  const owes =
    mayOperate && incident.schedule !== undefined && incident.resolution !== "archived" && incident.windows.some(isBad);
  const newest = incident.windows.findLast(({ verdict }) => verdict !== "excused") ?? incident.windows.at(-1);
  return (
    <Page
      crumb={
        <div className="flex items-center gap-3">
          <span className="min-w-0 [overflow-wrap:anywhere]">
            <Crumbs above={[{ name: "Incidents", href: "/incidents" }]} here={incident.number} />
            <OutageCrumb incident={incident} />
          </span>
          <Neighbours {...around} />
        </div>
      }
      title={<Ticked text={incident.sentence} />}
    >
      <div className="mt-[14px] flex flex-wrap items-center gap-x-4 gap-y-3">
        <StateTags incident={incident} />
        <div className="ml-auto">
          <Actions incident={incident} onAsk={setAsking} />
        </div>
      </div>
      {asked.isError ? (
        <div className="mt-3">
          <Notice look="bad">{wordsOf(asked.error)}</Notice>
        </div>
      ) : null}
      {incident.state === "resolved" && incident.resolution !== null ? (
        <div className="mt-3 rounded-m bg-ok-soft px-3 py-2 [overflow-wrap:anywhere]">{incident.resolution}</div>
      ) : null}
      <MakingGood incident={incident} onGoOn={() => setAsking("make-good")} />
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)_320px] gap-5 max-[900px]:grid-cols-1">
        <div>
          {incident.acceleration === undefined ? null : <FailingRevert id={incident.acceleration} />}
          {newest === undefined ? null : (
            <Card label="How far it came">
              <WideLadder window={newest} />
              <WindowStrip incident={incident} />
            </Card>
          )}
          {newest === undefined ? null : <Evidence window={newest} />}
          {owes && incident.state === "resolved" ? (
            <Section title="What was missed">
              <Card className="flex flex-wrap items-center gap-3 px-[14px] py-[9px]">
                <p className="min-w-[200px] flex-1 text-ink-2">
                  It runs again. What was missed meanwhile can still be run, each window by its name.
                </p>
                <Button onClick={() => setAsking("make-good")}>Make good…</Button>
              </Card>
            </Section>
          ) : null}
          {incident.state === "resolved" ? null : (
            <Section title="From here to resolved" className="mt-5 first:mt-0">
              <WayOut incident={incident} onAsk={setAsking} onMakeGood={() => setAsking("make-good")} />
            </Section>
          )}
        </div>
        <div className="grid content-start gap-5">
          <ChangedBefore incident={incident} />
          <Events incident={incident} />
          <History incident={incident} />
          <Subject incident={incident} />
        </div>
      </div>
      <PhoneActions incident={incident} onAsk={setAsking} />
      {asking === "make-good" ? <MakeGoodDialog incident={incident} onClose={() => setAsking(null)} /> : null}
      {asking !== null && asking !== "make-good" ? (
        <ActDialog asking={asking} incidents={[incident]} people={people} onClose={() => setAsking(null)} />
      ) : null}
      {keysShown ? (
        <KeySheet told={mayRespond ? [...KEYS_TOLD, ...ACTS_TOLD] : KEYS_TOLD} onClose={() => setKeysShown(false)} />
      ) : null}
    </Page>
  );
}
