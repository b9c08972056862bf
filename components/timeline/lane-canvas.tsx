"use client";

import { type MouseEvent, useEffect, useMemo, useRef } from "react";
import { type Hit, hitIn } from "./hit.ts";
import type { LaneModel, TimelineModel } from "./model.ts";
import { ROW } from "./paint.ts";
import { type Picture, paintPicture } from "./paint-frame.ts";
import { readPalette } from "./palette.ts";
import type { Scale } from "./scale.ts";
import type { Tick } from "./ticks.ts";
import { useTheme } from "./use-theme.ts";

export interface Pointed {
  readonly lane: LaneModel;
  /** Of all lanes. */
  readonly index: number;
  readonly hit: Hit;
}

export interface LaneCanvasProps {
  readonly timeline: TimelineModel;
  readonly lanes: readonly LaneModel[];
  /** The rows to draw: [first, end). */
  readonly rows: readonly [number, number];
  readonly scale: Scale;
  readonly ticks: readonly Tick[];
  readonly now: number;
  readonly lit: Picture["lit"];
  readonly onPoint: (pointed: Pointed | null) => void;
  readonly onPress: (pointed: Pointed | null) => void;
}

/** The lanes as a picture; what they say is told as text beside it. */
export function LaneCanvas(props: LaneCanvasProps) {
  const { timeline, lanes, rows, scale, ticks, now, lit, onPoint, onPress } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useTheme();
  const [first, end] = rows;
  const seen = useMemo(() => lanes.slice(first, end), [lanes, first, end]);
  const height = seen.length * ROW;

  // biome-ignore lint/correctness/useExhaustiveDependencies: with the theme the colours change that are read off the page
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || scale.width <= 0) return;
    const ratio = window.devicePixelRatio || 1;
    element.width = Math.round(scale.width * ratio);
    element.height = Math.round(height * ratio);
    const palette = readPalette(element);
    paintPicture(context, { timeline, lanes: seen, scale, ticks, now, lit }, { palette, ratio });
  }, [timeline, seen, scale, ticks, now, lit, height, theme]);

  function under(event: MouseEvent<HTMLCanvasElement>): Pointed | null {
    const box = event.currentTarget.getBoundingClientRect();
    const row = Math.floor((event.clientY - box.top) / ROW);
    const lane = seen[row];
    const hit = lane ? hitIn(lane, { x: event.clientX - box.left, scale, now }) : null;
    return lane && hit ? { lane, index: first + row, hit } : null;
  }

  return (
    <canvas
      ref={canvas}
      role="img"
      aria-label="The lanes as a picture. The list beside it says how many there are of what; the table says it all."
      className="absolute left-0 block cursor-default"
      style={{ top: first * ROW, width: scale.width, height }}
      onPointerMove={(event) => {
        if (event.pointerType === "mouse") onPoint(under(event));
      }}
      onPointerLeave={() => onPoint(null)}
      onClick={(event) => onPress(under(event))}
    />
  );
}
