"use client";

import { type RefObject, useCallback, useState } from "react";
import { wordOf } from "#components/marks/look.ts";
import { GROUPS, type Group, type Sort } from "#components/timeline/rows.ts";
import type { LaneFilters } from "#components/timeline/use-lanes.ts";
import type { Change } from "#components/ui/address.ts";
import { Choice } from "#components/ui/choice.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useSettledText } from "#components/ui/settled-text.ts";
import { WANTED } from "./wanted.ts";

export interface FilterBarProps {
  readonly filters: LaneFilters;
  readonly tags: readonly string[];
  readonly environments: readonly string[];
  readonly table: boolean;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly go: (change: Change, how?: { readonly step?: boolean }) => void;
}

const BOX = "h-[30px] rounded-m border bg-surface max-sm:h-10";

/** Waits until the typing pauses before the address changes. */
function TextFilter({ q, search, go }: Pick<FilterBarProps, "search" | "go"> & { readonly q: string }) {
  const settle = useCallback((text: string) => go({ q: text === "" ? null : text }, { step: false }), [go]);
  const [typed, setTyped] = useSettledText(q, settle);
  return (
    <label className="relative block max-sm:flex-1">
      <span className="sr-only">Filter by name</span>
      <Icon name="search" className="absolute top-[7px] left-[9px] text-ink-3 max-sm:top-[10px]" />
      <input
        ref={search}
        type="search"
        value={typed}
        placeholder="Filter"
        onChange={(event) => setTyped(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        className={`${BOX} w-[132px] border-line pr-2 pl-[31px] text-ink placeholder:text-ink-3 max-sm:w-full max-sm:text-[16px]`}
      />
      <kbd className="pointer-events-none absolute top-[6px] right-2 rounded-[4px] border border-line-strong px-[5px] font-sans text-[11px] leading-4 text-ink-3  max-sm:hidden">
        /
      </kbd>
    </label>
  );
}

/** A choice whose first option is not to choose. */
function Pick({
  label,
  value,
  none,
  options,
  onChoose,
  className = "",
}: {
  readonly label: string;
  readonly value: string;
  readonly none: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChoose: (value: string | null) => void;
  readonly className?: string;
}) {
  return (
    <label className={className}>
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={(event) => onChoose(event.target.value || null)}
        className={`${BOX} max-w-[148px] px-1.5 [field-sizing:content] max-sm:max-w-none max-sm:flex-1 ${value === "" ? "border-transparent bg-transparent text-ink-2 hover:bg-hover" : "border-accent text-ink"}`}
      >
        <option value="">{none}</option>
        {options.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </select>
    </label>
  );
}

const named = (names: readonly string[], chosen: string) =>
  [...new Set([...names, ...(chosen === "" ? [] : [chosen])])].map((value) => ({ value, label: value }));

const GROUP_WORDS: Readonly<Record<Group, string>> = {
  ...{ tag: "By tag", environment: "By environment", owner: "By owner", route: "By route", driver: "By driver" },
};
const SORT_WORDS: Readonly<Record<Exclude<Sort, "wrong">, string>> = { name: "By name", next: "Next expected" };

export function FilterBar({ filters, tags, environments, table, search, go }: FilterBarProps) {
  const { q = "", tag = "", environment = "", verdict, sort, group } = filters;
  // On a phone the choices stand behind a button: what is wrong comes first there.
  const [open, setOpen] = useState(false);
  return (
    <div className="flex flex-wrap items-center justify-end gap-1 max-sm:contents">
      <div className="flex items-center gap-2 max-sm:w-full">
        <TextFilter q={q} search={search} go={go} />
        <button
          type="button"
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          className="h-10 flex-none rounded-m border border-line bg-surface px-3 text-ink-2 sm:hidden"
        >
          Filter
        </button>
      </div>
      <div className={`contents ${open ? "" : "max-sm:hidden"}`}>
        <Pick
          label="Verdict"
          none="Verdict"
          value={verdict ?? ""}
          options={WANTED.map((value) => ({ value, label: wordOf(value) }))}
          onChoose={(value) => go({ verdict: value })}
        />
        {tags.length === 0 && tag === "" ? null : (
          <Pick
            label="Tag"
            none="Tag"
            value={tag}
            options={named(tags, tag)}
            onChoose={(value) => go({ tag: value })}
          />
        )}
        {environments.length < 2 && environment === "" ? null : (
          <Pick
            label="Environment"
            none="Environment"
            value={environment}
            options={named(environments, environment)}
            onChoose={(value) => go({ environment: value })}
          />
        )}
        <Pick
          label="Group"
          none="Group"
          value={group ?? ""}
          options={GROUPS.map((value) => ({ value, label: GROUP_WORDS[value] }))}
          onChoose={(value) => go({ group: value, closed: null })}
        />
        <Pick
          label="Sort"
          none="Wrong first"
          value={sort === "wrong" || sort === undefined ? "" : sort}
          options={Object.entries(SORT_WORDS).map(([value, label]) => ({ value, label }))}
          onChoose={(value) => go({ sort: value })}
        />
      </div>
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
