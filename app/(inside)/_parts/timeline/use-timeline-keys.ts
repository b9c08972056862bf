"use client";

import type { RefObject } from "react";
import type { Viewport } from "#components/timeline/viewport.ts";
import { useKeys } from "#components/ui/use-keys.ts";
import { ZOOM_STEP } from "./range-bar.tsx";

/** An arrow goes so far, as a part of what is seen. */
const STEP = 0.2;

/** The keys of the timeline; the sheet of keys lists them. */
export function useTimelineKeys({
  viewport,
  search,
  bad,
  selected,
  close,
  acknowledge,
}: {
  readonly viewport: Viewport;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly bad: { readonly step: (by: 1 | -1) => void };
  readonly selected: boolean;
  readonly close: () => void;
  readonly acknowledge: () => void;
}): void {
  const back = () => viewport.panBy(-STEP * viewport.length);
  const on = () => viewport.panBy(STEP * viewport.length);
  const nearer = () => viewport.zoomBy(ZOOM_STEP);
  const further = () => viewport.zoomBy(1 / ZOOM_STEP);
  useKeys({
    j: () => bad.step(1),
    k: () => bad.step(-1),
    a: acknowledge,
    Escape: selected ? close : undefined,
    ArrowLeft: back,
    ArrowRight: on,
    "+": nearer,
    "=": nearer,
    "-": further,
    _: further,
    "/": () => search.current?.focus(),
  });
}
