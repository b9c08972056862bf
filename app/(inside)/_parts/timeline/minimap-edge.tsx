"use client";

import { useEffect, useRef } from "react";
import { absoluteInZone } from "#components/time/words.ts";
import type { Stretch } from "#components/timeline/model.ts";
import { LONGEST, SHORTEST } from "#components/timeline/range.ts";
import type { Settled, Viewport } from "#components/timeline/viewport.ts";

type End = "from" | "to";

/** How wide the handle is, in px: what can be reached is at least so large (WCAG 2.2, 2.5.8). */
const SIZE = 24;

const LABELS: Readonly<Record<End, string>> = { from: "Where what is seen begins", to: "Where what is seen ends" };
/** As a part of what is seen; away from its beginning is positive. */
const STEPS: Readonly<Record<string, number>> = {
  ...{ ArrowLeft: -0.05, ArrowDown: -0.05, ArrowRight: 0.05, ArrowUp: 0.05 },
  ...{ PageUp: -0.5, PageDown: 0.5 },
};

/** What is seen with one of its ends elsewhere: the other stands still, and it stays as long as a timeline may be. */
function resized(seen: Stretch, end: End, at: number): Stretch {
  return end === "from"
    ? { from: Math.min(Math.max(at, seen.to - LONGEST), seen.to - SHORTEST), to: seen.to }
    : { from: seen.from, to: Math.max(Math.min(at, seen.from + LONGEST), seen.from + SHORTEST) };
}

/** One edge of the lit piece of the minimap, for the keyboard; a pointer takes hold of the brush below it. */
export function MinimapEdge({
  end,
  viewport,
  rested,
  whole,
  width,
  zone,
}: {
  readonly end: End;
  readonly viewport: Viewport;
  readonly rested: Settled;
  readonly whole: Stretch;
  readonly width: number;
  readonly zone: string;
}) {
  const edge = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = () => {
      const x = ((viewport[end] - whole.from) * width) / (whole.to - whole.from);
      // Outside of the lit piece, so that the two never lie on each other.
      const left = Math.min(width - SIZE, Math.max(SIZE, x)) - (end === "from" ? SIZE : 0);
      if (edge.current) edge.current.style.transform = `translateX(${left}px)`;
    };
    return viewport.paint(place);
  }, [viewport, end, whole, width]);
  return (
    <div
      ref={edge}
      role="slider"
      tabIndex={0}
      aria-label={LABELS[end]}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round((100 * (rested[end] - whole.from)) / Math.max(1, whole.to - whole.from))}
      aria-valuetext={absoluteInZone(rested[end], zone)}
      className="pointer-events-none absolute inset-y-0 left-0 w-6 rounded-[3px]"
      onKeyDown={(event) => {
        const step = STEPS[event.key];
        if (step === undefined && event.key !== "Home" && event.key !== "End") return;
        event.preventDefault();
        const far = event.key === "Home" ? whole.from : whole.to;
        const at = step === undefined ? far : viewport[end] + step * viewport.length;
        viewport.stop();
        viewport.move(resized(viewport, end, at));
      }}
    />
  );
}
