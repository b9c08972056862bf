"use client";

import { type QueryClient, useMutation, useQueryClient } from "@tanstack/react-query";
import { serverNow } from "#components/time/server-clock.ts";
import { useMe } from "#components/ui/me.tsx";
import { toast } from "#components/ui/toast.ts";
import { KEYS } from "#lib/views/keys.ts";
import { ApiProblem, api, wordsOf } from "./client.ts";
import { type Act, bodyOf, doneInWords, foreseen, isOpenTo } from "./incident-acts.ts";
import type { Incident, IncidentInFull, List, Outage } from "./shapes.ts";
import { undoOf } from "./undo-of.ts";
import { useUndo } from "./use-undo.ts";

export type { Act } from "./incident-acts.ts";

export interface Asked {
  /** As they are before it: what undoing goes back to. */
  readonly incidents: readonly Incident[];
  readonly act: Act;
}

interface BulkDone {
  readonly items: readonly Incident[];
  readonly refused: readonly { readonly id: string; readonly code: string; readonly message: string }[];
}

type Kept = readonly (readonly [readonly unknown[], unknown])[];
type Pages = { readonly pages: readonly List<Incident>[] };

const STALE = [KEYS.incidents(), KEYS.outages(), ["incident"], KEYS.overview()] as const;

/** As many as the server takes at once. */
const AT_ONCE = 500;

/** Everything that shows an incident, as it is. */
const shownNow = (client: QueryClient): Kept => [
  ...client.getQueriesData({ queryKey: KEYS.incidents() }),
  ...client.getQueriesData({ queryKey: ["incident"] }),
  ...client.getQueriesData({ queryKey: KEYS.outages() }),
];

/** Lists are held as one page or as several; both change in place. */
function changeShown(client: QueryClient, change: (one: Incident) => Incident): void {
  const inList = (list: List<Incident>) => ({ ...list, items: list.items.map(change) });
  client.setQueriesData<List<Incident> | Pages>({ queryKey: KEYS.incidents() }, (held) => {
    if (!held) return held;
    return "pages" in held ? { ...held, pages: held.pages.map(inList) } : inList(held);
  });
  client.setQueriesData<IncidentInFull>({ queryKey: ["incident"] }, (held) =>
    // Only whether it is another one matters, and a change keeps what it does not speak of.
    held && "events" in held ? (change(held) as IncidentInFull) : held,
  );
  client.setQueriesData<List<Outage>>({ queryKey: KEYS.outages() }, (held) =>
    held && "items" in held
      ? { ...held, items: held.items.map((one) => ({ ...one, incidents: one.incidents.map(change) })) }
      : held,
  );
}

async function inBulk(ids: readonly string[], act: Act): Promise<BulkDone> {
  const items: Incident[] = [];
  const refused: BulkDone["refused"][number][] = [];
  for (let from = 0; from < ids.length; from += AT_ONCE) {
    const body = { ids: ids.slice(from, from + AT_ONCE), act: { kind: act.kind, ...bodyOf(act) } };
    const done = await api<BulkDone>("/incidents/bulk", { method: "POST", body });
    items.push(...done.items);
    refused.push(...done.refused);
  }
  return { items, refused };
}

/** Takes acts back, those alike together. */
async function takeBack(done: readonly Incident[], act: Act): Promise<void> {
  const alike = new Map<string, { readonly undo: Act; readonly ids: string[] }>();
  for (const before of done) {
    const undo = undoOf(before, act, serverNow());
    if (!undo) continue;
    const key = JSON.stringify(undo);
    const known = alike.get(key);
    if (known) known.ids.push(before.id);
    else alike.set(key, { undo, ids: [before.id] });
  }
  const refused: BulkDone["refused"][number][] = [];
  for (const { undo, ids } of alike.values()) refused.push(...(await inBulk(ids, undo)).refused);
  const [first] = refused;
  if (first) throw new ApiProblem({ code: first.code, status: 409, message: first.message, doNext: "" });
}

/**
 * Acts at once on the screen, and takes it back with the reason when it is refused. What can be undone is offered for
 * ten seconds.
 */
export function useActOnIncidents() {
  const client = useQueryClient();
  const offerUndo = useUndo();
  const { name } = useMe();
  return useMutation({
    mutationFn: async ({ incidents, act }: Asked): Promise<BulkDone> => {
      const ids = incidents.map(({ id }) => id);
      const [first] = incidents;
      const outage = "outage" in act && act.outage === true;
      if (!first || (incidents.length > 1 && !outage)) return inBulk(ids, act);
      const body = bodyOf(act);
      const after = await api<IncidentInFull>(`/incidents/${first.id}/${act.kind}`, { method: "POST", body });
      client.setQueryData(KEYS.incident(first.id), after);
      // The server did it for all of the outage, those that joined it meanwhile too.
      return { items: [after, ...incidents.slice(1)], refused: [] };
    },
    onMutate: async ({ incidents, act }) => {
      for (const queryKey of STALE) await client.cancelQueries({ queryKey });
      const kept = shownNow(client);
      const ids = new Set(incidents.map(({ id }) => id));
      const by = { name, at: new Date(serverNow()).toISOString() };
      changeShown(client, (one) => (ids.has(one.id) ? foreseen(one, act, by) : one));
      return kept;
    },
    onError: (thrown, _asked, kept) => {
      for (const [key, data] of kept ?? []) client.setQueryData(key, data);
      toast.error(wordsOf(thrown));
    },
    onSuccess: ({ items, refused }, { incidents, act }) => {
      const [first] = refused;
      if (first) toast.error(refused.length === 1 ? first.message : `${refused.length} were left: ${first.message}`);
      if (items.length === 0) return;
      const did = doneInWords(act, items);
      const ids = new Set(items.map(({ id }) => id));
      const done = incidents.filter(({ id }) => ids.has(id));
      if (done.every((before) => undoOf(before, act, serverNow()) === null)) {
        toast.success(did);
        return;
      }
      const undone = done.length === 1 ? "Taken back" : `Taken back: ${done.length} incidents`;
      offerUndo({ did, undone, undo: () => takeBack(done, act), stale: STALE });
    },
    onSettled: () => Promise.all(STALE.map((queryKey) => client.invalidateQueries({ queryKey }))),
  });
}

/** The incident, and with it what acting on all of its outage will change, as far as this screen knows of them. */
async function meant(client: QueryClient, id: string, act: Act): Promise<readonly Incident[]> {
  const incident = await client.ensureQueryData({
    queryKey: KEYS.incident(id),
    queryFn: ({ signal }) => api<IncidentInFull>(`/incidents/${id}`, { signal }),
  });
  if (!("outage" in act) || act.outage !== true || incident.outageId === null) return [incident];
  const outage = await api<Outage>(`/outages/${incident.outageId}`);
  return [incident, ...outage.incidents.filter((one) => one.id !== id && isOpenTo(one, act.kind))];
}

/** The same for one incident of which only the id is at hand. */
export function useActOnIncident() {
  const client = useQueryClient();
  const all = useActOnIncidents();
  const mutate = ({ id, act }: { readonly id: string; readonly act: Act }): void => {
    meant(client, id, act).then(
      (incidents) => all.mutate({ incidents, act }),
      (thrown: unknown) => toast.error(wordsOf(thrown)),
    );
  };
  return { mutate, isPending: all.isPending };
}
