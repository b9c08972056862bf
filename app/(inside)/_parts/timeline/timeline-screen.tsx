"use client";

import { useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useCallback, useMemo, useRef, useState } from "react";
import { wordsOf } from "#components/api/client.ts";
import type { DemoState } from "#components/api/demo.ts";
import type { Incident, LaneListed, List } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { MARKS, type MarkName, shortWordOf } from "#components/marks/look.ts";
import { type Counts, isOwn } from "#components/timeline/model.ts";
import { calm } from "#components/timeline/range.ts";
import { rowsOf } from "#components/timeline/rows.ts";
import type { Pointed, Stage } from "#components/timeline/stage.ts";
import { useDensity } from "#components/timeline/use-density.ts";
import { useFrozen } from "#components/timeline/use-frozen.ts";
import { lanesKey, useLanes } from "#components/timeline/use-lanes.ts";
import type { Tiles } from "#components/timeline/use-tiles.ts";
import { useViewport } from "#components/timeline/use-viewport.ts";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Waiting } from "#components/ui/page.tsx";
import { Announcer } from "./announcer.tsx";
import { Banner } from "./banner.tsx";
import { Board } from "./board.tsx";
import { DemoCard } from "./demo-card.tsx";
import { FilterBar } from "./filter-bar.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { Legend } from "./legend.tsx";
import { Minimap } from "./minimap.tsx";
import { RangeBar } from "./range-bar.tsx";
import { ShareButton } from "./share-button.tsx";
import { useBadWindows } from "./use-bad-windows.ts";
import { useIncidents } from "./use-incidents.ts";
import { useScreenState } from "./use-screen-state.ts";
import { TIMELINE_KEYS, useTimelineKeys } from "./use-timeline-keys.ts";

// What is not there at first comes when it is asked for.
const ActDialog = dynamic(() => import("../../incidents/_parts/act-dialog.tsx").then((file) => file.ActDialog));
const FactsTable = dynamic(() => import("./facts-table.tsx").then((file) => file.FactsTable));
const WindowPanel = dynamic(() => import("./window-panel.tsx").then((file) => file.WindowPanel));
const SpotPanel = dynamic(() => import("./window-panel.tsx").then((file) => file.SpotPanel));
const KeySheet = dynamic(() => import("#components/ui/key-sheet.tsx").then((file) => file.KeySheet));

export interface TimelineScreenProps {
  /** The first lanes under the filters of the address; `null` when they could not be read. */
  readonly initial: (List<LaneListed> & { readonly total: number }) | null;
  readonly publicUrl: string;
  readonly pingKey: string | null;
  /** Every tag, and every environment, that a schedule has. */
  readonly tags: readonly string[];
  readonly environments: readonly string[];
  /** `null`: there is none. */
  readonly demo: DemoState | null;
}

const SUMMED: ReadonlySet<MarkName> = new Set([
  ...(["rejected", "missing", "failed", "overrun", "late", "running", "on_time"] as const),
]);

function Summary({ counts }: { readonly counts: Counts }) {
  return (
    <div className="flex min-h-5 flex-wrap gap-x-[14px] gap-y-1 text-ink-2">
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

/** Whether anything of the lanes is there, and nothing of what is seen on its way. */
const hasCome = (tiles: Tiles | null, order: readonly string[]): boolean =>
  tiles !== null && !tiles.pending && order.slice(0, 100).some((slug) => tiles.factsOf(slug) !== null);

/** The lanes that the server drew the page with are known before the first question. */
function useSeed(initial: TimelineScreenProps["initial"], key: readonly unknown[]): void {
  const client = useQueryClient();
  useState(() => {
    if (initial && client.getQueryData(key) === undefined) {
      client.setQueryData(key, { pages: [initial], pageParams: [null] });
    }
    return null;
  });
}

export function TimelineScreen({ initial, publicUrl, pingKey, tags, environments, demo }: TimelineScreenProps) {
  const { mayRespond } = useMe();
  const state = useScreenState();
  const { query, go, filters, selection, spot, table, filtered, collapsed } = state;
  const { viewport, rested } = useViewport(query, go);
  const { group = null, verdict = null } = filters;
  // The server knows how lanes stand, and not which span will be seen.
  useSeed(verdict === null ? initial : null, lanesKey(filters, rested));
  const [isDrawn, setDrawn] = useState(table);
  const { lanes: found, query: asked } = useLanes(filters, rested, { further: isDrawn });
  const [over, setOver] = useState(false);
  const lanes = useFrozen(found, over || selection !== null || spot !== null);
  const rows = useMemo(() => rowsOf(lanes, { group, collapsed }), [lanes, group, collapsed]);
  const shown = useMemo(() => rows.flatMap((row) => (row.kind === "lane" ? [row.lane] : [])), [rows]);
  const order = useMemo(() => shown.map(({ slug }) => slug), [shown]);
  const [tiles, setTiles] = useState<Tiles | null>(null);
  // The lanes that are seen come first: what is asked over all of them would hold them up.
  if (!isDrawn && (table || asked.isError || tiles?.error || hasCome(tiles, order))) setDrawn(true);
  const counts = useDensity(calm(rested), filters, isDrawn).data?.totals ?? {};
  const bad = useBadWindows({ seen: rested, filters, selection, select: state.select, asks: isDrawn });
  const stage = useRef<Stage | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const [taken, setTaken] = useState<Incident | null>(null);
  const chosen = selection
    ? (tiles?.factsOf(selection.slug)?.windows.find(({ expectedAt }) => expectedAt === selection.expectedAt) ?? null)
    : null;
  const { incidentOf, open } = useIncidents(chosen?.told.incidentId ?? bad.current?.incidentId ?? null);
  const close = () => {
    state.select(null);
    // Who closed it goes on from the lanes.
    document.getElementById("lanes-region")?.focus({ preventScroll: true });
  };
  const acknowledge = () => {
    const own = incidentOf(chosen?.told.incidentId ?? bad.current?.incidentId);
    const incident = selection ? own : (open[0] ?? null);
    if (incident?.state === "open" && mayRespond) setTaken(incident);
  };
  const router = useRouter();
  const openChosen = () => {
    const id = chosen?.told.incidentId ?? bad.current?.incidentId;
    if (selection === null) bad.step(1);
    else router.push(id ? `/incidents/${id}` : `/schedules/${selection.slug}`);
  };
  const [keysShown, setKeysShown] = useState(false);
  useTimelineKeys({
    open: openChosen,
    tell: () => setKeysShown(true),
    viewport,
    search,
    bad,
    selected: selection !== null || spot !== null,
    close,
    acknowledge,
  });
  const press = useCallback(
    ({ slug, at, meant }: Pointed) => {
      if (meant?.kind === "band") router.push(`/accelerations/${meant.band.id}`);
      else if (meant?.kind === "window") state.select({ slug, expectedAt: meant.window.expectedAt });
      else if (meant?.kind === "cell") {
        const first = bad.within(slug, meant.within);
        if (first) return state.select(first);
        const length = (meant.within.to - meant.within.from) * 12;
        const middle = (meant.within.from + meant.within.to) / 2;
        viewport.stop();
        viewport.move({ from: middle - length / 2, to: middle + length / 2 });
      } else state.askWhy({ slug, at });
    },
    [state, bad, viewport, router],
  );
  const takeStage = useCallback((one: Stage | null) => {
    stage.current = one;
  }, []);
  const begins = !filtered && found.length > 0 && found.every(isOwn);
  const waiting = asked.data === undefined && !asked.isError;
  const about = selection?.slug ?? spot?.slug ?? null;
  const name = found.find(({ slug }) => slug === about)?.name ?? about ?? "";
  const isEmpty = asked.data !== undefined && found.length === 0;
  return (
    <div className={`flex items-stretch ${table ? "min-h-full" : "sm:h-full"}`}>
      <div className={`flex min-w-0 flex-1 flex-col px-5 py-[18px] max-sm:px-3 ${table ? "" : "sm:min-h-[520px]"}`}>
        <header className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <h1 className="text-xl leading-[1.3] font-[620] tracking-[-0.015em]">Timeline</h1>
          <Summary counts={counts} />
        </header>
        <div className="h-3 flex-none" />
        <DemoCard drawn={demo} />
        <Banner />
        {begins ? (
          <div className="pb-5">
            <FirstSteps publicUrl={publicUrl} pingKey={pingKey} />
          </div>
        ) : null}
        {isEmpty && !filtered ? null : (
          <div className="flex flex-wrap items-center justify-between gap-2 pb-3 print:hidden">
            <RangeBar
              {...{ viewport, go }}
              search={query.size > 0 ? `?${query}` : ""}
              reached={!asked.isError && (tiles?.error ?? null) === null}
            />
            <div className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0 max-sm:w-full">
              <FilterBar {...{ filters, tags, environments, table, search, go }} />
              <ShareButton stage={() => stage.current} shown={() => ({ seen: viewport, lanes: shown, filters })} />
            </div>
          </div>
        )}
        <Trouble thrown={asked.error ?? tiles?.error ?? null} retry={() => void asked.refetch()} />
        {waiting ? <Waiting rows={10} /> : null}
        {isEmpty && filtered ? <Notice>No schedule fits this filter.</Notice> : null}
        {found.length > 0 && table ? <FactsTable lanes={shown} seen={rested} /> : null}
        {found.length > 0 && !table ? (
          <Board
            {...{ viewport, rested, rows, order, selection }}
            onPress={press}
            onToggle={state.toggle}
            onOver={setOver}
            onStage={takeStage}
            onTiles={setTiles}
          >
            <Minimap {...{ viewport, rested, filters }} asks={isDrawn} />
            <Legend />
          </Board>
        ) : null}
        <Announcer name={name} window={chosen} selection={selection} mark={bad.current?.mark ?? null} />
      </div>
      {selection ? (
        <WindowPanel {...{ selection, name, incidentOf }} onAcknowledge={setTaken} onClose={close} />
      ) : spot ? (
        <SpotPanel spot={spot} name={name} onClose={close} />
      ) : null}
      {keysShown ? <KeySheet told={TIMELINE_KEYS} onClose={() => setKeysShown(false)} /> : null}
      {taken ? <ActDialog asking="acknowledge" incidents={[taken]} people={[]} onClose={() => setTaken(null)} /> : null}
    </div>
  );
}

/** What could not be read, and what to do about it. */
function Trouble({ thrown, retry }: { readonly thrown: unknown; readonly retry: () => void }) {
  if (thrown === null || thrown === undefined) return null;
  return (
    <div className="pb-3">
      <Notice look="bad">
        {wordsOf(thrown)}{" "}
        <button type="button" onClick={retry} className="font-medium underline">
          Ask again
        </button>
      </Notice>
    </div>
  );
}
