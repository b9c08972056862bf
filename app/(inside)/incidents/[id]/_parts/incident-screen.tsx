"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { WideLadder } from "#components/marks/ladder.tsx";
import { AbsoluteTime, RelativeTime } from "#components/marks/relative-time.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Card, Page, Section, Tag } from "#components/ui/page.tsx";
import { useKeys } from "#components/ui/use-keys.ts";
import { KEYS } from "#lib/views/keys.ts";
import { AcknowledgeDialog } from "../../_parts/acknowledge-dialog.tsx";
import { ResolveDialog } from "../../_parts/resolve-dialog.tsx";
import { Actions, type PersonToAssign } from "./actions.tsx";
import { ChangedBefore } from "./changed-before.tsx";
import { Events } from "./events.tsx";
import { Evidence } from "./evidence.tsx";
import { WayOut } from "./way-out.tsx";
import { WindowStrip } from "./window-strip.tsx";

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
        opened <RelativeTime at={incident.openedAt} />
      </Tag>
      {incident.schedule === undefined ? null : (
        <Link href={`/schedules/${incident.schedule}`} className="hover:underline">
          <Tag>{incident.schedule}</Tag>
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
  const { mayRespond } = useMe();
  const asked = useQuery({
    queryKey: KEYS.incident(initial.id),
    queryFn: ({ signal }) => api<IncidentInFull>(`/incidents/${initial.id}`, { signal }),
    initialData: initial,
    refetchInterval: useRefetchInterval(),
  });
  const incident = asked.data;
  const [dialog, setDialog] = useState<"acknowledge" | "resolve" | null>(null);
  useKeys({
    a: mayRespond && incident.state === "open" ? () => setDialog("acknowledge") : undefined,
    r: mayRespond && incident.state !== "resolved" ? () => setDialog("resolve") : undefined,
  });
  const newest = incident.windows.at(-1);
  return (
    <Page
      crumb={
        <>
          <Link href="/incidents" className="hover:underline">
            Incidents
          </Link>{" "}
          / {incident.number}
        </>
      }
      title={incident.sentence}
    >
      <div className="mt-[14px] flex flex-wrap items-center gap-x-4 gap-y-3">
        <StateTags incident={incident} />
        <div className="ml-auto">
          <Actions incident={incident} people={people} onAsk={setDialog} />
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
      <div className="mt-5 grid grid-cols-[minmax(0,1fr)_320px] gap-5 max-[900px]:grid-cols-1">
        <div>
          {newest === undefined ? null : (
            <Card label="How far it came">
              <WideLadder window={newest} />
              <WindowStrip incident={incident} />
            </Card>
          )}
          {newest === undefined ? null : <Evidence window={newest} />}
          {incident.state === "resolved" ? null : (
            <Section title="From here to resolved">
              <WayOut incident={incident} />
            </Section>
          )}
        </div>
        <div>
          <ChangedBefore incident={incident} />
          <Events incident={incident} />
        </div>
      </div>
      {dialog === "acknowledge" ? <AcknowledgeDialog incident={incident} onClose={() => setDialog(null)} /> : null}
      {dialog === "resolve" ? <ResolveDialog incident={incident} onClose={() => setDialog(null)} /> : null}
    </Page>
  );
}
