"use client";

import { useQuery } from "@tanstack/react-query";
import { api, queryString } from "#components/api/client.ts";
import type { ChangeMark, IncidentInFull, List } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Card } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

const DAY = 86_400_000;

/** Deploys and edits of the day before it began: most often one of them is why. */
export function ChangedBefore({ incident }: { readonly incident: IncidentInFull }) {
  const to = incident.since;
  const from = new Date(Date.parse(to) - DAY).toISOString();
  const changes = useQuery({
    queryKey: [...KEYS.changes(), from, to],
    queryFn: ({ signal }) => api<List<ChangeMark>>(`/changes${queryString({ from, to, limit: 5 })}`, { signal }),
  });
  if (!changes.data || changes.data.items.length === 0) return null;
  return (
    <Card label="What changed just before" className="mb-5 p-[14px]">
      <h2 className="mb-2 text-s font-semibold text-ink-2">What changed just before</h2>
      <ol>
        {[...changes.data.items].reverse().map((change) => (
          <li key={change.id} className="grid grid-cols-[66px_16px_minmax(0,1fr)] gap-2 py-[7px]">
            <AbsoluteTime at={change.at} className="text-ink-3" />
            <Glyph name="due" className="mt-[3px]" />
            <span className="[overflow-wrap:anywhere]">{change.title}</span>
          </li>
        ))}
      </ol>
    </Card>
  );
}
