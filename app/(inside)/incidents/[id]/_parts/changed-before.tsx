"use client";

import { useQuery } from "@tanstack/react-query";
import { api, queryString } from "#components/api/client.ts";
import type { ChangeMark, IncidentInFull, List, ScheduleVersion } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { incidentMark } from "#components/marks/incident-mark.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Card } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { changesBefore } from "./changes.ts";

const DAY = 86_400_000;

/** Deploys, edits and new versions of the day before it began: most often one of them is why. */
export function ChangedBefore({ incident }: { readonly incident: IncidentInFull }) {
  const { since, schedule: slug = null } = incident;
  const from = new Date(Date.parse(since) - DAY).toISOString();
  const to = new Date(Date.parse(since) + 1).toISOString();
  const marks = useQuery({
    queryKey: [...KEYS.changes(), from, to],
    queryFn: ({ signal }) => api<List<ChangeMark>>(`/changes${queryString({ from, to, limit: 20 })}`, { signal }),
  }).data;
  const versions = useQuery({
    queryKey: [...KEYS.schedule(slug ?? ""), "versions"],
    queryFn: ({ signal }) => api<List<ScheduleVersion>>(`/schedules/${slug}/versions?limit=20`, { signal }),
    enabled: slug !== null,
  }).data;
  const shown = changesBefore({ since, slug, marks: marks?.items ?? [], versions: versions?.items ?? [] }).slice(-8);
  return (
    <Card label="What changed just before" className="p-[14px]">
      <h2 className="mb-2 text-s font-semibold text-ink-2">What changed just before</h2>
      {shown.length === 0 ? (
        <p className="text-ink-2">
          {marks
            ? "Nothing that was marked in the day before. Deploys stand here once they are sent to /changes."
            : "…"}
        </p>
      ) : (
        <ol>
          {shown.map(({ id, at, title, url, before }) => (
            <li key={id} className="grid grid-cols-[66px_16px_minmax(0,1fr)] gap-2 py-[7px]">
              <AbsoluteTime at={at} className="text-ink-3" />
              <Glyph name="due" className="mt-[3px] text-accent" />
              <span className="[overflow-wrap:anywhere]">
                {url === null ? (
                  title
                ) : (
                  <a href={url} rel="noreferrer" target="_blank" className="text-accent hover:underline">
                    {title}
                  </a>
                )}
                <span className="text-ink-3">, {before}</span>
              </span>
            </li>
          ))}
          <li className="grid grid-cols-[66px_16px_minmax(0,1fr)] gap-2 py-[7px]">
            <AbsoluteTime at={since} className="text-ink-3" />
            <Glyph name={incidentMark(incident)} className="mt-[3px]" />
            <span className="font-[550]">It began</span>
          </li>
        </ol>
      )}
    </Card>
  );
}
