"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useActOnIncidents } from "#components/api/act-on-incident.ts";
import { wordsOf } from "#components/api/client.ts";
import { isOpenTo } from "#components/api/incident-acts.ts";
import type { Incident, List } from "#components/api/shapes.ts";
import { useAddress } from "#components/ui/address.ts";
import { Button } from "#components/ui/button.tsx";
import { Choice } from "#components/ui/choice.tsx";
import { FilterBar } from "#components/ui/filter-bar.tsx";
import { KeyLine, KeySheet, type KeyTold } from "#components/ui/key-sheet.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Page, Waiting } from "#components/ui/page.tsx";
import { useKeys } from "#components/ui/use-keys.ts";
import { ActDialog, type Asking, type PersonToAssign } from "./act-dialog.tsx";
import { BulkBar } from "./bulk-bar.tsx";
import { apiQuery, isFiltered, readFilters, SHOWN, type Shown } from "./filters.ts";
import { grouped, stopsOf } from "./grouped.ts";
import { IncidentRow } from "./incident-row.tsx";
import { Nothing } from "./nothing.tsx";
import { OutageHead } from "./outage-head.tsx";
import { NOTHING_SELECTED, ranged, toggled, within } from "./selection.ts";
import { PAGE, useCounts, useIncidentFilters, useIncidents, useOutages } from "./use-incidents.ts";

const WORDS: Readonly<Record<Shown, string>> = {
  ...{ open: "Open", acknowledged: "Acknowledged", resolved: "Resolved", all: "All" },
};

const MOVING: readonly KeyTold[] = [
  { keys: ["J", "K"], does: "move" },
  { keys: ["↵"], does: "open" },
];
const ACTING: readonly KeyTold[] = [
  { keys: ["A"], does: "acknowledge" },
  { keys: ["S"], does: "snooze" },
  { keys: ["R"], does: "resolve" },
  { keys: ["X"], does: "select" },
];
const ALL_KEYS = { keys: ["?"], does: "all keys" };
const MORE: readonly KeyTold[] = [
  { keys: ["⇧", "A"], does: "acknowledge with a note and an expected fix time" },
  { keys: ["N"], does: "add a note" },
  { keys: ["I"], does: "assign" },
  { keys: ["⇧", "X"], does: "select from the last selected row to this one" },
  { keys: ["Esc"], does: "select nothing" },
  { keys: ["Ctrl", "Z"], does: "take back what was just done" },
];
const FILTER_KEY = { keys: ["F"], does: "show or hide the filters" };

interface Asked {
  readonly what: Asking;
  readonly incidents: readonly Incident[];
  readonly outage: boolean;
}

export function IncidentList({
  initial,
  initialFor,
  people,
}: {
  readonly initial: List<Incident> | null;
  /** The query that the server answered with `initial`. */
  readonly initialFor: string;
  readonly people: readonly PersonToAssign[];
}) {
  const me = useMe();
  const { mayRespond } = me;
  const router = useRouter();
  const { query, go } = useAddress();
  const filters = readFilters((name) => query.get(name));
  const filtered = isFiltered(filters);
  const acting = useActOnIncidents();
  const list = useIncidents(filters, apiQuery(filters, { limit: PAGE, cursor: null }) === initialFor ? initial : null);
  const outages = useOutages(filters.shown);
  const counts = useCounts();
  const bar = useIncidentFilters(people, me.id);
  const groups = grouped(list.data?.pages.flatMap(({ items }) => items) ?? [], outages.data?.items ?? []);
  const stops = stopsOf(groups);
  const rows = groups.flatMap(({ incidents }) => incidents);
  const rowIds = rows.map(({ id }) => id);

  const [filtering, setFiltering] = useState(filtered);
  const [chosen, setChosen] = useState<string | null>(null);
  const [selection, setSelection] = useState(NOTHING_SELECTED);
  const [asking, setAsking] = useState<Asked | null>(null);
  const [keysShown, setKeysShown] = useState(false);
  const selected = rows.filter(({ id }) => within(selection, rowIds).ids.has(id));
  const at = stops.findIndex(({ id }) => id === chosen);
  const current = stops[at];

  const move = (by: number) => {
    const next = stops[Math.min(Math.max(at < 0 ? 0 : at + by, 0), stops.length - 1)];
    if (!next) return;
    setChosen(next.id);
    document.querySelector<HTMLElement>(`[data-stop="${next.id}"]`)?.focus();
  };
  const down = () => move(1);
  const up = () => move(-1);
  useEffect(() => {
    const follow = (event: FocusEvent) => {
      const stop = event.target instanceof HTMLElement ? event.target.dataset["stop"] : undefined;
      if (stop !== undefined) setChosen(stop);
    };
    document.addEventListener("focusin", follow);
    return () => document.removeEventListener("focusin", follow);
  }, []);

  /** What an act is about: what is selected, else where the keyboard stands. */
  const meant = (): Omit<Asked, "what"> => ({
    incidents: selected.length > 0 ? selected : (current?.incidents ?? []),
    outage: selected.length === 0 && current?.outage != null,
  });
  const clear = () => setSelection(NOTHING_SELECTED);
  const ask = (what: Asking) => {
    const { incidents, outage } = meant();
    const open = incidents.filter((one) => isOpenTo(one, what === "note" ? "notes" : what));
    if (mayRespond && open.length > 0) setAsking({ what, incidents: open, outage });
  };
  const { mutate } = acting;
  const acknowledge = useCallback(
    (incidents: readonly Incident[], outage = false) => {
      const open = incidents.filter((one) => isOpenTo(one, "acknowledge"));
      if (open.length > 0) mutate({ incidents: open, act: { kind: "acknowledge", ...(outage ? { outage } : {}) } });
    },
    [mutate],
  );
  const acknowledgeMeant = () => {
    const { incidents, outage } = meant();
    if (!mayRespond) return;
    acknowledge(incidents, outage);
    clear();
  };
  const listed = rowIds.join();
  const select = useCallback(
    (id: string, range: boolean) =>
      setSelection((before) => (range ? ranged(before, id, listed.split(",")) : toggled(before, id))),
    [listed],
  );
  const onAcknowledge = useMemo(
    () => (mayRespond ? (incident: Incident) => acknowledge([incident]) : null),
    [mayRespond, acknowledge],
  );
  const row = current && !current.outage ? current : null;
  useKeys({
    j: down,
    k: up,
    ArrowDown: down,
    ArrowUp: up,
    Enter: current
      ? () => router.push(current.outage ? `/incidents?state=all&outage=${current.id}` : `/incidents/${current.id}`)
      : undefined,
    a: acknowledgeMeant,
    "shift+a": () => ask("acknowledge"),
    s: () => ask("snooze"),
    n: () => ask("note"),
    i: () => ask("assign"),
    r: () => ask("resolve"),
    x: row && mayRespond ? () => select(row.id, false) : undefined,
    "shift+x": row && mayRespond ? () => select(row.id, true) : undefined,
    f: () => setFiltering(!filtering),
    Escape: selected.length > 0 ? clear : undefined,
    "?": () => setKeysShown(true),
  });
  const firstOpen = groups.find(({ incidents }) => incidents.some(({ state }) => state === "open"));

  return (
    <Page
      title="Incidents"
      beside={
        <div className="max-sm:order-last max-sm:w-full">
          <Choice
            label="State"
            chosen={filters.shown}
            onChoose={(value) => go({ state: value === "open" ? null : value })}
            options={SHOWN.map((value) => ({ value, label: `${WORDS[value]}${counts[value]}` }))}
          />
        </div>
      }
      actions={
        <>
          <Button
            look="quiet"
            onClick={() => go({ sort: filters.sort === "since" ? "oldest" : null })}
            aria-label={
              filters.sort === "since" ? "Newest first; show the oldest first" : "Oldest first; show the newest first"
            }
          >
            {filters.sort === "since" ? "Newest first" : "Oldest first"}
          </Button>
          <Button look="quiet" aria-expanded={filtering} onClick={() => setFiltering(!filtering)}>
            Filter{" "}
            <kbd className="rounded-[4px] border border-line-strong px-[5px] font-sans text-[11px] max-sm:hidden">
              F
            </kbd>
          </Button>
        </>
      }
    >
      {filtering ? (
        <div className="mt-3">
          <FilterBar filters={bar} query={query} onChange={go} />
        </div>
      ) : null}
      {filters.outage === null ? null : (
        <div className="mt-3 flex items-center gap-3">
          <Notice>Only the incidents of one outage.</Notice>
          <Button look="quiet" onClick={() => go({ outage: null, state: null })}>
            Show all
          </Button>
        </div>
      )}
      <div className="mt-4 grid gap-4">
        {list.isError ? <Notice look="bad">{wordsOf(list.error)}</Notice> : null}
        {list.isPending ? <Waiting /> : null}
        {list.data && rows.length === 0 ? <Nothing shown={filters.shown} filtered={filtered} /> : null}
        {groups.map((group) => (
          <section
            key={group.outage?.id ?? "alone"}
            aria-label={group.outage ? "One outage" : "Incidents that stand alone"}
            className="rounded-[8px] border border-line bg-surface"
          >
            {group.outage ? (
              <OutageHead
                outage={group.outage}
                incidents={group.incidents}
                current={group.outage.id === chosen}
                primary={group === firstOpen && selected.length === 0}
                onAcknowledge={mayRespond ? (open) => acknowledge(open, true) : null}
              />
            ) : null}
            <ul className="divide-y divide-line">
              {group.incidents.map((incident) => (
                <IncidentRow
                  key={incident.id}
                  incident={incident}
                  current={incident.id === chosen}
                  selected={selection.ids.has(incident.id)}
                  selectable={mayRespond}
                  inOutage={group.outage !== null}
                  onSelect={select}
                  onAcknowledge={incident.state === "open" ? onAcknowledge : null}
                />
              ))}
            </ul>
          </section>
        ))}
        <OlderOnes list={list}>Show {PAGE} more</OlderOnes>
      </div>
      {rows.length === 0 ? null : <KeyLine told={[...MOVING, ...(mayRespond ? ACTING : []), ALL_KEYS]} />}
      <BulkBar
        selected={selected}
        onAcknowledge={() => {
          acknowledge(selected);
          clear();
        }}
        onAsk={ask}
        onClear={clear}
      />
      {asking ? (
        <ActDialog
          asking={asking.what}
          incidents={asking.incidents}
          outage={asking.outage}
          people={people}
          onActed={clear}
          onClose={() => setAsking(null)}
        />
      ) : null}
      {keysShown ? (
        <KeySheet
          told={[...MOVING, ...(mayRespond ? [...ACTING, ...MORE] : []), FILTER_KEY]}
          onClose={() => setKeysShown(false)}
        />
      ) : null}
    </Page>
  );
}
