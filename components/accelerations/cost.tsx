"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { api, isApiProblem } from "#components/api/client.ts";
import type { Preview } from "#components/api/shapes.ts";
import { Field } from "#components/ui/field.tsx";
import { estimate, money, readCost, type SpecGiven } from "./plan.ts";

const ASKED = 100;
const nameOf = (slug: string): string => `rollcall-cost:${slug}`;

export interface CostOfRun {
  readonly text: string;
  readonly set: (text: string) => void;
}

/** What a run of a schedule costs, as this browser was told. */
export function useCost(slug: string): CostOfRun {
  const [text, setText] = useState("");
  useEffect(() => {
    try {
      setText(window.localStorage.getItem(nameOf(slug)) ?? "");
    } catch {
      // Where nothing may be kept, nothing is.
    }
  }, [slug]);
  return {
    text,
    set(typed) {
      setText(typed);
      try {
        if (typed.trim() === "") window.localStorage.removeItem(nameOf(slug));
        else window.localStorage.setItem(nameOf(slug), typed);
      } catch {
        // As above.
      }
    },
  };
}

const many = (runs: number): string => (runs === 1 ? "1 run" : `${runs} runs`);

/** How many runs it causes at most, and what they cost. */
export function Cost({
  cost,
  spec,
  timezone,
  seconds,
  wanted,
  most,
  now,
}: {
  readonly cost: CostOfRun;
  readonly spec: SpecGiven | null;
  readonly timezone: string;
  readonly seconds: number | null;
  readonly wanted: number;
  readonly most: number | null;
  readonly now: () => number;
}) {
  const body = { spec, timezone, count: ASKED };
  const asked = useQuery({
    queryKey: ["preview", JSON.stringify(body)],
    queryFn: async ({ signal }) => ({
      from: now(),
      ...(await api<Preview>("/schedules/preview", { method: "POST", body, signal })),
    }),
    enabled: spec !== null,
    staleTime: 10_000,
    retry: false,
  });
  const told = spec === null || seconds === null ? null : asked.data;
  const counted = told ? estimate(told.expectedAt, { from: told.from, seconds: seconds ?? 0, asked: ASKED }) : null;
  const runs = counted === null ? null : Math.min(counted.runs, most ?? Number.POSITIVE_INFINITY);
  const each = readCost(cost.text);
  const problem = asked.isError && isApiProblem(asked.error) ? asked.error.message : null;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_140px] items-start gap-3 max-sm:grid-cols-1">
      <div className="rounded-m bg-sunken px-3 py-2" aria-live="polite">
        {problem === null ? null : <p className="text-bad">{problem}</p>}
        {runs === null || counted === null ? (
          <p className="text-ink-3">How many runs it causes stands here.</p>
        ) : (
          <>
            <p>
              {counted.about && runs === counted.runs ? "About " : ""}
              <b className="font-semibold">{many(runs)}</b> at most
              {each === null ? "" : <>, which cost {money(each * runs)}</>}
            </p>
            <p className="text-ink-2">
              {runs === 0
                ? "None of its times lies within the limit."
                : `It ends with ${wanted === 1 ? "the first good run" : `${wanted} good runs`}${each === null ? "" : `, at ${money(each * Math.min(wanted, runs))}`}.`}
            </p>
          </>
        )}
      </div>
      <Field
        label="Cost of a run"
        inputMode="decimal"
        placeholder="0.02"
        autoComplete="off"
        value={cost.text}
        onChange={(event) => cost.set(event.target.value)}
      />
    </div>
  );
}
