"use client";

import Link from "next/link";
import { useEffect, useRef } from "react";
import type { Incident } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { incidentMark } from "#components/marks/incident-mark.ts";
import { wordOf } from "#components/marks/look.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { sentenceInTwo } from "./sentence.ts";

function Taken({ incident }: { readonly incident: Incident }) {
  if (incident.state === "resolved") return <>Resolved by {incident.resolvedBy ?? "itself"}</>;
  if (incident.assignee) return <>{incident.assignee.name} has it</>;
  if (incident.state === "acknowledged") return <>Taken by {incident.acknowledgedBy ?? "somebody"}</>;
  return null;
}

export function IncidentRow({ incident, chosen }: { readonly incident: Incident; readonly chosen: boolean }) {
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (chosen) row.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  const mark = incidentMark(incident);
  const [subject, rest] = sentenceInTwo(incident);
  return (
    <li
      ref={row}
      aria-current={chosen ? "true" : undefined}
      className="relative grid grid-cols-[16px_44px_minmax(0,1fr)_170px_76px] items-center gap-3 px-[14px] py-[9px] first:rounded-t-[8px] last:rounded-b-[8px] hover:bg-hover aria-[current=true]:bg-accent-soft max-sm:grid-cols-[16px_minmax(0,1fr)_64px]"
    >
      <Glyph name={mark} />
      <span className="text-ink-3 max-sm:hidden">{incident.number}</span>
      <Link
        href={`/incidents/${incident.id}`}
        prefetch={false}
        className="min-w-0 truncate after:absolute after:inset-0 max-sm:line-clamp-3 max-sm:whitespace-normal"
      >
        <span className="sr-only">{wordOf(mark)}: </span>
        <b className="font-[570]">{subject}</b> <span className="text-ink-2">{rest}</span>
      </Link>
      <span className="truncate text-ink-2 max-sm:hidden">
        <Taken incident={incident} />
      </span>
      <RelativeTime at={incident.openedAt} className="relative text-right whitespace-nowrap text-ink-3" />
    </li>
  );
}
