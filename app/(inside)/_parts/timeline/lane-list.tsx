"use client";

import Link from "next/link";
import { Glyph } from "#components/marks/glyph.tsx";
import { MARKS, shortWordOf } from "#components/marks/look.ts";
import { cadenceInShort } from "#components/time/cadence.ts";
import { useClock } from "#components/time/now.ts";
import { relativeInWords } from "#components/time/words.ts";
import { type Counts, countsOf, type LaneModel, type Stretch } from "#components/timeline/model.ts";
import { ROW } from "#components/timeline/paint.ts";

/** `1 missing, 3 on time`. */
export const countsInWords = (counts: Counts): string =>
  MARKS.flatMap((mark) => (counts[mark] ? [`${counts[mark]} ${shortWordOf(mark)}`] : [])).join(", ");

/** How often, and when next; the name of the column gives way, the time does not. */
function Cadence({ lane }: { readonly lane: LaneModel }) {
  const { nextExpectedAt: next, status } = lane;
  const when = useClock((now) => (next === null ? "" : relativeInWords(Math.max(next, now), now)));
  const then = status === "paused" ? "paused" : when;
  return (
    <p className="flex text-[11.5px] text-ink-3 max-sm:hidden">
      <span className="truncate">{cadenceInShort(lane.cadence)}</span>
      {then === "" ? null : <span className="whitespace-pre"> · {then}</span>}
    </p>
  );
}

/** The left column: what each lane is, how it stands, and in words what its picture shows. */
export function LaneList({
  lanes,
  rows: [first, end],
  seen,
}: {
  readonly lanes: readonly LaneModel[];
  readonly rows: readonly [number, number];
  readonly seen: Stretch;
}) {
  return (
    <ul aria-label="Schedules" style={{ paddingTop: first * ROW, height: lanes.length * ROW }}>
      {lanes.slice(first, end).map((lane) => {
        const told = countsInWords(countsOf(lane, seen));
        return (
          <li
            key={lane.slug}
            className="grid grid-cols-[14px_minmax(0,1fr)] items-center gap-[10px] border-t border-line pr-2 pl-[14px] max-sm:gap-2 max-sm:pl-2"
            style={{ height: ROW }}
          >
            <Glyph name={lane.status} alone />
            <div className="min-w-0 leading-[1.25]">
              <Link
                href={`/schedules/${lane.slug}`}
                prefetch={false}
                className="block truncate font-[550] hover:underline"
              >
                {lane.name}
              </Link>
              <Cadence lane={lane} />
              <span className="sr-only">{told === "" ? "Nothing was due in this span" : `In this span: ${told}`}</span>
            </div>
          </li>
        );
      })}
    </ul>
  );
}
