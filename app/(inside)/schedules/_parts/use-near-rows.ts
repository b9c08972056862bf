"use client";

import { useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useLayoutEffect, useState } from "react";

/** Rows beyond the edge of what is seen, so that scrolling and the keyboard meet drawn ones. */
const BEYOND = 12;
/** What is drawn before anything was measured. */
const FIRST = 60;

/** The nearest element around it that scrolls. */
function scrollerOf(element: Element | null): Element | null {
  for (let at = element?.parentElement ?? null; at; at = at.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(at).overflowY)) return at;
  }
  return null;
}

/** Which of `count` rows of one height lie near enough to be drawn: [first, end). */
export function useNearRows(
  body: RefObject<HTMLElement | null>,
  { count, height }: { readonly count: number; readonly height: number },
): readonly [number, number] {
  const [above, setAbove] = useState(0);
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scrollerOf(body.current),
    estimateSize: () => height,
    overscan: BEYOND,
    scrollMargin: above,
    initialRect: { width: 0, height: FIRST * height },
  });
  // What stands above the rows scrolls with them.
  useLayoutEffect(() => {
    const scroller = scrollerOf(body.current);
    if (!body.current || !scroller) return;
    setAbove(body.current.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop);
  }, [body]);
  const items = virtual.getVirtualItems();
  return [items[0]?.index ?? 0, (items.at(-1)?.index ?? Math.min(count, FIRST) - 1) + 1];
}
