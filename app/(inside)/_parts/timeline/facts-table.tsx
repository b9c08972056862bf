"use client";

import Link from "next/link";
import { useMemo, useState } from "react";
import { wordsOf } from "#components/api/client.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { causeInWords, wordOf } from "#components/marks/look.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { lengthInWords } from "#components/time/words.ts";
import type { BucketModel, LaneFacts, LaneHead, Stretch, WindowModel } from "#components/timeline/model.ts";
import { useTiles } from "#components/timeline/use-tiles.ts";
import { Button } from "#components/ui/button.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Waiting } from "#components/ui/page.tsx";
import { countsInWords } from "./lane-list.tsx";

const CELL = "border-t border-line px-[14px] py-[7px] align-top";
const HEAD = "sticky top-0 bg-surface px-[14px] py-2 text-left text-s font-medium text-ink-3";

/** Schedules at once, and rows of them together; more would be slow, and read by nobody. */
const LANES = 50;
const MOST = 2_000;
/** Of a lane, in pixels: so wide that windows come one by one where a lane of the picture would only count them. */
const WIDTH = 4_000;

const iso = (at: number): string => new Date(at).toISOString();

function tookInWords(window: WindowModel): string {
  const run = window.runs.at(-1);
  if (!run) return "";
  if (run.to === null) return "under way";
  return run.to === run.from ? "only its end was reported" : lengthInWords(run.to - run.from);
}

function ScheduleCell({ lane }: { readonly lane: LaneHead }) {
  return (
    <td className={CELL}>
      <Link href={`/schedules/${lane.slug}`} prefetch={false} className="font-[550] hover:underline">
        {lane.name}
      </Link>
    </td>
  );
}

function WindowRow({ lane, window }: { readonly lane: LaneHead; readonly window: WindowModel }) {
  const first = window.runs[0];
  const { cause, diagnosis, incidentId } = window.told;
  return (
    <tr>
      <ScheduleCell lane={lane} />
      <td className={`${CELL} whitespace-nowrap`}>
        <AbsoluteTime at={iso(window.expectedAt)} />
      </td>
      <td className={`${CELL} whitespace-nowrap`}>
        <AbsoluteTime at={iso(window.dueBy)} />
      </td>
      <td className={`${CELL} whitespace-nowrap`}>
        <span className="inline-flex items-center gap-2">
          <Glyph name={window.mark} />
          {wordOf(window.mark)}
        </span>
      </td>
      <td className={`${CELL} whitespace-nowrap`}>{first ? <AbsoluteTime at={iso(first.from)} /> : "none"}</td>
      <td className={`${CELL} whitespace-nowrap`}>{tookInWords(window)}</td>
      <td className={`${CELL} text-ink-2`}>
        {diagnosis ?? (cause ? causeInWords(cause) : "")}{" "}
        {incidentId === undefined ? null : (
          <Link href={`/incidents/${incidentId}`} prefetch={false} className="text-accent hover:underline">
            Incident
          </Link>
        )}
      </td>
    </tr>
  );
}

function BucketRow({ lane, bucket }: { readonly lane: LaneHead; readonly bucket: BucketModel }) {
  const { upcoming: _, ...counts } = bucket.counts;
  return (
    <tr>
      <ScheduleCell lane={lane} />
      <td className={`${CELL} whitespace-nowrap`}>
        <AbsoluteTime at={iso(bucket.from)} />
      </td>
      <td className={`${CELL} whitespace-nowrap`}>
        <AbsoluteTime at={iso(bucket.to)} />
      </td>
      <td className={CELL} colSpan={4}>
        <span className="inline-flex items-center gap-2">
          <Glyph name={bucket.worst} />
          {countsInWords(counts)}
        </span>
      </td>
    </tr>
  );
}

type Row = { readonly lane: LaneHead; readonly at: number } & (
  | { readonly window: WindowModel }
  | { readonly bucket: BucketModel }
);

function rowsOf(lanes: readonly LaneHead[], factsOf: (slug: string) => LaneFacts | null, seen: Stretch): Row[] {
  return lanes.flatMap((lane): Row[] => {
    const facts = factsOf(lane.slug);
    if (!facts) return [];
    return [
      ...facts.windows
        .filter(({ expectedAt }) => expectedAt >= seen.from && expectedAt < seen.to)
        .map((window) => ({ lane, at: window.expectedAt, window }))
        .reverse(),
      ...facts.buckets
        .filter(({ from, to, worst }) => to > seen.from && from < seen.to && worst !== "upcoming")
        .map((bucket) => ({ lane, at: bucket.from, bucket }))
        .reverse(),
    ];
  });
}

const COLUMNS = ["Schedule", "Expected", "Due by", "Verdict", "Run began", "Took", "Why"];

/** What the picture shows, as a table: a row a window, the newest first, schedule by schedule in the same order. */
export function FactsTable({ lanes, seen }: { readonly lanes: readonly LaneHead[]; readonly seen: Stretch }) {
  const [count, setCount] = useState(LANES);
  const some = useMemo(() => lanes.slice(0, count), [lanes, count]);
  const slugs = useMemo(() => some.map(({ slug }) => slug), [some]);
  const { factsOf, pending, error } = useTiles({ slugs, span: seen, width: WIDTH });
  const rows = rowsOf(some, factsOf, seen);
  if (rows.length === 0 && pending) return <Waiting rows={8} />;
  return (
    <div className="overflow-x-auto rounded-[8px] border border-line bg-surface" aria-busy={pending}>
      {error === null || error === undefined ? null : <Notice look="bad">{wordsOf(error)}</Notice>}
      <table className="w-full border-collapse">
        <caption className="sr-only">Every expected window in this span, with what came</caption>
        <thead>
          <tr>
            {COLUMNS.map((name) => (
              <th key={name} scope="col" className={HEAD}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows
            .slice(0, MOST)
            .map((row) =>
              "window" in row ? (
                <WindowRow key={`${row.lane.slug} ${row.at}`} lane={row.lane} window={row.window} />
              ) : (
                <BucketRow key={`${row.lane.slug} ${row.at} of many`} lane={row.lane} bucket={row.bucket} />
              ),
            )}
        </tbody>
      </table>
      {rows.length === 0 ? (
        <p className="border-t border-line px-[14px] py-3 text-ink-2">Nothing was expected.</p>
      ) : null}
      {rows.length > MOST ? (
        <p className="border-t border-line px-[14px] py-3 text-ink-2">
          {rows.length - MOST} more rows. Choose a shorter span, or filter.
        </p>
      ) : null}
      {lanes.length > count ? (
        <div className="flex items-center gap-3 border-t border-line px-[14px] py-2.5 text-ink-2 print:hidden">
          These are the first {count} of {lanes.length} schedules.
          <Button onClick={() => setCount(count + LANES)}>Show {Math.min(LANES, lanes.length - count)} more</Button>
        </div>
      ) : null}
    </div>
  );
}
