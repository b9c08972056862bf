"use client";

import { useQuery } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import { api, queryString } from "#components/api/client.ts";
import type { List, Run } from "#components/api/shapes.ts";
import type { DrawnLane } from "#components/timeline/drawn.ts";
import type { LaneFacts, RunModel, Stretch } from "#components/timeline/model.ts";
import { calm } from "#components/timeline/range.ts";

/** Over a longer span single runs are not told apart. */
const LONGEST = 86_400_000;
const AGAIN = 15_000;
/** As many as the API gives at once; of more, the newest. */
const MOST = 1_000;

const iso = (at: number): string => new Date(at).toISOString();

const runModel = (run: Run): RunModel => ({
  id: run.id,
  from: Date.parse(run.startedAt),
  to: run.finishedAt === null ? null : Date.parse(run.finishedAt),
  failed: run.outcome === "fail",
});

/** The facts of lanes with the runs that nobody expected, which belong to no window. */
export function useUnscheduled(seen: Stretch, factsOf: (slug: string) => LaneFacts | null) {
  const { from, to } = calm(seen);
  const { data } = useQuery({
    queryKey: ["runs", "unscheduled", from, to],
    queryFn: ({ signal }) =>
      api<List<Run>>(`/runs${queryString({ from: iso(from), to: iso(to), limit: MOST })}`, { signal }),
    select: ({ items }) => items.filter(({ unscheduled }) => unscheduled),
    placeholderData: (before) => before,
    refetchInterval: AGAIN,
    enabled: to - from <= LONGEST * 1.1,
  });
  const bySlug = useMemo(() => {
    const found = new Map<string, RunModel[]>();
    for (const run of data ?? []) {
      const own = found.get(run.schedule);
      if (own) own.push(runModel(run));
      else found.set(run.schedule, [runModel(run)]);
    }
    return found;
  }, [data]);
  // The same object while both are the same: else every lane would be laid out anew each time.
  const joined = useMemo(() => ({ runs: bySlug, lanes: new WeakMap<LaneFacts, DrawnLane>() }), [bySlug]);
  return useCallback(
    (slug: string): DrawnLane | null => {
      const facts = factsOf(slug);
      const unscheduled = joined.runs.get(slug);
      if (!facts || !unscheduled) return facts;
      let lane = joined.lanes.get(facts);
      if (!lane) {
        lane = { ...facts, unscheduled };
        joined.lanes.set(facts, lane);
      }
      return lane;
    },
    [factsOf, joined],
  );
}
