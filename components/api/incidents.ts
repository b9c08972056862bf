"use client";

import { useQuery } from "@tanstack/react-query";
import { KEYS } from "#lib/views/keys.ts";
import { api } from "./client.ts";
import { useRefetchInterval } from "./live.ts";
import type { Incident, List } from "./shapes.ts";

/** The incidents that nobody has acknowledged yet: rail and banner share them. */
export function useOpenIncidents() {
  return useQuery({
    queryKey: KEYS.incidents("open"),
    queryFn: ({ signal }) => api<List<Incident>>("/incidents?state=open&limit=100", { signal }),
    refetchInterval: useRefetchInterval(),
  });
}
