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
  /** What is written between the key that opens it and its coming; `null`: it is not awaited. */
  const ahead = useRef<string | null>(null);
  const show = useCallback(() => {
    const focused = document.activeElement;
    // While it is open, what had the focus before stays known.
    if (focused instanceof HTMLElement && focused.closest("[role=dialog]") === null) before.current = focused;
    ahead.current ??= "";
    setOpen(true);
  }, []);
  const close = useCallback(() => {
    ahead.current = null;
    setOpen(false);
  }, []);
  const takeWritten = useCallback(() => {
    const written = ahead.current ?? "";
    ahead.current = null;
    return written;
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
    // What is meant for the palette are keys of the page, too: it would acknowledge what was only asked for.
    const write = (event: KeyboardEvent) => {
      const { key, ctrlKey, metaKey, altKey } = event;
      if (ahead.current === null || ctrlKey || metaKey || altKey) return;
      if (key === "Escape") close();
      else if (key === "Backspace") ahead.current = ahead.current.slice(0, -1);
      else if (key.length === 1) ahead.current += key;
      else return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    window.addEventListener("keydown", press);
    window.addEventListener("keydown", write, { capture: true });
    return () => {
      window.removeEventListener("keydown", press);
      window.removeEventListener("keydown", write, { capture: true });
    };
  }, [show, close]);
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
      {open ? <Palette before={before.current} takeWritten={takeWritten} onClose={close} /> : null}
    </>
  );
}
