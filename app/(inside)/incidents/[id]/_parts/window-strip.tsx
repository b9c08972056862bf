"use client";

import Link from "next/link";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { markOf, wordOf } from "#components/marks/look.ts";
import { absoluteInZone } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import { Tip } from "#components/ui/tip.tsx";

const SHOWN = 40;

/** The windows that the incident lists; each leads to its place on the timeline. */
export function WindowStrip({ incident }: { readonly incident: IncidentInFull }) {
  const { zone } = useZone();
  const { windows, schedule } = incident;
  const left = windows.length - SHOWN;
  return (
    <div className="flex flex-wrap items-center gap-1 border-t border-line px-4 py-3">
      <span className="mr-2 text-ink-3">
        {windows.length === 1 ? "1 window" : `${windows.length} windows`}
        {left > 0 ? `, the last ${SHOWN}` : ""}
      </span>
      {windows.slice(-SHOWN).map((window) => {
        const mark = markOf(window);
        const words = `${absoluteInZone(Date.parse(window.expectedAt), zone)}: ${wordOf(mark)}`;
        const query = new URLSearchParams({ schedule: schedule ?? "", window: window.expectedAt });
        return (
          <Tip key={window.expectedAt} text={words}>
            <Link
              href={`/?${query}`}
              prefetch={false}
              aria-label={words}
              className="grid size-6 place-items-center rounded-m hover:bg-hover"
            >
              <Glyph name={mark} />
            </Link>
          </Tip>
        );
      })}
    </div>
  );
}
