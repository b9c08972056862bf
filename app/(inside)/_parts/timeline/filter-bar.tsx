"use client";

import { useEffect, useState } from "react";
import { type MarkName, wordOf } from "#components/marks/look.ts";
import { PRESETS, rangeInWords } from "#components/timeline/range.ts";
import { type Change, changed } from "#components/ui/address.ts";
import { Choice, ChoiceOfLinks } from "#components/ui/choice.tsx";
import { Icon } from "#components/ui/icon.tsx";

/** Verdicts to look for; `rejected` is a missing run that was refused. */
export const WANTED: readonly MarkName[] = [
  "missing",
  "rejected",
  "failed",
  "overrun",
  "late",
  "running",
  "blind",
  "excused",
  "on_time",
];

export interface FilterBarProps {
  readonly range: string;
  readonly search: string;
  readonly q: string;
  readonly tag: string;
  readonly tags: readonly string[];
  readonly verdict: MarkName | null;
  readonly table: boolean;
  /** Whether the last question was answered. */
  readonly live: boolean;
  readonly go: (change: Change, how?: { readonly step?: boolean }) => void;
}

const BOX = "h-[30px] rounded-m border border-line bg-surface text-ink max-sm:h-9";

/** Waits until the typing pauses before the address changes. */
function TextFilter({ q, go }: Pick<FilterBarProps, "q" | "go">) {
  const [typed, setTyped] = useState(q);
  useEffect(() => setTyped(q), [q]);
  useEffect(() => {
    if (typed === q) return;
    const timer = setTimeout(() => go({ q: typed === "" ? null : typed }, { step: false }), 250);
    return () => clearTimeout(timer);
  }, [typed, q, go]);
  return (
    <label className="relative block max-sm:w-full">
      <span className="sr-only">Filter by name</span>
      <Icon name="search" className="absolute top-[7px] left-[9px] text-ink-3 max-sm:top-[10px]" />
      <input
        type="search"
        value={typed}
        placeholder="Filter by name"
        onChange={(event) => setTyped(event.target.value)}
        className={`${BOX} w-[180px] pr-2 pl-[31px] placeholder:text-ink-3 max-sm:w-full max-sm:text-[16px]`}
      />
    </label>
  );
}

export function FilterBar({ range, search, q, tag, tags, verdict, table, live, go }: FilterBarProps) {
  const presets = (PRESETS as readonly string[]).includes(range) ? PRESETS : [...PRESETS, range];
  const known = tag === "" || tags.includes(tag) ? tags : [...tags, tag];
  return (
    <div className="flex flex-wrap items-center gap-[10px] pb-3">
      <ChoiceOfLinks
        label="Span of time"
        chosen={range}
        options={presets.map((value) => ({ value, label: rangeInWords(value) }))}
        hrefOf={(value) => `/${changed(search, { range: value })}`}
      />
      <span className="inline-flex items-center gap-1.5 px-1 text-ink-2 max-sm:hidden">
        <span className={`size-2 rounded-full ${live ? "bg-ok" : "bg-late-fill"}`} />
        {live ? "Live" : "Not reached"}
      </span>
      <span className="flex-1 max-sm:hidden" />
      <TextFilter q={q} go={go} />
      {known.length === 0 ? null : (
        <label>
          <span className="sr-only">Tag</span>
          <select value={tag} onChange={(event) => go({ tag: event.target.value || null })} className={`${BOX} px-2`}>
            <option value="">Every tag</option>
            {known.map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </label>
      )}
      <label>
        <span className="sr-only">Verdict</span>
        <select
          value={verdict ?? ""}
          onChange={(event) => go({ verdict: event.target.value || null })}
          className={`${BOX} w-[136px] px-2`}
        >
          <option value="">Every verdict</option>
          {WANTED.map((one) => (
            <option key={one} value={one}>
              {wordOf(one)}
            </option>
          ))}
        </select>
      </label>
      <Choice
        label="Shown as"
        chosen={table ? "table" : "lanes"}
        options={[
          { value: "lanes", label: "Lanes" },
          { value: "table", label: "Table" },
        ]}
        onChoose={(value) => go({ view: value === "table" ? "table" : null })}
      />
    </div>
  );
}
