"use client";

import { brushX, type D3BrushEvent } from "d3-brush";
import { select } from "d3-selection";
import { useEffect, useRef } from "react";
import type { Viewport } from "#components/timeline/viewport.ts";

/** Narrower than this it was a slip of the hand, in pixels. */
const LEAST = 6;

/** Dragging over the axis shows what was dragged over. */
export function AxisBrush({
  viewport,
  width,
  height,
}: {
  readonly viewport: Viewport;
  readonly width: number;
  readonly height: number;
}) {
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => {
    const element = svg.current;
    if (!element || width <= 0) return;
    const group = select(element).append("g");
    const brush = brushX<unknown>()
      .extent([
        [0, 0],
        [width, height],
      ])
      .on("start", () => viewport.stop())
      .on("end", (event: D3BrushEvent<unknown>) => {
        if (!event.selection || !event.sourceEvent) return;
        const [x0, x1] = event.selection as [number, number];
        group.call(brush.move, null);
        if (x1 - x0 < LEAST) return;
        const { from, perMilli } = viewport;
        viewport.move({ from: from + x0 / perMilli, to: from + x1 / perMilli });
      });
    group.call(brush);
    group.select(".selection").attr("fill", "var(--accent)").attr("fill-opacity", 0.18).attr("stroke", "var(--accent)");
    return () => {
      group.on(".brush", null).remove();
    };
  }, [viewport, width, height]);
  return <svg ref={svg} aria-hidden="true" className="absolute inset-0 block" width={width} height={height} />;
}
