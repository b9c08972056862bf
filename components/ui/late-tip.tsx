"use client";

import { type ComponentType, cloneElement, type PointerEvent, type ReactElement, useRef, useState } from "react";
import type { TipProps } from "./tip.tsx";

/** How long the pointer has to rest, in ms, as in `tip.tsx`. */
const AFTER = 250;

interface Hovered {
  readonly onPointerEnter?: (event: PointerEvent) => void;
  readonly onPointerLeave?: () => void;
}

/**
 * A tip for a word that nothing can be done with, such as a moment: what shows it is loaded when the pointer first rests
 * there. For what can have the focus there is `Tip`.
 */
export function LateTip({ text, children }: { readonly text: string; readonly children: ReactElement<Hovered> }) {
  const [Shown, setShown] = useState<ComponentType<TipProps> | null>(null);
  const over = useRef(0);
  if (Shown) return <Shown text={text}>{children}</Shown>;
  return cloneElement(children, {
    onPointerEnter: ({ pointerType }) => {
      if (pointerType === "touch") return;
      const visit = ++over.current;
      const rested = new Promise((resolve) => setTimeout(resolve, AFTER));
      Promise.all([import("./tip.tsx"), rested]).then(
        ([{ OwnTip }]) => (over.current === visit ? setShown(() => OwnTip) : undefined),
        () => undefined,
      );
    },
    onPointerLeave: () => {
      over.current++;
    },
  });
}
