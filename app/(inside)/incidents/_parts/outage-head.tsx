"use client";

import Link from "next/link";
import type { Incident, Outage } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { incidentMark } from "#components/marks/incident-mark.ts";
import { AbsoluteTime, LengthSince } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";

/** An outage is shown, and acted on, as one (domain.md, Incident). */
export function OutageHead({
  outage,
  incidents,
  current,
  primary,
  onAcknowledge,
}: {
  readonly outage: Outage;
  readonly incidents: readonly Incident[];
  readonly current: boolean;
  /** The one thing to do next on this page. */
  readonly primary: boolean;
  /** `null`: by nobody, or not by who looks. */
  readonly onAcknowledge: ((open: readonly Incident[]) => void) | null;
}) {
  const open = outage.incidents.filter(({ state }) => state === "open");
  // What a scheduler presented says more than what a matrix found.
  const first = incidents.find(({ kind }) => kind === "windows") ?? incidents[0];
  return (
    <div
      aria-current={current ? "true" : undefined}
      className="relative flex items-center gap-3 rounded-t-[8px] border-b border-line bg-sunken px-[14px] py-[10px] aria-[current=true]:bg-accent-soft max-sm:flex-wrap max-sm:px-3"
    >
      {first ? <Glyph name={incidentMark(first)} /> : null}
      <div className="min-w-0 flex-1">
        <h2 className="[overflow-wrap:anywhere]">
          <Link
            href={`/incidents?state=all&outage=${outage.id}`}
            data-stop={outage.id}
            className="font-[570] hover:underline"
          >
            {outage.sentence.replace(/\.$/, "")}
          </Link>
        </h2>
        {first?.diagnosis ? <p className="text-ink-2 [overflow-wrap:anywhere]">{first.diagnosis}</p> : null}
        <div className="text-ink-3">
          One outage since <AbsoluteTime at={outage.openedAt} />, for{" "}
          <LengthSince from={outage.openedAt} to={outage.resolvedAt} />
          {outage.incidents.length > incidents.length
            ? ` · ${incidents.length} of ${outage.incidents.length} shown`
            : ""}
        </div>
      </div>
      {onAcknowledge && open.length > 0 ? (
        <Button look={primary ? "primary" : "plain"} onClick={() => onAcknowledge(open)} className="max-sm:w-full">
          {open.length === 1 ? "Acknowledge 1" : `Acknowledge all ${open.length}`}
        </Button>
      ) : null}
    </div>
  );
}
