"use client";

import { type MouseEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { attachGestures } from "#components/timeline/gestures.ts";
import type { Pointed, Stage } from "#components/timeline/stage.ts";
import type { Viewport } from "#components/timeline/viewport.ts";

const isSame = (a: Pointed | null, b: Pointed | null): boolean =>
  a === b ||
  (a !== null &&
    b !== null &&
    a.slug === b.slug &&
    a.meant?.kind === b.meant?.kind &&
    (a.meant === null || (a.x0 === b.x0 && a.x1 === b.x1)));

/** What a pointer does over the lanes: it points, presses, and by d3-zoom drags, throws, wheels and pinches. */
export function useCanvasHands({
  hands,
  viewport,
  stage,
  width,
  scrollBy,
  onPoint,
  onPress,
}: {
  readonly hands: RefObject<HTMLElement | null>;
  readonly viewport: Viewport;
  readonly stage: Stage;
  readonly width: number;
  readonly scrollBy: (pixels: number) => void;
  readonly onPoint: (pointed: Pointed | null) => void;
  readonly onPress: (pointed: Pointed) => void;
}) {
  const [grabbed, setGrabbed] = useState(false);
  const before = useRef<Pointed | null>(null);
  const latest = useRef({ scrollBy, onPoint });
  useEffect(() => {
    latest.current = { scrollBy, onPoint };
  });
  const measured = width > 0;
  useEffect(() => {
    const element = hands.current;
    if (!element || !measured) return;
    return attachGestures(element, {
      viewport,
      scrollBy: (pixels) => latest.current.scrollBy(pixels),
      onGrab: setGrabbed,
    });
  }, [hands, viewport, measured]);
  // What lay under the pointer moved away from under it.
  useEffect(
    () =>
      viewport.watch(() => {
        if (viewport.settled().follow || before.current === null) return;
        before.current = null;
        stage.light(null);
        latest.current.onPoint(null);
      }),
    [viewport, stage],
  );

  function under(event: MouseEvent<HTMLCanvasElement>): Pointed | null {
    const box = event.currentTarget.getBoundingClientRect();
    return stage.at(event.clientX - box.left, event.clientY - box.top);
  }
  function point(pointed: Pointed | null): void {
    if (isSame(pointed, before.current)) return;
    before.current = pointed;
    stage.light(pointed);
    onPoint(pointed);
  }
  const handlers = {
    onPointerMove: (event: PointerEvent<HTMLCanvasElement>) => {
      if (event.pointerType === "mouse" && event.buttons === 0) point(under(event));
    },
    onPointerLeave: () => point(null),
    onClick: (event: MouseEvent<HTMLCanvasElement>) => {
      const pressed = under(event);
      if (pressed) onPress(pressed);
    },
  };
  return { grabbed, handlers };
}
