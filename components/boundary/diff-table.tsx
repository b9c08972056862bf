"use client";

import type { Route } from "#components/api/boundary.ts";
import type { Decision } from "#components/api/decision.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { diffRows } from "./contract-diff.ts";

/** What a request carried, and what its route expects, side by side. */
export function DiffTable({ decision, route }: { readonly decision: Decision; readonly route: Route | null }) {
  const rows = diffRows(decision, route);
  if (!rows) return null;
  return (
    <div className="overflow-x-auto rounded-[8px] border border-line bg-surface">
      <table className="w-full text-left">
        <thead className="text-ink-3">
          <tr className="border-b border-line">
            <th className="w-[110px] px-[14px] py-2 font-normal max-sm:w-[80px] max-sm:px-2">
              <span className="sr-only">What</span>
            </th>
            <th className="px-[14px] py-2 font-normal max-sm:px-2">
              Presented at <AbsoluteTime at={decision.at} />
            </th>
            <th className="px-[14px] py-2 font-normal max-sm:px-2">
              Expected{decision.route ? ` by ${decision.route}` : ""}
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map(({ name, presented, expected, differs }) => (
            <tr key={name}>
              <th
                scope="row"
                className="px-[14px] py-2 align-top font-normal text-ink-2 first-letter:uppercase max-sm:px-2"
              >
                {name}
              </th>
              <td
                className={`px-[14px] py-2 align-top [overflow-wrap:anywhere] max-sm:px-2 ${differs ? "bg-rejected-soft" : ""}`}
              >
                {presented}
              </td>
              <td className="px-[14px] py-2 align-top [overflow-wrap:anywhere] max-sm:px-2">{expected}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
