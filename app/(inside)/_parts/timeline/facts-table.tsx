"use client";

import Link from "next/link";
import { Glyph } from "#components/marks/glyph.tsx";
import { causeInWords, wordOf } from "#components/marks/look.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { lengthInWords } from "#components/time/words.ts";
import type { BucketModel, LaneModel, Stretch, WindowModel } from "#components/timeline/model.ts";
import { countsInWords } from "./lane-list.tsx";

const CELL = "border-t border-line px-[14px] py-[7px] align-top";
const HEAD = "px-[14px] py-2 text-left text-s font-medium text-ink-3";

/** Rows of all lanes together; more would be slow, and read by nobody. */
const MOST = 2_000;

const iso = (at: number): string => new Date(at).toISOString();

function tookInWords(window: WindowModel): string {
  const run = window.runs.at(-1);
  if (!run) return "";
  if (run.to === null) return "under way";
  return run.to === run.from ? "only its end was reported" : lengthInWords(run.to - run.from);
}

function ScheduleCell({ lane }: { readonly lane: LaneModel }) {
  return (
    <td className={CELL}>
      <Link href={`/schedules/${lane.slug}`} prefetch={false} className="font-[550] hover:underline">
        {lane.name}
      </Link>
    </td>
  );
}

function WindowRow({ lane, window }: { readonly lane: LaneModel; readonly window: WindowModel }) {
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

function BucketRow({ lane, bucket }: { readonly lane: LaneModel; readonly bucket: BucketModel }) {
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

type Row = { readonly lane: LaneModel; readonly at: number } & (
  | { readonly window: WindowModel }
  | { readonly bucket: BucketModel }
);

function rowsOf(lanes: readonly LaneModel[], seen: Stretch): Row[] {
  return lanes.flatMap((lane): Row[] => [
    ...lane.windows
      .filter(({ expectedAt }) => expectedAt >= seen.from && expectedAt < seen.to)
      .map((window) => ({ lane, at: window.expectedAt, window }))
      .reverse(),
    ...lane.buckets
      .filter(({ from, worst }) => from >= seen.from && from < seen.to && worst !== "upcoming")
      .map((bucket) => ({ lane, at: bucket.from, bucket }))
      .reverse(),
  ]);
}

/** What the picture shows, as a table: a row a window, the newest first. */
export function FactsTable({ lanes, seen }: { readonly lanes: readonly LaneModel[]; readonly seen: Stretch }) {
  const rows = rowsOf(lanes, seen);
  return (
    <div className="overflow-x-auto rounded-[8px] border border-line bg-surface">
      <table className="w-full border-collapse">
        <caption className="sr-only">Every expected window in this span, with what came</caption>
        <thead>
          <tr>
            {["Schedule", "Expected", "Due by", "Verdict", "Run began", "Took", "Why"].map((name) => (
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
                <BucketRow key={`${row.lane.slug} ${row.at}`} lane={row.lane} bucket={row.bucket} />
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
    </div>
  );
}
