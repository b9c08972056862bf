"use client";

import { useEffect, useRef, useState } from "react";

const PAUSE_MS = 250;

/**
 * A text that is typed here and counts elsewhere, in the address mostly: it goes there when the typing pauses, and follows
 * what stands there when that changes by itself (back and forward, a link). Its own echo does not count as that: somebody
 * may have typed on meanwhile.
 * @param onSettled one function over all renders; another one begins the pause again
 */
export function useSettledText(
  settled: string,
  onSettled: (text: string) => void,
): readonly [string, (text: string) => void] {
  const [typed, setTyped] = useState(settled);
  const sent = useRef(settled);
  useEffect(() => {
    if (settled === sent.current) return;
    sent.current = settled;
    setTyped(settled);
  }, [settled]);
  useEffect(() => {
    if (typed === sent.current) return;
    const timer = setTimeout(() => {
      sent.current = typed;
      onSettled(typed);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [typed, onSettled]);
  return [typed, setTyped];
}
