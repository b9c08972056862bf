"use client";

import dynamic from "next/dynamic";
import { useCallback, useEffect, useRef, useState } from "react";
import { Icon } from "#components/ui/icon.tsx";
import { Kbd } from "#components/ui/page.tsx";

/** Loaded when it is first asked for. */
const Palette = dynamic(() => import("./palette.tsx").then((file) => file.Palette), { ssr: false });

const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.platform);

/** The field of the top bar, which opens the palette; so does Ctrl-K or ⌘K, wherever one is. */
export function SearchField() {
  const [open, setOpen] = useState(false);
  const before = useRef<HTMLElement | null>(null);
  const show = useCallback(() => {
    const focused = document.activeElement;
    // While it is open, what had the focus before stays known.
    if (focused instanceof HTMLElement && focused.closest("[role=dialog]") === null) before.current = focused;
    setOpen(true);
  }, []);
  const [key, setKey] = useState("Ctrl K");
  useEffect(() => {
    if (isMac()) setKey("⌘ K");
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey)
        return;
      event.preventDefault();
      show();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [show]);
  return (
    <>
      <button
        type="button"
        onClick={show}
        aria-haspopup="dialog"
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-[30px] w-[320px] min-w-0 items-center gap-2 rounded-m border border-line bg-ground px-2.5 text-ink-3 hover:border-line-strong hover:text-ink-2 max-sm:w-[30px] max-sm:justify-center max-sm:border-0 max-sm:bg-transparent max-sm:px-0"
      >
        <Icon name="search" />
        <span className="flex-1 truncate text-left max-sm:sr-only">Go to or do…</span>
        <span aria-hidden className="max-sm:hidden">
          <Kbd>{key}</Kbd>
        </span>
      </button>
      {open ? <Palette before={before.current} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
