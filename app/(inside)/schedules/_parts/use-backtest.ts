"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, isApiProblem } from "#components/api/client.ts";
import type { Backtest, Preview, Schedule } from "#components/api/shapes.ts";
import { backtestStretch } from "#components/forms/backtest-stretch.ts";
import { type FormValues, specOf } from "#components/forms/schedule-values.ts";
import { readLength } from "#components/time/length.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { useRested } from "./use-rested.ts";

const DAY = 86_400_000;
const ENOUGH = 40;

/** The gap between the next times, in ms; of a rolling spec its `every`; `null` where there is none. */
function gapOf(preview: Preview | null, everySeconds: number | null): number | null {
  if (everySeconds !== null) return everySeconds * 1_000;
  const times = (preview?.expectedAt ?? []).map((at) => Date.parse(at));
  const [first, last] = [times[0], times.at(-1)];
  return first === undefined || last === undefined || first === last ? null : (last - first) / (times.length - 1);
}

/** What the fields that are being typed would have called the runs that came; `null` while they are not whole. */
export function useBacktest(
  values: FormValues,
  {
    before,
    preview,
    lookBack,
  }: { readonly before: Schedule | null; readonly preview: Preview | null; readonly lookBack: number | null },
) {
  const spec = specOf(values, before?.spec ?? null);
  const optional = (text: string) => (text.trim() === "" ? null : readLength(text));
  const graceSeconds = readLength(values.grace);
  const fields = {
    ...{ spec, timezone: values.timezone, graceSeconds },
    ...{ earlySeconds: optional(values.early), maxRuntimeSeconds: optional(values.maxRuntime) },
  };
  const every = spec?.kind === "rolling" ? spec.everySeconds : null;
  const back = backtestStretch(gapOf(preview, every), (lookBack ?? 7 * DAY) / ENOUGH);
  const rested = useRested({ fields, back }, 250);
  const asked = useQuery({
    queryKey: ["backtest", before?.slug ?? "", JSON.stringify(rested)],
    queryFn: ({ signal }) => {
      const body = { ...rested.fields, from: new Date(serverNow() - rested.back).toISOString() };
      return api<Backtest>(`/schedules/${before?.slug}/backtest`, { method: "POST", body, signal });
    },
    enabled: before !== null && rested.fields.spec !== null && rested.fields.graceSeconds !== null && preview !== null,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
  return {
    backtest: asked.data ?? null,
    problem: asked.isError && isApiProblem(asked.error) ? asked.error : null,
    stale: asked.isPlaceholderData,
  };
}
