"use client";

import { useMemo, useRef, useState } from "react";
import { useNow } from "#components/time/now.ts";
import { useZone } from "#components/time/zone.tsx";
import { Axis } from "#components/timeline/axis.tsx";
import { LaneCanvas, type Pointed } from "#components/timeline/lane-canvas.tsx";
import { extentOf } from "#components/timeline/lanes.ts";
import type { LaneModel, TimelineModel, WindowModel } from "#components/timeline/model.ts";
import { ROW } from "#components/timeline/paint.ts";
import { seenAt } from "#components/timeline/range.ts";
import { makeScale, type Scale } from "#components/timeline/scale.ts";
import { thin } from "#components/timeline/thin.ts";
import { ticksOf } from "#components/timeline/ticks.ts";
import { useRows } from "#components/timeline/use-rows.ts";
import { HoverCard } from "./hover-card.tsx";
import { LaneList } from "./lane-list.tsx";
import { Legend } from "./legend.tsx";

export interface Selection {
  readonly slug: string;
  readonly expectedAt: number;
}

export interface BoardProps {
  readonly timeline: TimelineModel;
  readonly lanes: readonly LaneModel[];
  readonly range: string;
  readonly selection: Selection | null;
  /** Of a lane, in pixels; 0 before the first layout. */
  readonly width: number;
  readonly measure: (element: Element | null) => void;
  readonly onSelect: (selection: Selection) => void;
}

const COLUMNS =
  "grid grid-cols-[250px_minmax(0,1fr)] max-lg:grid-cols-[200px_minmax(0,1fr)] max-sm:grid-cols-[124px_minmax(0,1fr)]";

function litBy(
  chosen: { readonly slug: string; readonly window: WindowModel } | null,
  scale: Scale,
  now: number,
): { readonly slug: string; readonly x0: number; readonly x1: number } | null {
  return chosen && { slug: chosen.slug, ...extentOf(chosen.window, scale, now) };
}

function chosenIn(lanes: readonly LaneModel[], pointed: Pointed | null, selection: Selection | null) {
  if (pointed?.hit.kind === "window") return { slug: pointed.lane.slug, window: pointed.hit.window };
  const lane = selection && lanes.find(({ slug }) => slug === selection.slug);
  const window = lane?.windows.find(({ expectedAt }) => expectedAt === selection?.expectedAt);
  return lane && window ? { slug: lane.slug, window } : null;
}

/** Lanes over time: names on the left, the picture on the right, the axis above. */
export function Board({ timeline, lanes, range, selection, width, measure, onSelect }: BoardProps) {
  const { zone } = useZone();
  const now = useNow();
  const body = useRef<HTMLDivElement>(null);
  const rows = useRows(body, lanes.length);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const scale = useMemo(() => makeScale(seenAt(range, now), width), [range, now, width]);
  const ticks = useMemo(() => (width > 0 ? ticksOf(scale, zone, width < 500 ? 76 : 104) : []), [scale, zone, width]);
  const lit = useMemo(
    () => litBy(chosenIn(lanes, pointed, selection), scale, now),
    [lanes, pointed, selection, scale, now],
  );
  const millisPerPixel = (scale.to - scale.from) / Math.max(1, width);
  const drawn = useMemo(() => lanes.map((lane) => thin(lane, millisPerPixel)), [lanes, millisPerPixel]);
  const height = lanes.length * ROW;
  return (
    <section aria-label="Lanes" className="rounded-[8px] border border-line bg-surface">
      <div className={`${COLUMNS} sticky top-0 z-10 rounded-t-[8px] bg-surface`}>
        <div />
        {width > 0 ? (
          <Axis ticks={ticks} scale={scale} now={now} zone={zone} changes={timeline.changes} />
        ) : (
          <div className="h-[34px]" />
        )}
      </div>
      <div ref={body} className={COLUMNS}>
        <LaneList lanes={lanes} rows={rows} seen={scale} />
        <div ref={measure} className="relative" style={{ height }}>
          {width > 0 ? (
            <LaneCanvas
              {...{ timeline, rows, scale, ticks, now, lit }}
              lanes={drawn}
              onPoint={setPointed}
              onPress={(pressed) => {
                if (pressed?.hit.kind !== "window") return;
                onSelect({ slug: pressed.lane.slug, expectedAt: pressed.hit.window.expectedAt });
              }}
            />
          ) : null}
          {pointed === null ? null : <HoverCard pointed={pointed} width={width} lanes={lanes.length} />}
        </div>
      </div>
      <Legend heat={drawn.some((lane) => lane.buckets.length > 0)} />
    </section>
  );
}
