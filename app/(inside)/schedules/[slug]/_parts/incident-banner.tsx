"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useActOnIncident } from "#components/api/act-on-incident.ts";
import { api } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { IncidentInFull, Schedule } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { incidentMark } from "#components/marks/incident-mark.ts";
import { TONE_SOFT, toneOf } from "#components/marks/look.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Ticked } from "#components/marks/ticked.tsx";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { KEYS } from "#lib/views/keys.ts";

/** The incident that is open on a schedule, where whoever looks can take it. */
export function IncidentBanner({ schedule }: { readonly schedule: Schedule }) {
  const { mayRespond } = useMe();
  const act = useActOnIncident();
  const id = schedule.openIncidentId;
  const interval = useRefetchInterval();
  const asked = useQuery({
    queryKey: KEYS.incident(id ?? ""),
    queryFn: ({ signal }) => api<IncidentInFull>(`/incidents/${id}`, { signal }),
    enabled: id !== null,
    refetchInterval: interval,
  });
  const incident = asked.data;
  if (id === null || !incident || incident.state === "resolved") return null;
  const mark = incidentMark(incident);
  return (
    <section
      aria-label="Its open incident"
      className={`mt-4 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-[8px] border border-line px-[14px] py-[10px] ${TONE_SOFT[toneOf(mark)]}`}
    >
      <Glyph name={mark} />
      <p className="min-w-[200px] flex-1 [overflow-wrap:anywhere]">
        <Link href={`/incidents/${id}`} className="font-[550] hover:underline">
          <Ticked text={incident.sentence} />
        </Link>{" "}
        <span className="text-ink-2">
          {incident.state === "acknowledged" ? (
            <>Acknowledged by {incident.acknowledgedBy ?? "somebody"}.</>
          ) : (
            <>
              Nobody has it yet; it began <RelativeTime at={incident.since} />.
            </>
          )}
        </span>
      </p>
      {mayRespond && incident.state === "open" ? (
        <Button
          look="primary"
          busy={act.isPending}
          onClick={() => act.mutate({ id: incident.id, act: { kind: "acknowledge" } })}
        >
          Acknowledge
        </Button>
      ) : null}
    </section>
  );
}
