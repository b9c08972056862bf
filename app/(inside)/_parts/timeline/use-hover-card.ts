"use client";

import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Pointed } from "#components/timeline/stage.ts";
import type { Anchor } from "./hover-card.tsx";

/** A card opens after the pointer has rested so long, and stays so long that the pointer can get to it, in ms. */
const OPENS_AFTER = 60;
const STAYS = 180;

/** Which mark a card is shown for, and where that stands on the page. */
export function useHoverCard(picture: RefObject<HTMLElement | null>) {
  const [shown, setShown] = useState<Pointed | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const at = useRef<Pointed | null>(null);
  const later = useCallback((pointed: Pointed | null, after: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      at.current = pointed ?? at.current;
      setShown(pointed);
    }, after);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);
  const point = useCallback(
    (pointed: Pointed | null) => {
      if (pointed && pointed.meant !== null) later(pointed, OPENS_AFTER);
      else later(null, STAYS);
    },
    [later],
  );
  const hold = useCallback((held: boolean) => (held ? clearTimeout(timer.current) : later(null, STAYS)), [later]);
  const hide = useCallback(() => {
    clearTimeout(timer.current);
    setShown(null);
  }, []);
  const anchor = useMemo(
    (): Anchor => ({
      current: {
        getBoundingClientRect: () => {
          const box = picture.current?.getBoundingClientRect();
          const one = at.current;
          if (!box || !one) return new DOMRect();
          const left = Math.max(box.left, box.left + one.x0);
          const right = Math.min(box.right, box.left + Math.max(one.x1, one.x0 + 1));
          return new DOMRect(left, box.top + one.top + 6, Math.max(1, right - left), 26);
        },
      },
    }),
    [picture],
  );
  return { shown, point, hold, hide, anchor };
}
