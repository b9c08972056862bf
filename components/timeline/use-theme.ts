"use client";

import { useSyncExternalStore } from "react";

function subscribe(listener: () => void): () => void {
  const root = new MutationObserver(listener);
  root.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  system.addEventListener("change", listener);
  return () => {
    root.disconnect();
    system.removeEventListener("change", listener);
  };
}

const read = (): string =>
  document.documentElement.dataset["theme"] ??
  (window.matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");

/** Changes whenever the colours do. */
export const useTheme = (): string => useSyncExternalStore(subscribe, read, () => "light");
