"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { useActOnIncident } from "#components/api/act-on-incident.ts";
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Incident, List, Outage } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { ChoiceOfLinks } from "#components/ui/choice.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Empty, Kbd, Page, Waiting } from "#components/ui/page.tsx";
import { useKeys } from "#components/ui/use-keys.ts";
import { KEYS } from "#lib/views/keys.ts";
import { grouped } from "./grouped.ts";
import { IncidentRow } from "./incident-row.tsx";
import { ResolveDialog } from "./resolve-dialog.tsx";
import { SHOWN, type Shown } from "./state.ts";

const WORDS: Readonly<Record<Shown, string>> = {
  open: "Open",
  acknowledged: "Acknowledged",
  resolved: "Resolved",
  all: "All",
};

const useIncidents = (state: Shown, initial: List<Incident> | null) =>
  useQuery({
    queryKey: KEYS.incidents(state),
    queryFn: ({ signal }) =>
      api<List<Incident>>(`/incidents?limit=100${state === "all" ? "" : `&state=${state}`}`, { signal }),
    refetchInterval: useRefetchInterval(),
    ...(initial ? { initialData: initial } : {}),
  });

function Nothing({ shown }: { readonly shown: Shown }) {
  switch (shown) {
    case "open":
      return (
        <Empty title="Nothing is wrong that nobody has taken">
          <p>
            An incident opens by itself when an expected run goes missing, fails or overruns, and stands here first.
          </p>
        </Empty>
      );
    case "acknowledged":
      return <Empty title="Nobody is at work on an incident" />;
    case "resolved":
      return <Empty title="No incident has been resolved yet" />;
    case "all":
      return (
        <Empty title="There has been no incident yet">
          <p>When an expected run goes missing, fails or overruns, one opens by itself.</p>
        </Empty>
      );
  }
}

export function IncidentList({ shown, initial }: { readonly shown: Shown; readonly initial: List<Incident> | null }) {
  const { mayRespond } = useMe();
  const router = useRouter();
  const act = useActOnIncident();
  const list = useIncidents(shown, initial);
  const open = useIncidents("open", null);
  const taken = useIncidents("acknowledged", null);
  const outages = useQuery({
    queryKey: KEYS.outages(),
    queryFn: ({ signal }) => api<List<Outage>>("/outages?state=open", { signal }),
    refetchInterval: useRefetchInterval(),
  });
  const groups = grouped(list.data?.items ?? [], outages.data?.items ?? []);
  const rows = groups.flatMap(({ incidents }) => incidents);
  const [chosen, setChosen] = useState<string | null>(null);
  const [resolving, setResolving] = useState<Incident | null>(null);
  const at = rows.findIndex(({ id }) => id === chosen);
  const current = rows[at];
  const move = (by: number) => {
    const next = rows[Math.min(Math.max(at < 0 ? 0 : at + by, 0), rows.length - 1)];
    if (next) setChosen(next.id);
  };
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: current ? () => router.push(`/incidents/${current.id}`) : undefined,
    a:
      mayRespond && current?.state === "open"
        ? () => act.mutate({ id: current.id, act: { kind: "acknowledge" } })
        : undefined,
    r: mayRespond && current && current.state !== "resolved" ? () => setResolving(current) : undefined,
  });
  const countOf = (state: Shown): string => {
    const data = state === "open" ? open.data : state === "acknowledged" ? taken.data : undefined;
    return data === undefined ? "" : ` ${data.items.length}${data.nextCursor === null ? "" : "+"}`;
  };
  return (
    <Page
      title="Incidents"
      beside={
        <ChoiceOfLinks
          label="State"
          chosen={shown}
          options={SHOWN.map((value) => ({ value, label: `${WORDS[value]}${countOf(value)}` }))}
          hrefOf={(value) => (value === "open" ? "/incidents" : `/incidents?state=${value}`)}
        />
      }
    >
      <div className="mt-4 grid gap-4">
        {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
        {list.isPending ? <Waiting /> : null}
        {list.data && rows.length === 0 ? <Nothing shown={shown} /> : null}
        {groups.map(({ outage, incidents }) => (
          <section
            key={outage?.id ?? "alone"}
            aria-label={outage ? outage.sentence : "Incidents"}
            className="rounded-[8px] border border-line bg-surface"
          >
            {outage ? (
              <div className="flex items-center gap-3 rounded-t-[8px] border-b border-line bg-sunken px-[14px] py-[10px] max-sm:flex-wrap">
                <div className="min-w-0 flex-1">
                  <b className="font-[570] [overflow-wrap:anywhere]">{outage.sentence}</b>
                  <div className="text-ink-2">One outage: it is told and acknowledged as one</div>
                </div>
                {mayRespond && incidents.some(({ state }) => state === "open") && incidents[0] ? (
                  <Button
                    look="primary"
                    busy={act.isPending}
                    onClick={() =>
                      incidents[0] && act.mutate({ id: incidents[0].id, act: { kind: "acknowledge", outage: true } })
                    }
                  >
                    Acknowledge all {incidents.length}
                  </Button>
                ) : null}
              </div>
            ) : null}
            <ul className="divide-y divide-line">
              {incidents.map((incident) => (
                <IncidentRow key={incident.id} incident={incident} chosen={incident.id === chosen} />
              ))}
            </ul>
          </section>
        ))}
        {list.data?.nextCursor ? <p className="text-ink-2">These are the newest hundred.</p> : null}
      </div>
      {rows.length === 0 ? null : (
        <p className="flex flex-wrap gap-x-4 gap-y-1 px-0.5 py-[14px] text-ink-3 max-sm:hidden">
          <span>
            <Kbd>J</Kbd> <Kbd>K</Kbd> move
          </span>
          <span>
            <Kbd>↵</Kbd> open
          </span>
          {mayRespond ? (
            <>
              <span>
                <Kbd>A</Kbd> acknowledge
              </span>
              <span>
                <Kbd>R</Kbd> resolve
              </span>
            </>
          ) : null}
        </p>
      )}
      {resolving ? <ResolveDialog incident={resolving} onClose={() => setResolving(null)} /> : null}
    </Page>
  );
}
