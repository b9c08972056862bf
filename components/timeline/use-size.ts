"use client";

import { useCallback, useRef, useState } from "react";

/** The width of an element, as it is now; 0 before the first layout. */
export function useWidth(): readonly [(element: Element | null) => void, number] {
  const [width, setWidth] = useState(0);
  const observer = useRef<ResizeObserver>(undefined);
  const take = useCallback((element: Element | null) => {
    observer.current?.disconnect();
    if (!element) return;
    const seen = () => setWidth(Math.floor(element.getBoundingClientRect().width));
    observer.current = new ResizeObserver(seen);
    observer.current.observe(element);
    seen();
  }, []);
  return [take, width];
}
