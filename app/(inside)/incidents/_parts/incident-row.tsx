"use client";

import Link from "next/link";
import { memo } from "react";
import type { Incident } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { incidentMark } from "#components/marks/incident-mark.ts";
import { wordOf } from "#components/marks/look.ts";
import { LengthSince } from "#components/marks/relative-time.tsx";
import { momentInZone } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { RecentStrip } from "./recent-strip.tsx";
import { sentenceInTwo, whatOf } from "./sentence.ts";

/** Who has it, and until when: "Rosa Silva, fix 05:30". */
function Taken({ incident }: { readonly incident: Incident }) {
  const { zone } = useZone();
  const clock = (at: string) => {
    const moment = Date.parse(at);
    return momentInZone(moment, zone, moment).slice(0, 5);
  };
  const { state, assignee, acknowledgedBy, snoozedUntil, expectedFixAt } = incident;
  if (state === "resolved") return <>Resolved by {incident.resolvedBy ?? "itself"}</>;
  const who = assignee?.name ?? acknowledgedBy;
  if (who === null) return null;
  if (snoozedUntil !== null) return `${who}, snoozed to ${clock(snoozedUntil)}`;
  return expectedFixAt === null ? who : `${who}, fix ${clock(expectedFixAt)}`;
}

export interface RowProps {
  readonly incident: Incident;
  readonly current: boolean;
  readonly selected: boolean;
  readonly onSelect: (id: string, range: boolean) => void;
  /** `null` where it cannot be acknowledged, or not by who looks. */
  readonly onAcknowledge: ((incident: Incident) => void) | null;
  readonly selectable: boolean;
  /** Why it happened stands above, for all of its outage. */
  readonly inOutage: boolean;
}

/** One incident of the list. The whole row leads to it; its box selects it. */
export const IncidentRow = memo(function IncidentRow(props: RowProps) {
  const { incident, current, selected, selectable, inOutage, onSelect, onAcknowledge } = props;
  const mark = incidentMark(incident);
  const [subject, rest] = sentenceInTwo(incident);
  const quiet = incident.state !== "open";
  return (
    <li
      aria-current={current ? "true" : undefined}
      className={`group relative grid items-center gap-3 px-[14px] py-[9px] [contain-intrinsic-size:auto_38px] [content-visibility:auto] first:rounded-t-[8px] last:rounded-b-[8px] hover:bg-hover aria-[current=true]:bg-accent-soft max-sm:gap-2 max-sm:px-2 max-sm:py-1 ${
        selectable
          ? "grid-cols-[14px_16px_44px_minmax(0,1fr)_210px_96px] lg:grid-cols-[14px_16px_44px_minmax(0,1fr)_192px_190px_88px] max-sm:grid-cols-[44px_minmax(0,1fr)_44px]"
          : "grid-cols-[16px_44px_minmax(0,1fr)_210px_96px] lg:grid-cols-[16px_44px_minmax(0,1fr)_192px_190px_88px] max-sm:grid-cols-[24px_minmax(0,1fr)]"
      }`}
    >
      {selectable ? (
        <label className="relative z-10 grid size-[14px] place-items-center max-sm:size-11">
          <input
            type="checkbox"
            checked={selected}
            onChange={(event) =>
              onSelect(incident.id, "shiftKey" in event.nativeEvent && event.nativeEvent.shiftKey === true)
            }
            aria-label={`Select incident ${incident.number}`}
            className="size-[14px] accent-accent max-sm:size-5"
          />
        </label>
      ) : null}
      <Glyph name={mark} className={selectable ? "max-sm:hidden" : ""} />
      <span className="text-ink-3 max-sm:hidden">{incident.number}</span>
      <Link
        href={`/incidents/${incident.id}`}
        prefetch={false}
        data-stop={incident.id}
        className="line-clamp-2 min-w-0 [overflow-wrap:anywhere] after:absolute after:inset-0 max-sm:line-clamp-none max-sm:py-2"
      >
        {selectable ? <Glyph name={mark} className="mr-1.5 -mb-0.5 sm:hidden" /> : null}
        <span className="sr-only">{wordOf(mark)}: </span>
        <b className={quiet ? "font-[520]" : "font-[600]"}>{subject}</b>{" "}
        <span className="text-ink-2">{inOutage ? whatOf(rest) : rest}</span>
        <span className="mt-0.5 hidden text-s text-ink-3 max-sm:block">
          {incident.state === "resolved" ? "" : "for "}
          <LengthSince from={incident.since} to={incident.resolvedAt} /> <Taken incident={incident} />
        </span>
      </Link>
      {incident.schedule === undefined ? <span className="max-lg:hidden" /> : <RecentStrip slug={incident.schedule} />}
      <span className="truncate text-ink-2 max-sm:hidden">
        <Taken incident={incident} />
      </span>
      <span className="text-right whitespace-nowrap text-ink-3 max-sm:hidden">
        <LengthSince from={incident.since} to={incident.resolvedAt} />
      </span>
      {onAcknowledge && selectable ? (
        <button
          type="button"
          aria-label={`Acknowledge incident ${incident.number}`}
          onClick={() => onAcknowledge(incident)}
          className="relative z-10 hidden size-11 place-items-center rounded-m text-accent hover:bg-hover max-sm:grid"
        >
          <Icon name="check" className="size-5" />
        </button>
      ) : null}
    </li>
  );
});
