"use client";

import { createContext, useContext, useSyncExternalStore } from "react";
import { serverNow } from "./server-clock.ts";

/** When the server drew the page: what the first drawing in the browser has to agree with. */
export const DrawnAt = createContext(0);

const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | null = null;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  ticking ??= setInterval(() => {
    for (const one of listeners) one();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0 || ticking === null) return;
    clearInterval(ticking);
    ticking = null;
  };
}

/** What is read off the clock, drawn anew only when it turns out otherwise. `read` answers a text or a number. */
export function useClock<T extends string | number>(read: (now: number) => T): T {
  const drawnAt = useContext(DrawnAt);
  return useSyncExternalStore(
    subscribe,
    () => read(serverNow()),
    () => read(drawnAt),
  );
}

/** The present to the whole second. */
export const useNow = (): number => useClock((now) => Math.floor(now / 1_000) * 1_000);
