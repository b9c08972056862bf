"use client";

import { type RefObject, useCallback, useState } from "react";
import { wordOf } from "#components/marks/look.ts";
import { GROUPS, type Group, type Sort } from "#components/timeline/rows.ts";
import type { LaneFilters } from "#components/timeline/use-lanes.ts";
import type { Change } from "#components/ui/address.ts";
import { Choice } from "#components/ui/choice.tsx";
import { Narrow } from "#components/ui/narrow.tsx";
import { SearchBox } from "#components/ui/search-box.tsx";
import { WANTED } from "./wanted.ts";

export interface FilterBarProps {
  readonly filters: LaneFilters;
  readonly tags: readonly string[];
  readonly environments: readonly string[];
  readonly table: boolean;
  readonly search: RefObject<HTMLInputElement | null>;
  readonly go: (change: Change, how?: { readonly step?: boolean }) => void;
}

/** Waits until the typing pauses before the address changes. */
function TextFilter({ q, search, go }: Pick<FilterBarProps, "search" | "go"> & { readonly q: string }) {
  const settle = useCallback((text: string) => go({ q: text === "" ? null : text }, { step: false }), [go]);
  return (
    <SearchBox
      label="Filter by name"
      placeholder="Filter"
      q={q}
      onSettled={settle}
      at={search}
      look="w-[104px] max-sm:h-10"
      className="max-sm:min-w-0 max-sm:flex-1"
    >
      <kbd className="pointer-events-none absolute top-[6px] right-2 rounded-[4px] border border-line-strong px-[5px] font-sans text-[11px] leading-4 text-ink-3 max-sm:hidden">
        /
      </kbd>
    </SearchBox>
  );
}

const lookOf = (chosen: string): string =>
  `h-[30px] max-w-[148px] rounded-m border px-1.5 [field-sizing:content] max-sm:h-10 max-sm:max-w-none max-sm:flex-1 ${chosen === "" ? "border-transparent bg-transparent text-ink-2 hover:bg-hover" : "border-accent bg-surface text-ink"}`;

const Pick = (asked: Omit<Parameters<typeof Narrow>[0], "look">) => <Narrow {...asked} look={lookOf(asked.chosen)} />;

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
      <div className="flex items-center gap-2 max-sm:min-w-[184px] max-sm:flex-1">
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
          every="Verdict"
          chosen={verdict ?? ""}
          options={WANTED.map((value) => ({ value, label: wordOf(value) }))}
          onChoose={(value) => go({ verdict: value })}
        />
        {tags.length === 0 && tag === "" ? null : (
          <Pick
            label="Tag"
            every="Tag"
            chosen={tag}
            options={named(tags, tag)}
            onChoose={(value) => go({ tag: value })}
          />
        )}
        {environments.length < 2 && environment === "" ? null : (
          <Pick
            label="Environment"
            every="Environment"
            chosen={environment}
            options={named(environments, environment)}
            onChoose={(value) => go({ environment: value })}
          />
        )}
        <Pick
          label="Group"
          every="Group"
          chosen={group ?? ""}
          options={GROUPS.map((value) => ({ value, label: GROUP_WORDS[value] }))}
          onChoose={(value) => go({ group: value, closed: null })}
        />
        <Pick
          label="Sort"
          every="Wrong first"
          chosen={sort === "wrong" || sort === undefined ? "" : sort}
          options={Object.entries(SORT_WORDS).map(([value, label]) => ({ value, label }))}
          onChoose={(value) => go({ sort: value })}
        />
      </div>
      <div className="max-sm:-order-1">
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
    </div>
  );
}
