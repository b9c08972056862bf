"use client";

import { useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useNow } from "#components/time/now.ts";
import type { Change } from "#components/ui/address.ts";
import { DEFAULT_RANGE, rangeOf, readAsked, stretchOf } from "./range.ts";
import { Viewport } from "./viewport.ts";

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
  const now = useNow();
  const [viewport] = useState(() => {
    const asked = readAsked(query);
    return new Viewport({ ...stretchOf(asked, now), follow: asked.kind === "follow", now });
  });
  const settled = useSyncExternalStore(viewport.watch, viewport.settled, viewport.settled);
  useEffect(() => viewport.tick(now), [viewport, now]);
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
    if (!settled.rests) return;
    const asked = readAsked(new URLSearchParams(window.location.search));
    const range = rangeOf(settled.to - settled.from);
    const same =
      asked.kind === "follow"
        ? settled.follow && asked.range === range
        : !settled.follow && Math.abs(asked.from - settled.from) < 1 && Math.abs(asked.to - settled.to) < 1;
    if (same) return;
    const change: Change = settled.follow
      ? { range: range === DEFAULT_RANGE ? null : range, from: null, to: null }
      : { range: null, from: iso(settled.from), to: iso(settled.to) };
    written.current = NAMES.map((name) => change[name] ?? "").join(" ");
    go(change, { step: false });
  }, [settled, go]);
  return { viewport, settled, now };
}
