"use client";

import type { RefObject } from "react";
import type { Schedule } from "#components/api/shapes.ts";
import type { Sort } from "#components/schedules/listed.ts";
import { isOwn } from "#components/timeline/model.ts";
import { ROW } from "#components/timeline/paint.ts";
import { CELL, ListRow } from "./list-row.tsx";
import { useNearRows } from "./use-near-rows.ts";

const HEADS: readonly { readonly sort: Sort | null; readonly words: string; readonly className: string }[] = [
  { sort: "wrong", words: "", className: "w-[30px]" },
  { sort: "name", words: "Schedule", className: "text-left" },
  { sort: null, words: "Expected", className: "w-[24%] text-left max-md:hidden" },
  { sort: "owner", words: "Owner", className: "w-[110px] text-left max-lg:hidden" },
  { sort: "last", words: "Last run", className: "w-[110px] text-left max-sm:hidden" },
  { sort: "next", words: "Next", className: "w-[96px] text-right" },
];

const Space = ({ rows }: { readonly rows: number }) =>
  rows === 0 ? null : (
    <tr>
      <td style={{ height: rows * ROW }} />
    </tr>
  );

/** Of many thousand only those near the screen are drawn. */
export function ListTable({
  schedules,
  sort,
  onSort,
  chosen,
  onToggle,
  onToggleAll,
  body,
}: {
  readonly schedules: readonly Schedule[];
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly chosen: ReadonlySet<string>;
  /** `null`: nothing can be done to many. */
  readonly onToggle: ((slug: string, range: boolean) => void) | null;
  readonly onToggleAll: () => void;
  readonly body: RefObject<HTMLTableSectionElement | null>;
}) {
  const [first, end] = useNearRows(body, { count: schedules.length, height: ROW });
  const others = schedules.filter((one) => !isOwn(one));
  const all = others.length > 0 && others.every(({ slug }) => chosen.has(slug));
  return (
    <div className="rounded-[8px] border border-line bg-surface">
      <table className="w-full table-fixed border-collapse" aria-rowcount={schedules.length + 1}>
        <caption className="sr-only">Schedules</caption>
        <thead>
          <tr className="text-s text-ink-3">
            {onToggle === null ? null : (
              <th scope="col" className={`${CELL} w-[38px]`}>
                <input
                  type="checkbox"
                  aria-label="Choose all that are listed"
                  checked={all}
                  onChange={onToggleAll}
                  className="block size-[15px] accent-(--accent)"
                />
              </th>
            )}
            {HEADS.map(({ sort: by, words, className }) => (
              <th
                key={words}
                scope="col"
                aria-sort={by !== null && by === sort ? "ascending" : undefined}
                className={`${CELL} font-medium ${className}`}
              >
                {by === null ? (
                  words
                ) : (
                  <button
                    type="button"
                    onClick={() => onSort(by)}
                    aria-label={by === "wrong" ? "Sort by what is wrong" : `Sort by ${words.toLowerCase()}`}
                    className={`rounded-m whitespace-nowrap hover:text-ink ${by === sort ? "font-semibold text-ink" : ""}`}
                  >
                    {by === "wrong" ? "!" : words}
                    {by === sort ? <span aria-hidden="true"> ↓</span> : null}
                  </button>
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body}>
          <Space rows={first} />
          {schedules.slice(first, end).map((schedule) => (
            <ListRow
              key={schedule.slug}
              schedule={schedule}
              chosen={chosen.has(schedule.slug)}
              onToggle={onToggle === null ? null : (range) => onToggle(schedule.slug, range)}
            />
          ))}
          <Space rows={Math.max(0, schedules.length - end)} />
        </tbody>
      </table>
    </div>
  );
}
