"use client";

import { brushX, type D3BrushEvent } from "d3-brush";
import { select } from "d3-selection";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { toneOf } from "#components/marks/look.ts";
import { absoluteInZone, lengthInWords } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import type { Stretch } from "#components/timeline/model.ts";
import { calm, overviewOf } from "#components/timeline/range.ts";
import { useDensity } from "#components/timeline/use-density.ts";
import type { LaneFilters } from "#components/timeline/use-lanes.ts";
import type { Settled, Viewport } from "#components/timeline/viewport.ts";
import { MinimapEdge } from "./minimap-edge.tsx";

const HEIGHT = 26;
const LEAST_BAR = 3;
const HANDLE = 10;

interface Density {
  readonly bucketSeconds: number;
  readonly buckets: readonly {
    readonly at: string;
    readonly bad: number;
    readonly worst: Parameters<typeof toneOf>[0];
  }[];
}

function Bars({
  density,
  whole,
  width,
}: {
  readonly density: Density;
  readonly whole: Stretch;
  readonly width: number;
}) {
  const perMilli = width / (whole.to - whole.from);
  const most = Math.max(1, ...density.buckets.map(({ bad }) => bad));
  return density.buckets.map(({ at, bad, worst }) => {
    // The root, so that one bad window is seen beside a thousand.
    const high = 4 + 18 * Math.sqrt(bad / most);
    return (
      <rect
        key={at}
        x={(Date.parse(at) - whole.from) * perMilli}
        y={HEIGHT - 2 - high}
        width={Math.max(LEAST_BAR, density.bucketSeconds * 1_000 * perMilli - 1)}
        height={high}
        fill={`var(--${toneOf(worst)}-fill)`}
      />
    );
  });
}

/** The whole range with the density of bad windows; what is seen of it is a piece that can be dragged and resized. */
export function Minimap({
  viewport,
  rested,
  filters,
  asks,
}: {
  readonly viewport: Viewport;
  readonly rested: Settled;
  readonly filters: LaneFilters;
  /** Not yet while what is seen is on its way. */
  readonly asks: boolean;
}) {
  const { zone } = useZone();
  const frame = useRef<HTMLDivElement>(null);
  const group = useRef<SVGGElement>(null);
  const [width, setWidth] = useState(0);
  const whole = useMemo(() => overviewOf(rested, viewport.now), [rested, viewport]);
  const { data } = useDensity(calm(whole), filters, asks);
  const drawn = useRef(whole);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(Math.floor(element.getBoundingClientRect().width)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    const element = group.current;
    if (!element || width <= 0) return;
    const selection = select(element);
    let held = false;
    const perMilli = () => width / (drawn.current.to - drawn.current.from);
    const brush = brushX<unknown>()
      .extent([
        [0, 0],
        [width, HEIGHT],
      ])
      .handleSize(HANDLE)
      .on("start", (event: D3BrushEvent<unknown>) => {
        if (event.sourceEvent) held = true;
      })
      .on("end", (event: D3BrushEvent<unknown>) => {
        if (event.sourceEvent) held = false;
      })
      .on("brush", (event: D3BrushEvent<unknown>) => {
        if (!event.sourceEvent || !event.selection) return;
        const [x0, x1] = event.selection as [number, number];
        viewport.stop();
        viewport.move({ from: drawn.current.from + x0 / perMilli(), to: drawn.current.from + x1 / perMilli() });
      });
    selection.call(brush);
    selection.select(".selection").attr("fill", "var(--accent)").attr("fill-opacity", 0.12).attr("stroke", "none");
    const follow = () => {
      // Who drags it knows where it is.
      if (held) return;
      const x = (at: number) => Math.min(width, Math.max(0, (at - drawn.current.from) * perMilli()));
      selection.call(brush.move, [x(viewport.from), Math.max(x(viewport.to), x(viewport.from) + 2)]);
    };
    const stop = viewport.paint(follow);
    return () => {
      stop();
      selection.on(".brush", null).selectAll("*").remove();
    };
  }, [viewport, width]);
  useEffect(() => {
    drawn.current = whole;
    viewport.request();
  }, [whole, viewport]);
  const span = rested.to - rested.from;
  const words = `${lengthInWords(span)} from ${absoluteInZone(rested.from, zone)} to ${absoluteInZone(rested.to, zone)}`;
  return (
    <div className="relative border-t border-line px-[14px] py-[10px]">
      <div
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label="What is seen of the whole range"
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round((100 * (rested.from - whole.from)) / Math.max(1, whole.to - whole.from - span))}
        aria-valuetext={words}
        title={`${lengthInWords(whole.to - whole.from)} in all: drag the lit piece, or its edges; with Tab each of them takes the arrow keys`}
        className="relative h-[26px] rounded-[4px] bg-sunken"
        onKeyDown={(event) => {
          const step = { ArrowLeft: -0.25, ArrowRight: 0.25, PageUp: -1, PageDown: 1 }[event.key];
          if (step === undefined && event.key !== "Home" && event.key !== "End") return;
          event.preventDefault();
          if (step !== undefined) viewport.panBy(step * viewport.length);
          else if (event.key === "Home") viewport.move({ from: whole.from, to: whole.from + span });
          else viewport.move({ from: whole.to - span, to: whole.to });
        }}
      >
        <svg className="absolute inset-0 block" width={width} height={HEIGHT} aria-hidden="true">
          {data && width > 0 ? <Bars density={data} whole={whole} width={width} /> : null}
          <g ref={group} />
        </svg>
      </div>
      {width > 0 ? (
        <div className="pointer-events-none absolute inset-x-[14px] inset-y-[10px]">
          {(["from", "to"] as const).map((end) => (
            <MinimapEdge key={end} {...{ end, viewport, rested, whole, width, zone }} />
          ))}
        </div>
      ) : null}
    </div>
  );
}
