"use client";

import { useEffect, useRef, useState } from "react";
import { Icon } from "./icon.tsx";

export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Without https a browser has no clipboard for pages.
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "sr-only";
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

/** Copies a text, and says that it did. */
export function CopyButton({ text, label = "Copy" }: { readonly text: string; readonly label?: string }) {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  async function copy() {
    await copyText(text);
    setCopied(true);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setCopied(false), 2_000);
  }
  return (
    <button
      type="button"
      onClick={copy}
      aria-label={label}
      className="inline-flex h-[26px] flex-none items-center gap-1.5 rounded-m border border-line bg-surface px-2 text-s text-ink-2 hover:bg-hover hover:text-ink"
    >
      <Icon name={copied ? "check" : "copy"} className="size-[14px]" />
      <span aria-live="polite">{copied ? "Copied" : "Copy"}</span>
    </button>
  );
}

/** A line to copy into a terminal, a crontab, a file. */
export function CopyLine({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div>
      <div className="mb-1 text-s text-ink-2">{label}</div>
      <div className="flex items-start gap-2 rounded-m border border-line bg-sunken py-1.5 pr-1.5 pl-3">
        <code className="min-w-0 flex-1 py-[3px] font-mono text-s [overflow-wrap:anywhere] whitespace-pre-wrap text-ink">
          {text}
        </code>
        <CopyButton text={text} label={`Copy: ${label}`} />
      </div>
    </div>
  );
}
