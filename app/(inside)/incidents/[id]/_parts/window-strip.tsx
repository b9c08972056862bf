"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api, queryString } from "#components/api/client.ts";
import type { IncidentInFull, List, ListedWindow, Window } from "#components/api/shapes.ts";
import { markOf, wordOf } from "#components/marks/look.ts";
import { StripCell } from "#components/marks/strip-cell.tsx";
import { absoluteInZone } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import { Tip, TipProvider } from "#components/ui/tip.tsx";
import { KEYS } from "#lib/views/keys.ts";

/** As many as stand side by side where the page is wide. */
const SHOWN = 24;

/** The last windows up to the newest of the incident: what was well before, and which it lists. Each leads to the timeline. */
export function WindowStrip({ incident }: { readonly incident: IncidentInFull }) {
  const { zone } = useZone();
  const { windows, schedule } = incident;
  const newest = windows.at(-1);
  const to = newest === undefined ? null : new Date(Date.parse(newest.expectedAt) + 1).toISOString();
  const around = useQuery({
    queryKey: KEYS.windows(schedule ?? "", "strip", to),
    queryFn: ({ signal }) =>
      api<List<Window>>(`/schedules/${schedule}/windows${queryString({ last: SHOWN, to })}`, { signal }),
    enabled: schedule !== undefined && to !== null,
    placeholderData: keepPreviousData,
  });
  const listed = new Set(windows.map(({ expectedAt }) => expectedAt));
  const shown: readonly ListedWindow[] = around.data?.items.length ? around.data.items : windows.slice(-SHOWN);
  return (
    <div className="border-t border-line px-4 py-3">
      <p className="mb-1.5 text-ink-3">
        {windows.length === 1 ? "1 window" : `${windows.length} windows`}, of the last {shown.length}
      </p>
      {/* Each is as large as a finger needs (WCAG 2.5.8), its cell fills it but for the gap. */}
      <div className="-mx-0.5 flex min-h-6 flex-wrap">
        <TipProvider>
          {shown.map((window) => {
            const mark = markOf(window);
            const inIt = listed.has(window.expectedAt);
            const words = `${absoluteInZone(Date.parse(window.expectedAt), zone)}: ${wordOf(mark)}${inIt ? "" : ", not of this incident"}`;
            const query = new URLSearchParams({ schedule: schedule ?? "", window: window.expectedAt });
            return (
              <Tip key={window.expectedAt} text={words}>
                <Link
                  href={`/?${query}`}
                  prefetch={false}
                  aria-label={words}
                  className="w-6 rounded-[3px] p-0.5 hover:opacity-70"
                >
                  <StripCell mark={mark} />
                </Link>
              </Tip>
            );
          })}
        </TipProvider>
      </div>
    </div>
  );
}
