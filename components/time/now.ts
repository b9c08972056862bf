"use client";

import { createContext, useContext, useSyncExternalStore } from "react";
import { serverNow } from "./server-clock.ts";

/** When the server drew the page: what the first drawing in the browser has to agree with. */
export const DrawnAt = createContext(0);

const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | null = null;

/** Tells a listener of every second; answers how to stop it. */
export function watchClock(listener: () => void): () => void {
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
    watchClock,
    () => read(serverNow()),
    () => read(drawnAt),
  );
}

const wholeSecond = (now: number): number => Math.floor(now / 1_000) * 1_000;

/** The present to the whole second. */
export const useNow = (): number => useClock(wholeSecond);

/** The same when it is asked. */
export const presentSecond = (): number => wholeSecond(serverNow());

const never = () => () => undefined;

/** The same as of a drawing, without drawing again as time goes on. */
export function useNowDrawn(): number {
  const drawnAt = useContext(DrawnAt);
  return useSyncExternalStore(never, presentSecond, () => wholeSecond(drawnAt));
}
