"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api, queryString } from "#components/api/client.ts";
import type { ChangeMark, DoneBefore, IncidentInFull, List, ScheduleVersion } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { incidentMark } from "#components/marks/incident-mark.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Card } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { type ChangeShown, changesBefore } from "./changes.ts";

const DAY = 86_400_000;
const ROW = "grid grid-cols-[66px_16px_minmax(0,1fr)] gap-2 py-[7px]";

function Title({ title, href }: Pick<ChangeShown, "title" | "href">) {
  if (href === null) return title;
  if (href.startsWith("/")) {
    return (
      <Link href={href} prefetch={false} className="text-accent hover:underline">
        {title}
      </Link>
    );
  }
  return (
    <a href={href} rel="noreferrer" target="_blank" className="text-accent hover:underline">
      {title}
    </a>
  );
}

const Change = ({ change }: { readonly change: ChangeShown }) => (
  <li className={ROW}>
    <AbsoluteTime at={change.at} className="text-ink-3" />
    <Glyph name="due" className="mt-[3px] text-accent" />
    <span className="[overflow-wrap:anywhere]">
      <Title title={change.title} href={change.href} />
      <span className="text-ink-3">
        , {change.when}
        {change.by === null ? "" : `, by ${change.by}`}
      </span>
    </span>
  </li>
);

/** The first refusal of its first window says nearer than the end of a grace when it began. */
function firstSign({ since, windows }: IncidentInFull): { readonly at: string; readonly words: string } {
  const refused = windows[0]?.decisions
    .filter(({ outcome, via, at }) => outcome === "rejected" && via === "scheduler" && at <= since)
    .map(({ at }) => at)
    .toSorted()[0];
  return refused === undefined ? { at: since, words: "It began" } : { at: refused, words: "The first refusal" };
}

/** Deploys, edits, keys, routes and secrets of the day before it began: most often one of them is why. */
export function ChangedBefore({ incident }: { readonly incident: IncidentInFull }) {
  const { id, openedAt, schedule: slug = null } = incident;
  const { at: since, words } = firstSign(incident);
  const from = new Date(Date.parse(since) - DAY).toISOString();
  const to = new Date(Math.max(Date.parse(since), Date.parse(openedAt)) + 1).toISOString();
  const marks = useQuery({
    queryKey: [...KEYS.changes(), from, to],
    queryFn: ({ signal }) => api<List<ChangeMark>>(`/changes${queryString({ from, to, limit: 20 })}`, { signal }),
  }).data;
  const versions = useQuery({
    queryKey: [...KEYS.schedule(slug ?? ""), "newest versions"],
    queryFn: ({ signal }) => api<List<ScheduleVersion>>(`/schedules/${slug}/versions?limit=20`, { signal }),
    enabled: slug !== null,
  }).data;
  const done = useQuery({
    queryKey: [...KEYS.incident(id), "changes"],
    queryFn: ({ signal }) => api<List<DoneBefore>>(`/incidents/${id}/changes`, { signal }),
  }).data;
  const known = { marks: marks?.items ?? [], versions: versions?.items ?? [], done: done?.items ?? [] };
  const shown = changesBefore({ since, until: openedAt, slug, ...known });
  return (
    <Card label="What changed just before" className="p-[14px]">
      <h2 className="mb-2 text-s font-semibold text-ink-2">What changed just before</h2>
      {shown.length === 0 ? (
        <p className="text-ink-2">
          {marks && done
            ? "Nothing that Rollcall knows of, in the day before: no edit, no key, no route. Deploys stand here once they are sent to /changes."
            : "…"}
        </p>
      ) : (
        <ol>
          {shown.map((change) => change.isBefore && <Change key={change.id} change={change} />)}
          <li className={ROW}>
            <AbsoluteTime at={since} className="text-ink-3" />
            <Glyph name={incidentMark(incident)} className="mt-[3px]" />
            <span className="font-[550]">{words}</span>
          </li>
          {shown.map((change) => !change.isBefore && <Change key={change.id} change={change} />)}
        </ol>
      )}
    </Card>
  );
}
