"use client";

import { type RefObject, useEffect, useState } from "react";
import { ROW } from "./paint.ts";

/** Rows beyond the edge of what is seen, so that scrolling meets drawn ones. */
const BEYOND = 8;

/** The nearest element around it that scrolls. */
function scrollerOf(element: Element): Element | null {
  for (let at = element.parentElement; at; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return null;
}

/** Which of `count` rows are near enough to be drawn: [first, end). */
export function useRows(body: RefObject<HTMLElement | null>, count: number): readonly [number, number] {
  const [rows, setRows] = useState<readonly [number, number]>([0, Math.min(count, 60)]);
  useEffect(() => {
    const element = body.current;
    const scroller = element ? scrollerOf(element) : null;
    if (!element || !scroller) return;
    const look = () => {
      const above = scroller.getBoundingClientRect().top - element.getBoundingClientRect().top;
      const first = Math.max(0, Math.floor(above / ROW) - BEYOND);
      const end = Math.min(count, Math.ceil((above + scroller.clientHeight) / ROW) + BEYOND);
      setRows((before) => (before[0] === first && before[1] === end ? before : [first, Math.max(first, end)]));
    };
    look();
    const size = new ResizeObserver(look);
    size.observe(scroller);
    scroller.addEventListener("scroll", look, { passive: true });
    return () => {
      size.disconnect();
      scroller.removeEventListener("scroll", look);
    };
  }, [body, count]);
  return rows;
}
