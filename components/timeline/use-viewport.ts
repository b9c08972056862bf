"use client";

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { presentSecond, useNowDrawn, watchClock } from "#components/time/now.ts";
import type { Change } from "#components/ui/address.ts";
import { DEFAULT_RANGE, rangeOf, readAsked, stretchOf } from "./range.ts";
import { type Settled, Viewport } from "./viewport.ts";

type Go = (change: Change, how?: { readonly step?: boolean }) => void;

const iso = (at: number): string => new Date(Math.round(at)).toISOString();

/** What of an address says what is seen. */
const NAMES = ["range", "from", "to"] as const;
const wordsOf = (query: { readonly get: (name: string) => string | null }): string =>
  NAMES.map((name) => query.get(name) ?? "").join(" ");

/**
 * What is seen of time: by the address until a gesture moves it, and told to the address when the gesture rests.
 */
export function useViewport(query: URLSearchParams, go: Go) {
  const now = useNowDrawn();
  const [viewport] = useState(() => {
    const asked = readAsked(query);
    return new Viewport({ ...stretchOf(asked, now), follow: asked.kind === "follow", now });
  });
  const rested = useRested(viewport);
  useEffect(() => {
    const tick = () => viewport.tick(presentSecond());
    tick();
    return watchClock(tick);
  }, [viewport]);
  useEffect(() => () => viewport.end(), [viewport]);

  const words = wordsOf(query);
  const written = useRef(words);
  // The address changed by a link, by Back, or by us: in the last case it is shown already.
  useEffect(() => {
    if (words === written.current) return;
    written.current = words;
    const asked = readAsked(new URLSearchParams(window.location.search));
    viewport.show(stretchOf(asked, viewport.now), { follow: asked.kind === "follow" });
  }, [viewport, words]);
  useEffect(() => {
    const asked = readAsked(new URLSearchParams(window.location.search));
    const range = rangeOf(rested.to - rested.from);
    const same =
      asked.kind === "follow"
        ? rested.follow && asked.range === range
        : !rested.follow && Math.abs(asked.from - rested.from) < 1 && Math.abs(asked.to - rested.to) < 1;
    if (same) return;
    const change: Change = rested.follow
      ? { range: range === DEFAULT_RANGE ? null : range, from: null, to: null }
      : { range: null, from: iso(rested.from), to: iso(rested.to) };
    written.current = NAMES.map((name) => change[name] ?? "").join(" ");
    go(change, { step: false });
  }, [rested, go]);
  return { viewport, rested };
}

/** What is seen, a few times a second while it moves: for the few pieces that go along with a hand. */
export const useSettled = ({ watch, settled }: Viewport): Settled => useSyncExternalStore(watch, settled, settled);

/** What was seen when it last rested: for whatever asks the server, or is large. */
const useRested = ({ watch, rested }: Viewport): Settled => useSyncExternalStore(watch, rested, rested);
