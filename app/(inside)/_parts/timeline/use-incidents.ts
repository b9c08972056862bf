"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "#components/api/client.ts";
import { useOpenIncidents } from "#components/api/incidents.ts";
import type { Incident, IncidentInFull } from "#components/api/shapes.ts";
import { KEYS } from "#lib/views/keys.ts";

/**
 * Incidents by their ids: those that are open are known anyway, the one of the chosen window is asked for.
 * @param chosen of the chosen window; `null` where it has none
 */
export function useIncidents(chosen: string | null) {
  const open = useOpenIncidents().data?.items ?? [];
  const known = open.find(({ id }) => id === chosen) ?? null;
  const asked = useQuery({
    queryKey: KEYS.incident(chosen ?? ""),
    queryFn: ({ signal }) => api<IncidentInFull>(`/incidents/${chosen}`, { signal }),
    enabled: chosen !== null && known === null,
  });
  const incidentOf = (id: string | null | undefined): Incident | null => {
    if (id === null || id === undefined) return null;
    return open.find((one) => one.id === id) ?? (asked.data?.id === id ? asked.data : null);
  };
  return { incidentOf, open: open.filter(({ state }) => state === "open") };
}
