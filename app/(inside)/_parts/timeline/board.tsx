"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import dynamic from "next/dynamic";
import { type ReactNode, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useZone } from "#components/time/zone.tsx";
import type { LaneFacts, LaneHead } from "#components/timeline/model.ts";
import { ROW } from "#components/timeline/paint.ts";
import { AXIS } from "#components/timeline/paint-axis.ts";
import { rangeInWords, rangeOf } from "#components/timeline/range.ts";
import type { Row } from "#components/timeline/rows.ts";
import { type Pointed, type Selection, Stage, type StageLane } from "#components/timeline/stage.ts";
import { useTheme } from "#components/timeline/use-theme.ts";
import type { Tiles } from "#components/timeline/use-tiles.ts";
import { useTiles } from "#components/timeline/use-tiles.ts";
import { useSettled } from "#components/timeline/use-viewport.ts";
import type { Settled, Viewport } from "#components/timeline/viewport.ts";
import { AxisBrush } from "./axis-brush.tsx";
import { COLUMNS, HEAD, LaneList } from "./lane-list.tsx";
import { useCanvasHands } from "./use-canvas-hands.ts";
import { useHoverCard } from "./use-hover-card.ts";

const HoverCard = dynamic(() => import("./hover-card.tsx").then((file) => file.HoverCard), { ssr: false });

export interface BoardProps {
  readonly viewport: Viewport;
  /** What was seen when it last rested. */
  readonly rested: Settled;
  readonly rows: readonly Row[];
  /** All lanes in the order of the screen. */
  readonly order: readonly string[];
  readonly selection: Selection | null;
  readonly onPress: (pointed: Pointed) => void;
  readonly onToggle: (group: string) => void;
  /** Whether a pointer is over the lanes. */
  readonly onOver: (over: boolean) => void;
  readonly onStage: (stage: Stage | null) => void;
  readonly onTiles: (tiles: Tiles) => void;
  /** Below the lanes. */
  readonly children: ReactNode;
}

/** Rows beyond the edges of what is seen, so that scrolling meets drawn ones. */
const BEYOND = 5;
/** What the server draws before anybody has measured. */
const FIRST_SIGHT = { width: 1_200, height: 700 };

/** The nearest element around it that scrolls: the board itself, or on a phone the page. */
function scrollerOf(element: Element): HTMLElement | null {
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (at instanceof HTMLElement && /auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return null;
}

function useRows(rows: readonly Row[]) {
  const frame = useRef<HTMLDivElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const found = useRef<{ readonly width: number; readonly element: HTMLElement | null }>({ width: 0, element: null });
  // Asked many times a frame; which element it is depends on how wide the window is.
  const scroller = useCallback(() => {
    const width = window.innerWidth;
    if (frame.current && (found.current.width !== width || !found.current.element?.isConnected)) {
      found.current = { width, element: scrollerOf(frame.current) };
    }
    return found.current.element;
  }, []);
  // The same functions for the same rows: else all of them are measured again at every drawing.
  const heightOf = useCallback((index: number) => (rows[index]?.kind === "group" ? HEAD : ROW), [rows]);
  const keyOf = useCallback((index: number) => rows[index]?.key ?? index, [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: scroller,
    estimateSize: heightOf,
    getItemKey: keyOf,
    overscan: BEYOND,
    initialRect: FIRST_SIGHT,
    scrollMargin: margin,
    useFlushSync: false,
  });
  // How far down the list begins changes with what stands above it, and so does the height of what holds both.
  useLayoutEffect(() => {
    const list = body.current;
    if (!list) return;
    const measure = () => {
      // A wider or narrower window may scroll by another element than before.
      const around = scroller();
      if (!around) return;
      const above = list.getBoundingClientRect().top - around.getBoundingClientRect().top + around.scrollTop;
      setMargin(Math.round(above));
    };
    measure();
    const observer = new ResizeObserver(measure);
    for (let at = list.parentElement; at; at = at.parentElement) observer.observe(at);
    return () => observer.disconnect();
  }, [scroller]);
  const kinds = useMemo(() => rows.map(({ kind }) => (kind === "group" ? "g" : "l")).join(""), [rows]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: heads and lanes are of different heights
  useLayoutEffect(() => virtual.measure(), [virtual, kinds]);
  return { virtual, frame, body, margin, scroller };
}

/** Lanes over time: names on the left, the picture on the right, the axis above. */
export function Board(props: BoardProps) {
  const { viewport, rested, rows, order, selection, onPress, onToggle, onOver, onStage, onTiles, children } = props;
  const settled = useSettled(viewport);
  const { zone } = useZone();
  const theme = useTheme();
  const { virtual, frame, body, margin, scroller } = useRows(rows);
  const items = virtual.getVirtualItems();
  const [stage] = useState(() => new Stage(viewport));
  const [width, setWidth] = useState(0);
  const [lanesAt, headAt] = [useRef<HTMLCanvasElement>(null), useRef<HTMLCanvasElement>(null)];
  const hands = useRef<HTMLDivElement>(null);

  const top = (items[0]?.start ?? margin) - margin;
  const bottom = (items.at(-1)?.end ?? margin) - margin;
  const names = items.map(({ index }) => rows[index]?.key ?? "").join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `names` says which rows there are
  const lanes = useMemo(
    () =>
      items.flatMap(({ index, start }): readonly (StageLane & { readonly lane: LaneHead })[] => {
        const row = rows[index];
        return row?.kind === "lane" ? [{ slug: row.lane.slug, top: start - margin - top, lane: row.lane }] : [];
      }),
    [names, rows, margin, top],
  );
  const slugs = useSame(lanes.map(({ slug }) => slug));
  const { factsOf, blind, changes, pending, error } = useTiles({ slugs, order, span: settled, width });
  const tiles = useMemo(() => ({ factsOf, blind, changes, pending, error }), [factsOf, blind, changes, pending, error]);
  useEffect(() => onTiles(tiles), [tiles, onTiles]);

  useEffect(() => {
    onStage(stage);
    return () => onStage(null);
  }, [stage, onStage]);
  useEffect(() => viewport.paint(stage.draw), [viewport, stage]);
  useLayoutEffect(() => {
    stage.play({ factsOf, blind, changes, lanes, height: bottom - top, zone, selection });
  }, [stage, factsOf, blind, changes, lanes, bottom, top, zone, selection]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with the theme the colours change that are read off the page
  useEffect(() => stage.take(lanesAt.current, headAt.current), [stage, theme, width > 0]);
  useLayoutEffect(() => {
    const element = hands.current;
    if (!element) return;
    const measure = () => {
      const wide = Math.floor(element.getBoundingClientRect().width);
      viewport.setWidth(wide);
      setWidth(wide);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [viewport]);

  const scrollBy = (pixels: number) => scroller()?.scrollBy(0, pixels);
  const card = useHoverCard(lanesAt);
  const [near, setNear] = useState(false);
  const { grabbed, handlers } = useCanvasHands({
    ...{ hands, viewport, stage, width, scrollBy },
    onPoint: card.point,
    onPress: (pressed) => {
      card.hide();
      onPress(pressed);
    },
  });
  const shown = grabbed ? null : card.shown;

  const chosen = selection ? rows.findIndex((row) => row.kind === "lane" && row.lane.slug === selection.slug) : -1;
  // biome-ignore lint/correctness/useExhaustiveDependencies: only another choice scrolls to its lane
  useEffect(() => {
    if (chosen >= 0) virtual.scrollToIndex(chosen, { align: "auto" });
  }, [selection?.slug]);

  return (
    <section
      aria-label="Lanes"
      aria-busy={pending}
      className="flex min-h-[260px] flex-col rounded-[8px] border border-line bg-surface max-sm:min-h-0 sm:min-h-0 sm:shrink"
    >
      <div
        ref={frame}
        className="relative min-h-[120px] rounded-t-[8px] max-sm:overflow-visible sm:overflow-x-hidden sm:overflow-y-auto"
        onPointerEnter={() => {
          onOver(true);
          // A card is next: so that it is there when the pointer rests.
          setNear(true);
        }}
        onPointerLeave={() => onOver(false)}
      >
        <div className={`${COLUMNS} sticky top-0 z-10 rounded-t-[8px] bg-surface`}>
          <div className="truncate px-[14px] pt-[9px] text-[11.5px] text-ink-3 max-sm:px-2">
            {rangeInWords(rangeOf(settled.to - settled.from))}
          </div>
          <div aria-hidden="true" className="relative" style={{ height: AXIS }}>
            <canvas ref={headAt} className="absolute inset-0 block" style={{ width, height: AXIS }} />
            <AxisBrush viewport={viewport} width={width} height={AXIS} />
          </div>
        </div>
        <div ref={body} className={COLUMNS}>
          <LaneList
            {...{ items, rows, margin, onToggle }}
            height={virtual.getTotalSize()}
            factsOf={tiles.factsOf}
            seen={rested}
          />
          <div
            ref={hands}
            id="lanes-region"
            // biome-ignore lint/a11y/noNoninteractiveTabindex: it is moved by the arrow keys
            tabIndex={0}
            role="application"
            aria-label="Lanes over time. Arrows move along time, plus and minus zoom, J and K go through what is bad."
            className="relative overflow-hidden outline-offset-[-2px]"
            style={{ height: virtual.getTotalSize() }}
          >
            <Heads {...{ items, rows, margin }} />
            <Pending lanes={lanes} top={top} factsOf={tiles.factsOf} />
            <canvas
              ref={lanesAt}
              role="img"
              aria-label="The lanes as a picture. The list beside it says how many there are of what; the table says it all."
              className={`absolute left-0 block touch-none ${grabbed ? "cursor-grabbing" : shown ? "cursor-pointer" : "cursor-default"}`}
              // How tall it is its stage says.
              style={{ top, width }}
              {...handlers}
            />
            {near ? (
              <HoverCard
                name={lanes.find(({ slug }) => slug === shown?.slug)?.lane.name ?? ""}
                meant={shown?.meant ?? null}
                anchor={card.anchor}
                onHold={card.hold}
                onHide={card.hide}
                onOpen={() => {
                  card.hide();
                  if (shown) onPress(shown);
                }}
              />
            ) : null}
          </div>
        </div>
      </div>
      {children}
    </section>
  );
}

/** The same list while it holds the same: what depends on it is not done again. */
function useSame(list: readonly string[]): readonly string[] {
  const words = list.join(" ");
  // biome-ignore lint/correctness/useExhaustiveDependencies: `words` says all of the list
  return useMemo(() => list, [words]);
}

/** The ground of the heads of groups, so that they go on beside their names. */
function Heads({ items, rows, margin }: Pick<Parameters<typeof LaneList>[0], "items" | "rows" | "margin">) {
  return items
    .filter(({ index }) => rows[index]?.kind === "group")
    .map(({ key, start }) => (
      <div
        key={key}
        className="absolute inset-x-0 border-t border-line bg-sunken"
        style={{ top: start - margin, height: HEAD }}
      />
    ));
}

/** The shape of lanes whose windows are on their way. */
function Pending({
  lanes,
  top,
  factsOf,
}: {
  readonly lanes: readonly StageLane[];
  readonly top: number;
  readonly factsOf: (slug: string) => LaneFacts | null;
}) {
  return lanes
    .filter(({ slug }) => factsOf(slug) === null)
    .map((lane) => (
      <div
        key={lane.slug}
        aria-hidden="true"
        className="absolute inset-x-3 h-2 rounded bg-idle-soft opacity-60 motion-safe:animate-pulse"
        style={{ top: top + lane.top + ROW / 2 - 4 }}
      />
    ));
}
