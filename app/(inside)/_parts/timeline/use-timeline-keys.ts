"use client";

import { type RefObject, useEffect, useRef } from "react";
import type { Viewport } from "#components/timeline/viewport.ts";
import { isTyping, useKeys } from "#components/ui/use-keys.ts";
import { ZOOM_STEP } from "./range-bar.tsx";

/** What they do, in words. */
export const TIMELINE_KEYS = [
  { keys: ["J"], does: "next bad window" },
  { keys: ["K"], does: "the bad window before" },
  { keys: ["A"], does: "acknowledge its incident" },
  { keys: ["Enter"], does: "open its incident" },
  { keys: ["Esc"], does: "close what is open beside the lanes" },
  { keys: ["←", "→"], does: "move along time" },
  { keys: ["+", "−"], does: "look nearer, look further away" },
  { keys: ["/"], does: "filter by name" },
  { keys: ["Tab"], does: "to the map below: ← → move its lit piece, or the edge that has the focus" },
] as const;

/** An arrow goes so far, as a part of what is seen. */
const STEP = 0.2;

/** The keys of the timeline. */
export function useTimelineKeys({
  viewport,
  search,
  bad,
  selected,
  close,
  acknowledge,
  open,
  tell,
}: {
  readonly viewport: Viewport;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly bad: { readonly step: (by: 1 | -1) => void };
  readonly selected: boolean;
  readonly close: () => void;
  readonly acknowledge: () => void;
  readonly open: () => void;
  /** Shows the sheet of keys. */
  readonly tell: () => void;
}): void {
  const back = () => viewport.panBy(-STEP * viewport.length);
  const on = () => viewport.panBy(STEP * viewport.length);
  const nearer = () => viewport.zoomBy(ZOOM_STEP);
  const further = () => viewport.zoomBy(1 / ZOOM_STEP);
  const latest = useRef(open);
  useEffect(() => {
    latest.current = open;
  });
  // Where the focus is on a link or a button, Enter is theirs.
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const target = event.target;
      if (event.key !== "Enter" || event.defaultPrevented || isTyping(target)) return;
      if (target instanceof Element && target.closest("a,button,summary,[role=slider]")) return;
      latest.current();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, []);
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
    "?": tell,
    "/": () => search.current?.focus(),
  });
}
