"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { toast } from "sonner";
import { useMe } from "#components/ui/me.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { api, wordsOf } from "./client.ts";
import type { Incident, IncidentInFull, List } from "./shapes.ts";

/** What a person does about an incident. */
export type Act =
  | { readonly kind: "acknowledge"; readonly note?: string; readonly expectedFixAt?: string; readonly outage?: boolean }
  | { readonly kind: "snooze"; readonly until: string }
  | { readonly kind: "resolve"; readonly note?: string; readonly outage?: boolean }
  | { readonly kind: "assign"; readonly userId: string | null; readonly name: string | null }
  | { readonly kind: "notes"; readonly text: string };

/** The incident as it will be, before the server has said so. */
export function foreseen<T extends Incident>(
  incident: T,
  act: Act,
  by: { readonly name: string; readonly at: string },
): T {
  switch (act.kind) {
    case "acknowledge":
    case "snooze":
      return {
        ...incident,
        state: "acknowledged",
        acknowledgedAt: by.at,
        acknowledgedBy: by.name,
        snoozedUntil: act.kind === "snooze" ? act.until : null,
        expectedFixAt: (act.kind === "acknowledge" ? act.expectedFixAt : undefined) ?? incident.expectedFixAt,
      };
    case "resolve":
      return {
        ...incident,
        state: "resolved",
        resolvedAt: by.at,
        resolvedBy: by.name,
        resolution: act.note ?? incident.resolution,
      };
    case "assign":
      return { ...incident, assignee: act.userId === null ? null : { id: act.userId, name: act.name ?? "" } };
    case "notes":
      return incident;
  }
}

function bodyOf(act: Act): unknown {
  const { kind: _, ...body } = act;
  return act.kind === "assign" ? { userId: act.userId } : body;
}

const DONE: Readonly<Record<Act["kind"], string>> = {
  acknowledge: "Acknowledged",
  snooze: "Snoozed",
  resolve: "Resolved",
  assign: "Assigned",
  notes: "Noted",
};

type Kept = readonly (readonly [readonly unknown[], unknown])[];

/** Everything that shows the incident, as it was. */
function keep(client: QueryClient, id: string): Kept {
  return [
    ...client.getQueriesData({ queryKey: KEYS.incidents() }),
    ...client.getQueriesData({ queryKey: KEYS.incident(id) }),
  ];
}

/** Acts at once on the screen, and takes it back with the reason when it is refused. */
export function useActOnIncident() {
  const client = useQueryClient();
  const { name } = useMe();
  return useMutation({
    mutationFn: ({ id, act }: { readonly id: string; readonly act: Act }) =>
      api<IncidentInFull>(`/incidents/${id}/${act.kind}`, { method: "POST", body: bodyOf(act) }),
    onMutate: async ({ id, act }) => {
      await client.cancelQueries({ queryKey: KEYS.incidents() });
      await client.cancelQueries({ queryKey: KEYS.incident(id) });
      const kept = keep(client, id);
      const by = { name, at: new Date().toISOString() };
      client.setQueriesData<List<Incident>>({ queryKey: KEYS.incidents() }, (list) =>
        list ? { ...list, items: list.items.map((one) => (one.id === id ? foreseen(one, act, by) : one)) } : list,
      );
      client.setQueryData<IncidentInFull>(KEYS.incident(id), (one) => (one ? foreseen(one, act, by) : one));
      return kept;
    },
    onError: (thrown, _asked, kept) => {
      for (const [key, data] of kept ?? []) client.setQueryData(key, data);
      toast.error(wordsOf(thrown));
    },
    onSuccess: (incident, { id, act }) => {
      client.setQueryData(KEYS.incident(id), incident);
      toast.success(`${DONE[act.kind]}: incident ${incident.number}`);
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: KEYS.incidents() }),
        client.invalidateQueries({ queryKey: KEYS.outages() }),
        client.invalidateQueries({ queryKey: ["incident"] }),
      ]),
  });
}
