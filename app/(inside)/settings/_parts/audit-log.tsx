"use client";

import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import type { AuditEntry } from "#components/api/settings-shapes.ts";
import type { List } from "#components/api/shapes.ts";
import { momentOf, wallText } from "#components/forms/wall-clock.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { useZone } from "#components/time/zone.tsx";
import { useAddress } from "#components/ui/address.ts";
import { Button } from "#components/ui/button.tsx";
import { Field } from "#components/ui/field.tsx";
import { FilterBar } from "#components/ui/filter-bar.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Empty, Waiting } from "#components/ui/page.tsx";

/** `secretChanged` → `secret changed`. */
const nameText = (name: string): string => name.replace(/[A-Z]/g, (sign) => ` ${sign.toLowerCase()}`);

function valueText(value: unknown): string {
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.join(", ");
  return typeof value === "string" ? value : JSON.stringify(value);
}

const detailText = (detail: AuditEntry["detail"]): string =>
  Object.entries(detail)
    .map(([name, value]) => `${nameText(name)}: ${valueText(value)}`)
    .join(", ");

/** `schedule.changed` → `schedule changed`. */
const actionText = (action: string): string => action.replaceAll(/[._]/g, " ");

const sentenceCase = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** Of a schedule, a webhook, a route the id is its name; an id that only machines read is left out. */
const subjectText = ({ id }: AuditEntry["subject"]): string => (id === "1" || /^[0-9a-f-]{36}$/i.test(id) ? "" : id);

const FILTERS = ["actor", "action", "subject", "from", "to"] as const;

/** Each kind of thing, and below it what was done to it. */
function actionOptions(actions: readonly string[]) {
  const kinds = [...new Set(actions.map((action) => action.split(".")[0] ?? ""))];
  return kinds.flatMap((kind) => {
    const own = actions.filter((action) => action.startsWith(`${kind}.`));
    const all = own.length > 1 ? [{ value: kind, label: `${actionText(kind)}: all of it` }] : [];
    return [...all, ...own.map((action) => ({ value: action, label: actionText(action) }))];
  });
}

/** Who changed what, the newest first; the address holds what it is narrowed by. */
export function AuditLog({
  names,
}: {
  readonly names: { readonly actors: readonly string[]; readonly actions: readonly string[] };
}) {
  const { query, go } = useAddress();
  const { zone } = useZone();
  const form = useRef<HTMLFormElement>(null);
  const asked = Object.fromEntries(FILTERS.map((name) => [name, query.get(name)]));
  const log = useInfiniteQuery({
    queryKey: ["audit", asked],
    queryFn: ({ signal, pageParam }) =>
      api<List<AuditEntry>>(`/audit${queryString({ ...asked, limit: 100, cursor: pageParam })}`, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.nextCursor,
    placeholderData: keepPreviousData,
  });
  const narrowed = FILTERS.some((name) => asked[name]);
  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const text = (name: string) => String(given.get(name) ?? "").trim();
    go({ subject: text("subject"), from: momentOf(text("from"), zone), to: momentOf(text("to"), zone) });
  }
  const wall = (name: "from" | "to") => {
    const at = asked[name] ?? "";
    return Number.isNaN(Date.parse(at)) ? "" : wallText(at, zone);
  };
  const entries = log.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <div className="grid gap-3">
      <FilterBar
        query={query}
        onChange={go}
        filters={[
          {
            ...{ name: "actor", label: "Who", every: "Everybody" },
            options: names.actors.map((name) => ({ value: name, label: name })),
          },
          { ...{ name: "action", label: "What", every: "Everything" }, options: actionOptions(names.actions) },
        ]}
      />
      <form
        ref={form}
        key={`${asked["subject"]} ${asked["from"]} ${asked["to"]} ${zone}`}
        onSubmit={submit}
        className="flex flex-wrap items-end gap-2 max-sm:grid max-sm:grid-cols-1"
      >
        <Field
          label="Words in what was changed"
          name="subject"
          type="search"
          defaultValue={asked["subject"] ?? ""}
          className="w-[220px] max-sm:w-full"
        />
        <Field label={`From, in ${zone}`} name="from" type="datetime-local" defaultValue={wall("from")} />
        <Field label="Until" name="to" type="datetime-local" defaultValue={wall("to")} />
        <Button type="submit" className="h-8">
          Narrow it
        </Button>
        {narrowed ? (
          <Button
            look="quiet"
            className="h-8"
            onClick={() => go(Object.fromEntries(FILTERS.map((name) => [name, null])))}
          >
            Show all
          </Button>
        ) : null}
      </form>
      {log.isError ? <Notice look="bad">{wordsOf(log.error)}</Notice> : null}
      {log.isPending ? <Waiting /> : null}
      {log.data && entries.length === 0 ? (
        <Empty title={narrowed ? "Nothing of this kind stands in the log" : "Nothing was changed yet"} />
      ) : null}
      {entries.length > 0 ? (
        <ol
          aria-label="Audit log"
          aria-busy={log.isPlaceholderData}
          className="divide-y divide-line rounded-[8px] border border-line bg-surface"
        >
          {entries.map((entry) => (
            <li
              key={entry.id}
              className="grid grid-cols-[120px_minmax(110px,180px)_1fr] items-baseline gap-x-3 gap-y-0.5 px-[14px] py-[8px] max-sm:grid-cols-[1fr_auto]"
            >
              <AbsoluteTime at={entry.at} className="text-ink-3 max-sm:order-2" />
              <b className="font-[570] [overflow-wrap:anywhere] max-sm:order-1">{entry.actor.name}</b>
              <p className="min-w-0 [overflow-wrap:anywhere] max-sm:order-3 max-sm:col-span-full">
                {sentenceCase(actionText(entry.action))}{" "}
                <span className="font-[550]">{subjectText(entry.subject)}</span>{" "}
                <span className="text-ink-2">{detailText(entry.detail)}</span>
              </p>
            </li>
          ))}
        </ol>
      ) : null}
      <OlderOnes list={log} />
    </div>
  );
}
