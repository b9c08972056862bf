"use client";

import Link from "next/link";
import { type RefObject, useState } from "react";
import { shortWordOf } from "#components/marks/look.ts";
import type { Change } from "#components/ui/address.ts";
import { Narrow } from "#components/ui/narrow.tsx";
import { SearchBox } from "#components/ui/search-box.tsx";
import { STATUSES } from "#lib/verdicts/verdict.ts";
import type { Filters } from "./list-query.ts";

const LOOK = "h-[30px] max-w-[180px] rounded-m border border-line bg-surface px-2";

const Pick = (asked: Omit<Parameters<typeof Narrow>[0], "look">) =>
  asked.options.length === 0 ? null : <Narrow {...asked} look={LOOK} />;

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
      <SearchBox
        label="Search by name"
        placeholder="Search by name"
        q={filters.q}
        onSettled={searched}
        at={search}
        look="w-[240px]"
        className="max-sm:w-full"
      />
      <Pick
        label="Status"
        every="Every status"
        chosen={filters.status}
        options={STATUSES.map((value) => ({ value, label: shortWordOf(value) }))}
        onChoose={(status) => onChange({ status })}
      />
      <Pick
        label="Tag"
        every="Every tag"
        chosen={filters.tag}
        options={plain(known.tags)}
        onChoose={(tag) => onChange({ tag })}
      />
      <Pick
        label="Environment"
        every="Every environment"
        chosen={filters.environment}
        options={known.environments.length < 2 && filters.environment === "" ? [] : plain(known.environments)}
        onChoose={(environment) => onChange({ environment })}
      />
      <Pick
        label="Owner"
        every="Every owner"
        chosen={filters.owner}
        options={plain(known.owners)}
        onChoose={(owner) => onChange({ owner })}
      />
      <Link href="/discarded" className="ml-auto text-ink-2 hover:text-ink hover:underline">
        Discarded check-ins
      </Link>
    </div>
  );
}
