"use client";

import Link from "next/link";
import { type RefObject, useState } from "react";
import { shortWordOf } from "#components/marks/look.ts";
import type { Change } from "#components/ui/address.ts";
import { Icon } from "#components/ui/icon.tsx";
import { useSettledText } from "#components/ui/settled-text.ts";
import type { Filters } from "./list-query.ts";

const STATUSES = ["missing", "failed", "overrun", "late", "running", "due", "blind", "excused", "on_time", "new", "paused", "archived"] as const; // biome-ignore format: a list

function Search({
  q,
  onSearch,
  at,
}: {
  readonly q: string;
  readonly onSearch: (q: string) => void;
  readonly at: RefObject<HTMLInputElement | null>;
}) {
  const [typed, setTyped] = useSettledText(q, onSearch);
  return (
    <label className="relative block max-sm:w-full">
      <span className="sr-only">Search by name</span>
      <Icon name="search" className="absolute top-[7px] left-[9px] text-ink-3" />
      <input
        ref={at}
        type="search"
        value={typed}
        placeholder="Search by name"
        onChange={(event) => setTyped(event.target.value)}
        className="h-[30px] w-[240px] rounded-m border border-line bg-surface pr-2 pl-[31px] placeholder:text-ink-3 max-sm:w-full max-sm:text-[16px]"
      />
    </label>
  );
}

function Narrow({
  label,
  all,
  value,
  options,
  onChoose,
}: {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChoose: (value: string | null) => void;
}) {
  if (options.length === 0) return null;
  return (
    <label>
      <span className="sr-only">{label}</span>
      <select
        value={value}
        onChange={(event) => onChoose(event.target.value || null)}
        className="h-[30px] max-w-[180px] rounded-m border border-line bg-surface px-2"
      >
        <option value="">{all}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

const plain = (values: readonly string[]) => values.map((value) => ({ value, label: value }));

export function ListFilters({
  filters,
  known,
  search,
  onChange,
}: {
  readonly filters: Filters;
  readonly known: {
    readonly tags: readonly string[];
    readonly environments: readonly string[];
    readonly owners: readonly string[];
  };
  readonly search: RefObject<HTMLInputElement | null>;
  readonly onChange: (change: Change, step?: { readonly step?: boolean }) => void;
}) {
  const [searched] = useState(() => (q: string) => onChange({ q: q === "" ? null : q }, { step: false }));
  return (
    <div className="mt-4 flex flex-wrap items-center gap-[10px]">
      <Search q={filters.q} onSearch={searched} at={search} />
      <Narrow
        label="Status"
        all="Every status"
        value={filters.status}
        options={STATUSES.map((value) => ({ value, label: shortWordOf(value) }))}
        onChoose={(status) => onChange({ status })}
      />
      <Narrow
        label="Tag"
        all="Every tag"
        value={filters.tag}
        options={plain(known.tags)}
        onChoose={(tag) => onChange({ tag })}
      />
      <Narrow
        label="Environment"
        all="Every environment"
        value={filters.environment}
        options={known.environments.length < 2 && filters.environment === "" ? [] : plain(known.environments)}
        onChoose={(environment) => onChange({ environment })}
      />
      <Narrow
        label="Owner"
        all="Every owner"
        value={filters.owner}
        options={plain(known.owners)}
        onChoose={(owner) => onChange({ owner })}
      />
      <Link href="/discarded" className="ml-auto text-ink-2 hover:text-ink hover:underline">
        Discarded check-ins
      </Link>
    </div>
  );
}
