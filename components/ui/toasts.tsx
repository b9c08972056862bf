"use client";

import { useEffect, useState } from "react";
import type { Toaster } from "sonner";
import { loadToasts, onFirstToast } from "./toast.ts";

const STYLE = {
  background: "var(--surface)",
  color: "var(--ink)",
  border: "1px solid var(--line-strong)",
  fontFamily: "var(--font)",
};

/**
 * Where toasts are shown. It comes with the first press of a hand: a region that is to be read out has to stand before
 * there are words in it, and words come only of what somebody does.
 */
export function Toasts() {
  const [Region, setRegion] = useState<typeof Toaster | null>(null);
  useEffect(() => {
    if (Region) return;
    let gone = false;
    const come = () => {
      loadToasts().then(
        (sonner) => (gone ? undefined : setRegion(() => sonner.Toaster)),
        () => undefined,
      );
    };
    const stop = onFirstToast(come);
    const presses = ["pointerdown", "keydown"] as const;
    for (const press of presses) window.addEventListener(press, come, { capture: true, passive: true });
    return () => {
      gone = true;
      stop();
      for (const press of presses) window.removeEventListener(press, come, { capture: true });
    };
  }, [Region]);
  return Region ? <Region position="bottom-right" toastOptions={{ style: STYLE }} /> : null;
}
