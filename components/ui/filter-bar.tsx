"use client";

import type { Change } from "./address.ts";
import { Button } from "./button.tsx";
import { Narrow } from "./narrow.tsx";

export interface Filter {
  /** Its name in the address. */
  readonly name: string;
  readonly label: string;
  /** What stands for no filter: "Every kind". */
  readonly every: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** The words of a value that was chosen, though it may be none of the options any more. */
const withChosen = ({ options }: Filter, chosen: string): Filter["options"] =>
  chosen === "" || options.some(({ value }) => value === chosen)
    ? options
    : [...options, { value: chosen, label: chosen }];

/** Filters of a list, all of which the address holds. */
export function FilterBar({
  filters,
  query,
  onChange,
}: {
  readonly filters: readonly Filter[];
  readonly query: Pick<URLSearchParams, "get">;
  readonly onChange: (change: Change) => void;
}) {
  const set = filters.filter(({ name }) => (query.get(name) ?? "") !== "");
  const none = Object.fromEntries(filters.map(({ name }) => [name, null]));
  return (
    <search className="flex flex-wrap items-center gap-2 max-sm:grid max-sm:grid-cols-2">
      {filters.map((filter) => {
        const chosen = query.get(filter.name) ?? "";
        const options = withChosen(filter, chosen);
        if (options.length === 0) return null;
        return (
          <Narrow
            key={filter.name}
            label={filter.label}
            every={filter.every}
            chosen={chosen}
            options={options}
            onChoose={(value) => onChange({ [filter.name]: value })}
            look={`h-[30px] max-w-[200px] rounded-m border bg-surface px-2 max-sm:h-10 max-sm:w-full max-sm:max-w-none max-sm:text-[16px] ${chosen === "" ? "border-line text-ink-2" : "border-accent text-ink"}`}
            className="min-w-0"
          />
        );
      })}
      {set.length === 0 ? null : (
        <Button look="quiet" onClick={() => onChange(none)}>
          {set.length === 1 ? "Take the filter away" : `Take ${set.length} filters away`}
        </Button>
      )}
    </search>
  );
}
