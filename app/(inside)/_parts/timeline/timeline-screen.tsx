"use client";

import { useMemo } from "react";
import { wordsOf } from "#components/api/client.ts";
import type { Timeline } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { MARKS, type MarkName, shortWordOf } from "#components/marks/look.ts";
import { useNow } from "#components/time/now.ts";
import { inOrder } from "#components/timeline/lanes.ts";
import { type Counts, countsOf, isBadWindow, isOwn, type LaneModel, type Stretch } from "#components/timeline/model.ts";
import { readRange, seenAt } from "#components/timeline/range.ts";
import { useWidth } from "#components/timeline/use-size.ts";
import { useTimeline } from "#components/timeline/use-timeline.ts";
import { useAddress } from "#components/ui/address.ts";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Waiting } from "#components/ui/page.tsx";
import { useKeys } from "#components/ui/use-keys.ts";
import { Banner } from "./banner.tsx";
import { Board, type Selection } from "./board.tsx";
import { FactsTable } from "./facts-table.tsx";
import { FilterBar, WANTED } from "./filter-bar.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { WindowPanel } from "./window-panel.tsx";

export interface TimelineScreenProps {
  readonly initial: Timeline | null;
  readonly publicUrl: string;
  readonly pingKey: string | null;
  /** Every tag that a schedule has. */
  readonly tags: readonly string[];
}

const SUMMED: ReadonlySet<MarkName> = new Set([
  "missing",
  "rejected",
  "failed",
  "overrun",
  "late",
  "running",
  "on_time",
]);

function Summary({ counts }: { readonly counts: Counts }) {
  return (
    <div className="flex flex-wrap gap-x-[14px] gap-y-1 text-ink-2">
      {MARKS.filter((mark) => SUMMED.has(mark) && counts[mark]).map((mark) => (
        <span key={mark} className="inline-flex items-center gap-1.5">
          <Glyph name={mark} />
          <b className="font-semibold text-ink">{counts[mark]}</b>
          {shortWordOf(mark)}
        </span>
      ))}
    </div>
  );
}

function sum(lanes: readonly LaneModel[], seen: Stretch): Counts {
  const all: Counts = {};
  for (const lane of lanes) {
    for (const [mark, many] of Object.entries(countsOf(lane, seen))) {
      all[mark as MarkName] = (all[mark as MarkName] ?? 0) + many;
    }
  }
  return all;
}

const holds = (lane: LaneModel, verdict: MarkName, seen: Stretch): boolean =>
  lane.status === verdict || (countsOf(lane, seen)[verdict] ?? 0) > 0;

function readSelection(slug: string | null, at: string | null): Selection | null {
  const expectedAt = Date.parse(at ?? "");
  return slug !== null && Number.isFinite(expectedAt) ? { slug, expectedAt } : null;
}

/** The bad windows in the order of the screen: lane by lane, the newest first. */
const badOnes = (lanes: readonly LaneModel[], seen: Stretch): Selection[] =>
  lanes.flatMap(({ slug, windows }) =>
    windows
      .filter((window) => isBadWindow(window) && window.expectedAt >= seen.from)
      .map(({ expectedAt }) => ({ slug, expectedAt }))
      .reverse(),
  );

export function TimelineScreen({ initial, publicUrl, pingKey, tags }: TimelineScreenProps) {
  const { query, go } = useAddress();
  const range = readRange(query.get("range"));
  const [q, tag] = [query.get("q") ?? "", query.get("tag") ?? ""];
  const verdict = WANTED.find((one) => one === query.get("verdict")) ?? null;
  const table = query.get("view") === "table";
  const selection = readSelection(query.get("schedule"), query.get("window"));
  const [measure, measured] = useWidth();
  const width = table ? 1_000 : measured;
  const { model, query: asked } = useTimeline({ range, q, tag, width }, initial);
  const now = useNow();
  const seen = useMemo(() => seenAt(range, now), [range, now]);
  const lanes = useMemo(() => {
    const ordered = inOrder(model?.lanes ?? []);
    return verdict === null ? ordered : ordered.filter((lane) => holds(lane, verdict, seen));
  }, [model, verdict, seen]);
  const counts = useMemo(() => sum(lanes, seen), [lanes, seen]);
  const select = (chosen: Selection | null) =>
    go({
      schedule: chosen?.slug ?? null,
      window: chosen === null ? null : new Date(chosen.expectedAt).toISOString(),
    });
  const step = (by: 1 | -1) => {
    const bad = badOnes(lanes, seen);
    const at = bad.findIndex((one) => one.slug === selection?.slug && one.expectedAt === selection.expectedAt);
    const next = bad[at < 0 ? 0 : (at + by + bad.length) % bad.length];
    if (next) select(next);
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  const filtered = q !== "" || tag !== "" || verdict !== null;
  const empty = model !== null && lanes.length === 0;
  const begins = model?.lanes.every(isOwn) === true && !filtered;
  const name = selection ? (model?.lanes.find(({ slug }) => slug === selection.slug)?.name ?? selection.slug) : "";
  return (
    <div className="flex items-start">
      <div className="min-w-0 flex-1">
        <Page wide title="Timeline" beside={<Summary counts={counts} />}>
          <div className="h-3" />
          <Banner />
          {begins ? (
            <div className="pb-5">
              <FirstSteps publicUrl={publicUrl} pingKey={pingKey} />
            </div>
          ) : null}
          {empty && !filtered ? null : (
            <FilterBar
              {...{ range, q, tag, tags, verdict, table, go }}
              live={!asked.isError}
              search={query.size > 0 ? `?${query}` : ""}
            />
          )}
          {asked.isError ? (
            <div className="pb-3">
              <Notice look="bad">{wordsOf(asked.error)}</Notice>
            </div>
          ) : null}
          {model === null ? <Waiting rows={8} /> : null}
          {empty && filtered ? <Notice>No schedule fits this filter.</Notice> : null}
          {model !== null && !empty && table ? <FactsTable lanes={lanes} seen={seen} /> : null}
          {model !== null && !empty && !table ? (
            <Board {...{ lanes, range, selection, measure }} timeline={model} width={measured} onSelect={select} />
          ) : null}
          {model?.more ? (
            <p className="pt-3 text-ink-2">
              These are the first 1,000 schedules, the worst first. Filter to see others.
            </p>
          ) : null}
        </Page>
      </div>
      {selection === null ? null : <WindowPanel selection={selection} name={name} onClose={() => select(null)} />}
    </div>
  );
}
