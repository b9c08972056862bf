"use client";

import * as Radix from "@radix-ui/react-dialog";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Command } from "cmdk";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import { useOpenIncidents } from "#components/api/incidents.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { useZone } from "#components/time/zone.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Kbd } from "#components/ui/page.tsx";
import { readRecent } from "#components/ui/recent.ts";
import { actions, type Entry, fits, pages, readVerb } from "./entries.ts";
import { type Found, foundEntries, verbEntries } from "./found.ts";
import { useDo } from "./use-do.ts";

/** The kinds that have a page to go to. */
const SHOWN: ReadonlySet<Found["kind"]> = new Set(["schedule", "incident", "route", "run"]);

/** Between two keys of one who types (ms). */
const TYPING = 120;

function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), TYPING);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}

interface Group {
  readonly title: string;
  readonly entries: readonly Entry[];
}

function useGroups(q: string): { readonly groups: readonly Group[]; readonly asking: boolean; readonly why: unknown } {
  const me = useMe();
  const { utc, browserZone } = useZone();
  const open = useOpenIncidents().data?.items;
  const settled = useSettled(q);
  const { rest } = readVerb(settled);
  const found = useQuery({
    queryKey: ["search", rest],
    queryFn: ({ signal }) =>
      api<{ readonly items: readonly Found[] }>(`/search${queryString({ q: rest })}`, { signal }),
    enabled: rest !== "",
    // What was paused a moment ago may be resumed now: each opening asks anew.
    staleTime: 0,
    placeholderData: keepPreviousData,
  });
  const [recent] = useState(readRecent);
  const known = { me, open: open ?? [], zone: { utc, browserZone } };
  const { verb } = readVerb(q);
  const items = q.trim() === "" ? [] : (found.data?.items ?? []);
  const own = [...actions(known), ...pages(known)].filter((entry) => fits(entry, q));
  const groups: readonly Group[] =
    q.trim() === ""
      ? [
          {
            title: "Recent",
            entries: recent.map(({ title, href }) => ({
              ...{ id: `recent ${href}`, title, icon: "schedules" },
              does: { kind: "go", href },
            })),
          },
          { title: "Go to", entries: pages(known) },
          { title: "Do", entries: actions(known) },
        ]
      : [
          { title: "Do", entries: verb !== null && me.mayOperate ? verbEntries(items, verb) : [] },
          { title: "Found", entries: verb === null ? foundEntries(items, SHOWN) : [] },
          { title: "Go to or do", entries: own },
        ];
  return {
    groups: groups.filter(({ entries }) => entries.length > 0),
    asking: settled !== q || (rest !== "" && found.isFetching),
    why: found.error,
  };
}

function Row({ entry, onChoose }: { readonly entry: Entry; readonly onChoose: () => void }) {
  const { id, icon, title, note, at } = entry;
  return (
    <Command.Item
      value={id}
      onSelect={onChoose}
      className="flex h-9 cursor-default items-center gap-2.5 rounded-m px-2 data-[selected=true]:bg-hover max-sm:h-11"
    >
      <Icon name={icon} className="text-ink-3" />
      <span className="min-w-0 truncate">{title}</span>
      {at ? <AbsoluteTime at={at} className="ml-auto text-ink-2" /> : null}
      {note ? <span className="ml-auto max-w-[45%] min-w-0 truncate text-ink-2">{note}</span> : null}
    </Command.Item>
  );
}

const HEADING =
  "[&_[cmdk-group-heading]]:px-2 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-s [&_[cmdk-group-heading]]:text-ink-2";
/** Who moves has chosen by themselves. */
const MOVES = new Set(["ArrowUp", "ArrowDown", "Home", "End"]);

function Board({ takeWritten, onDone }: { readonly takeWritten: () => string; readonly onDone: () => void }) {
  const [q, setQ] = useState("");
  useLayoutEffect(() => {
    const written = takeWritten();
    if (written !== "") setQ(written);
  }, [takeWritten]);
  const { groups, asking, why } = useGroups(q);
  const act = useDo();
  const [chosen, setChosen] = useState("");
  const moved = useRef(false);
  const first = groups[0]?.entries[0]?.id ?? "";
  // What the server finds comes after what is known here, and above it: the first is chosen until somebody moves.
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words begin anew
  useEffect(() => {
    if (!moved.current) setChosen(first);
  }, [first, q]);
  const count = groups.reduce((sum, { entries }) => sum + entries.length, 0);
  return (
    <Command
      shouldFilter={false}
      loop
      label="Go to or do"
      value={chosen}
      onValueChange={setChosen}
      onKeyDown={(event) => {
        if (MOVES.has(event.key)) moved.current = true;
      }}
    >
      <div className="flex items-center gap-2.5 border-b border-line px-3.5">
        <Icon name="search" className="text-ink-3" />
        <Command.Input
          value={q}
          onValueChange={(words) => {
            moved.current = false;
            setQ(words);
          }}
          maxLength={200}
          placeholder="A schedule, an incident by number or words, a run id, a page…"
          className="h-12 min-w-0 flex-1 bg-transparent text-l outline-none placeholder:text-ink-3"
        />
        <Kbd>Esc</Kbd>
      </div>
      <Command.List
        label="What fits"
        className="max-h-[min(420px,60vh)] overflow-auto p-1.5"
        onPointerMove={() => {
          moved.current = true;
        }}
      >
        {groups.map(({ title, entries }) => (
          <Command.Group key={title} heading={title} className={HEADING}>
            {entries.map((entry) => (
              <Row
                key={entry.id}
                entry={entry}
                onChoose={() => {
                  if (entry.does.kind === "write") {
                    moved.current = false;
                    return setQ(entry.does.text);
                  }
                  onDone();
                  act(entry);
                }}
              />
            ))}
          </Command.Group>
        ))}
        {count === 0 && !asking && !why ? (
          <p className="px-2 py-6 text-center text-ink-2">Nothing is called so. Fewer or other words may find it.</p>
        ) : null}
        {why ? <p className="px-2 py-3 text-bad">{wordsOf(why)}</p> : null}
      </Command.List>
      <p role="status" className="sr-only">
        {asking ? "" : `${count} found`}
      </p>
    </Command>
  );
}

/**
 * Goes to anything that has a name, and does what is done often.
 *
 * @param before what had the focus, and gets it back
 * @param takeWritten what was written before it came; from now on it is written here
 */
export function Palette({
  before,
  takeWritten,
  onClose,
}: {
  readonly before: HTMLElement | null;
  readonly takeWritten: () => string;
  readonly onClose: () => void;
}) {
  return (
    <Radix.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="fixed inset-0 z-40 bg-black/30" />
        <Radix.Content
          aria-describedby={undefined}
          onOpenAutoFocus={(event) => {
            // By itself it selects what is written there already, and the next letter would take its place.
            event.preventDefault();
            if (event.currentTarget instanceof HTMLElement) event.currentTarget.querySelector("input")?.focus();
          }}
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            before?.focus();
          }}
          className="fixed top-[10vh] left-1/2 z-50 w-[min(620px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-[10px] border border-line bg-surface shadow-float"
        >
          <Radix.Title className="sr-only">Go to or do</Radix.Title>
          <Board takeWritten={takeWritten} onDone={onClose} />
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
