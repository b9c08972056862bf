"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, queryString } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Timeline } from "#components/api/shapes.ts";
import { serverNow } from "#components/time/server-clock.ts";
import { KEYS } from "#lib/views/keys.ts";
import { timelineModel } from "./model.ts";
import { askFor, type TimelineAsked, WIDTH_STEP } from "./range.ts";

export function useTimeline(asked: TimelineAsked, initial: Timeline | null) {
  const width = Math.ceil(asked.width / WIDTH_STEP) * WIDTH_STEP;
  const { range, q, tag } = asked;
  const query = useQuery({
    queryKey: KEYS.timeline(range, q, tag, width),
    queryFn: ({ signal }) => {
      const { from, to, width: pixels } = askFor({ ...asked, width }, serverNow());
      const span = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
      return api<Timeline>(`/timeline${queryString({ ...span, width: pixels, q, tag, limit: 1_000 })}`, { signal });
    },
    placeholderData: (before) => keepPreviousData(before) ?? initial ?? undefined,
    refetchInterval: useRefetchInterval(),
    // Before the first layout nobody knows how wide a lane is.
    enabled: asked.width > 0,
  });
  const told = query.data ?? initial;
  const model = useMemo(() => (told === null ? null : timelineModel(told)), [told]);
  return { model, query };
}
