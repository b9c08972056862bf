"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useActOnIncident } from "#components/api/act-on-incident.ts";
import { api } from "#components/api/client.ts";
import { useOpenIncidents } from "#components/api/incidents.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Incident, List, Outage } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { incidentMark } from "#components/marks/incident-mark.ts";
import { toneOf } from "#components/marks/look.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { KEYS } from "#lib/views/keys.ts";

/** One sentence is the title, the rest says more. */
function inTwo(sentence: string): readonly [string, string] {
  const at = sentence.indexOf(". ");
  return at < 0 ? [sentence.replace(/\.$/, ""), ""] : [sentence.slice(0, at), sentence.slice(at + 2)];
}

const EDGE = {
  ok: "border-l-ok-fill",
  late: "border-l-late-fill",
  running: "border-l-running-fill",
  bad: "border-l-bad-fill",
  rejected: "border-l-rejected-fill",
  idle: "border-l-idle-fill",
} as const;

function One({
  incident,
  sentence,
  openedAt,
  outage,
  more: others,
}: {
  readonly incident: Incident;
  readonly sentence: string;
  readonly openedAt: string;
  readonly outage: boolean;
  /** Others that are open beside it. */
  readonly more: number;
}) {
  const { mayRespond } = useMe();
  const act = useActOnIncident();
  const mark = incidentMark(incident);
  const [title, rest] = inTwo(sentence);
  // Of an outage the sentence only names the reason; the diagnosis says what to look at.
  const more = outage ? (incident.diagnosis ?? rest) : rest;
  return (
    <div
      className={`mb-2 flex items-center gap-3 rounded-m border border-l-[3px] border-line bg-surface px-[14px] py-2.5 max-sm:flex-wrap ${EDGE[toneOf(mark)]}`}
    >
      <Glyph name={mark} />
      <div className="min-w-0 max-sm:flex-1">
        <p className="font-[550] [overflow-wrap:anywhere]">{title}</p>
        <p className="text-ink-2 [overflow-wrap:anywhere]">
          {more} Opened <RelativeTime at={openedAt} />.
          {others === 0 ? null : (
            <>
              {" "}
              <Link href="/incidents" className="text-accent hover:underline">
                {others === 1 ? "1 more is open" : `${others} more are open`}
              </Link>
            </>
          )}
        </p>
      </div>
      <span className="flex-1 max-sm:hidden" />
      <div className="flex gap-2 max-sm:w-full">
        <Link
          href={`/incidents/${incident.id}`}
          className="inline-flex h-[30px] items-center justify-center rounded-m px-3 font-medium whitespace-nowrap text-ink-2 hover:bg-hover hover:text-ink max-sm:h-11 max-sm:flex-1"
        >
          Incident {incident.number}
        </Link>
        {mayRespond ? (
          <Button
            look="primary"
            className="max-sm:h-11 max-sm:flex-1"
            busy={act.isPending}
            onClick={() => act.mutate({ id: incident.id, act: { kind: "acknowledge", outage } })}
          >
            {outage ? "Acknowledge all" : "Acknowledge"}
          </Button>
        ) : null}
      </div>
    </div>
  );
}

/** What is wrong and nobody has taken yet, an outage as one: the newest, since more would push the lanes away. */
export function Banner() {
  const open = useOpenIncidents().data?.items.filter(({ state }) => state === "open") ?? [];
  const inOutages = open.some(({ outageId }) => outageId !== null);
  const outages = useQuery({
    queryKey: KEYS.outages(),
    queryFn: ({ signal }) => api<List<Outage>>("/outages?state=open", { signal }),
    refetchInterval: useRefetchInterval(),
    enabled: inOutages,
  });
  const shown: Omit<Parameters<typeof One>[0], "more">[] = [];
  const told = new Set<string>();
  for (const incident of open) {
    const outage = outages.data?.items.find(({ id }) => id === incident.outageId);
    const { sentence, openedAt } = outage ?? incident;
    if (!outage) shown.push({ incident, sentence, openedAt, outage: false });
    else if (!told.has(outage.id)) {
      told.add(outage.id);
      // The one that it began with; of a schedule before that of a matrix, which tells less of what was presented.
      const its = open.filter(({ outageId }) => outageId === outage.id);
      const first = its.findLast(({ kind }) => kind === "windows") ?? its.at(-1) ?? incident;
      shown.push({ incident: first, sentence, openedAt, outage: true });
    }
  }
  // Many schedules with one reason weigh more than one with its own.
  const first = shown.find(({ outage }) => outage) ?? shown[0];
  return (
    <div aria-live="polite" className={first ? "pb-1" : ""}>
      {first ? <One key={first.incident.id} {...first} more={shown.length - 1} /> : null}
    </div>
  );
}
