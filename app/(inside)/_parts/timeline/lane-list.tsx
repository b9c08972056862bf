"use client";

import type { VirtualItem } from "@tanstack/react-virtual";
import Link from "next/link";
import { memo } from "react";
import { Glyph } from "#components/marks/glyph.tsx";
import { MARKS, shortWordOf } from "#components/marks/look.ts";
import { cadenceInShort } from "#components/time/cadence.ts";
import { useClock } from "#components/time/now.ts";
import { relativeInWords } from "#components/time/words.ts";
import { type Counts, countsOf, type LaneFacts, type LaneHead, type Stretch } from "#components/timeline/model.ts";
import { ROW } from "#components/timeline/paint.ts";
import type { GroupRow, LaneRow, Row } from "#components/timeline/rows.ts";
import { Icon } from "#components/ui/icon.tsx";

export const COLUMNS =
  "grid grid-cols-[250px_minmax(0,1fr)] max-lg:grid-cols-[200px_minmax(0,1fr)] max-sm:grid-cols-[124px_minmax(0,1fr)]";
/** Height of the head of a group. */
export const HEAD = 30;

/** From so many ms on how much was good says more than when the next one comes. */
const LONG = 2 * 86_400_000;

/** `1 missing, 3 on time`. */
export const countsInWords = (counts: Counts): string =>
  MARKS.flatMap((mark) => (counts[mark] ? [`${counts[mark]} ${shortWordOf(mark)}`] : [])).join(", ");

/** Of what was judged good or bad, how much was good; `null` where nothing was, or where it was few. */
function goodShare(counts: Counts): string | null {
  const good = (counts.on_time ?? 0) + (counts.late ?? 0);
  const bad = (counts.missing ?? 0) + (counts.rejected ?? 0) + (counts.failed ?? 0) + (counts.overrun ?? 0);
  if (good + bad < 20) return null;
  const share = (100 * good) / (good + bad);
  // Never 100 % where one was bad.
  return `${bad > 0 ? Math.min(99.9, share).toFixed(1) : "100"} % good`;
}

/** How often, and when next; the cadence gives way, the time does not. */
function Cadence({ lane, counts }: { readonly lane: LaneHead; readonly counts: Counts | null }) {
  const { nextExpectedAt: next, status } = lane;
  const when = useClock((now) => (next === null ? "" : relativeInWords(Math.max(next, now), now)));
  const then = status === "paused" ? "paused" : when;
  const share = counts && goodShare(counts);
  return (
    <p className="flex text-[11.5px] text-ink-3 max-sm:hidden">
      {share === null ? null : <span className="whitespace-pre">{share} · </span>}
      <span className="truncate">{cadenceInShort(lane.cadence)}</span>
      {then === "" || share !== null ? null : <span className="whitespace-pre"> · {then}</span>}
    </p>
  );
}

/** Drawn again only where something of it is another: lists of lanes scroll by many times a second. */
const Lane = memo(function Lane({
  row,
  facts,
  seen,
}: {
  readonly row: LaneRow;
  readonly facts: LaneFacts | null;
  readonly seen: Stretch;
}) {
  const { lane, own } = row;
  const counts = facts && countsOf(facts, seen);
  const long = seen.to - seen.from > LONG;
  const told = counts === null ? "" : countsInWords(counts);
  return (
    <div
      className={`grid h-full grid-cols-[14px_minmax(0,1fr)] items-center gap-[10px] border-t border-line pr-2 pl-[14px] max-sm:gap-2 max-sm:pl-2 ${own ? "opacity-75" : ""}`}
    >
      <Glyph name={lane.status} alone />
      <div className="min-w-0 leading-[1.25]">
        <Link
          href={`/schedules/${lane.slug}`}
          prefetch={false}
          className={`block truncate hover:underline ${own ? "text-ink-2" : "font-[550]"}`}
        >
          {lane.name}
        </Link>
        <Cadence lane={lane} counts={long ? counts : null} />
        <span className="sr-only">
          {counts === null ? "" : told === "" ? "Nothing was due in this span" : `In this span: ${told}`}
        </span>
      </div>
    </div>
  );
});

function Head({ row, onToggle }: { readonly row: GroupRow; readonly onToggle: (group: string) => void }) {
  return (
    <button
      type="button"
      aria-expanded={row.open}
      onClick={() => onToggle(row.name)}
      className="flex h-full w-full items-center gap-2 border-t border-line bg-sunken pr-2 pl-[11px] text-left text-s text-ink-2 hover:text-ink"
    >
      <Icon name="down" className={`size-3 ${row.open ? "" : "-rotate-90"}`} />
      <span className="truncate font-[570]">{row.name}</span>
      <span className="text-ink-3">{row.lanes}</span>
      {row.bad > 0 ? (
        <span className="ml-auto inline-flex items-center gap-1.5">
          <Glyph name={row.worst} />
          {row.bad} wrong
        </span>
      ) : null}
    </button>
  );
}

/** The left column: what each lane is, how it stands, and in words what its picture shows. */
export function LaneList({
  items,
  rows,
  margin,
  height,
  factsOf,
  seen,
  onToggle,
}: {
  readonly items: readonly VirtualItem[];
  readonly rows: readonly Row[];
  readonly margin: number;
  readonly height: number;
  readonly factsOf: (slug: string) => LaneFacts | null;
  readonly seen: Stretch;
  readonly onToggle: (group: string) => void;
}) {
  return (
    <ul aria-label="Schedules" className="relative" style={{ height }}>
      {items.map(({ index, start, key }) => {
        const row = rows[index];
        if (!row) return null;
        const facts = row.kind === "lane" ? factsOf(row.lane.slug) : null;
        return (
          <li
            key={key}
            aria-setsize={rows.length}
            aria-posinset={index + 1}
            className="absolute inset-x-0 contain-strict"
            style={{ top: start - margin, height: row.kind === "group" ? HEAD : ROW }}
          >
            {row.kind === "group" ? (
              <Head row={row} onToggle={onToggle} />
            ) : (
              <Lane row={row} facts={facts} seen={seen} />
            )}
          </li>
        );
      })}
    </ul>
  );
}
