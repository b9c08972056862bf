"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useEffect, useRef } from "react";
import { useActOnIncident } from "#components/api/act-on-incident.ts";
import { api, wordsOf } from "#components/api/client.ts";
import { useOpenIncidents } from "#components/api/incidents.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Why, Window } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { Ladder } from "#components/marks/ladder.tsx";
import { causeInWords, markOf, wordOf } from "#components/marks/look.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { RunList } from "#components/marks/run-list.tsx";
import { Button } from "#components/ui/button.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Kbd, Section } from "#components/ui/page.tsx";
import { useKeys } from "#components/ui/use-keys.ts";
import { KEYS } from "#lib/views/keys.ts";
import type { Selection } from "./board.tsx";

function Facts({ window }: { readonly window: Window }) {
  const rows = [
    ["Opens", window.opensAt],
    ["Expected", window.expectedAt],
    ["Due by", window.dueBy],
  ] as const;
  return (
    <dl className="grid grid-cols-[88px_1fr] gap-y-1">
      {rows.map(([name, at]) => (
        <div key={name} className="contents">
          <dt className="text-ink-3">{name}</dt>
          <dd>
            <AbsoluteTime at={at} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

/** An open incident of the window can be taken from here. */
function Incident({ id }: { readonly id: string }) {
  const { mayRespond } = useMe();
  const act = useActOnIncident();
  const isOpen = useOpenIncidents().data?.items.some((one) => one.id === id && one.state === "open") ?? false;
  const acknowledge = () => act.mutate({ id, act: { kind: "acknowledge" } });
  useKeys({ a: mayRespond && isOpen && !act.isPending ? acknowledge : undefined });
  return (
    <div className="flex items-center gap-2">
      <Link href={`/incidents/${id}`} className="text-accent hover:underline">
        Its incident
      </Link>
      {mayRespond && isOpen ? (
        <Button className="ml-auto" busy={act.isPending} onClick={acknowledge}>
          Acknowledge <Kbd>A</Kbd>
        </Button>
      ) : null}
    </div>
  );
}

function Told({ why, name }: { readonly why: Why; readonly name: string }) {
  const { window } = why;
  if (!window) return <Notice>{name} expected nothing then, and nothing stands there.</Notice>;
  const cause = window.diagnosis ?? (window.cause ? causeInWords(window.cause) : null);
  return (
    <>
      <div className="flex items-center gap-2">
        <Glyph name={markOf(window)} />
        <b className="font-semibold">{wordOf(markOf(window))}</b>
        {window.doubleFire ? <span className="text-late">fired twice</span> : null}
      </div>
      {cause === null ? null : <p className="mt-1 text-ink-2">{cause}</p>}
      <div className="mt-3">
        <Facts window={window} />
      </div>
      {window.incidentId === undefined ? null : (
        <div className="mt-3 border-t border-line pt-3">
          <Incident id={window.incidentId} />
        </div>
      )}
      <Section title="How far it came">
        <Ladder window={window} />
      </Section>
      <Section title={window.runs.length > 1 ? `${window.runs.length} runs` : "Run"}>
        <RunList runs={window.runs} none="There is none in this window." />
      </Section>
      <Section title="Why it was expected">
        <ul className="grid gap-1 text-ink-2">
          {why.because.map((sentence) => (
            <li key={sentence} className="[overflow-wrap:anywhere]">
              {sentence}.
            </li>
          ))}
        </ul>
      </Section>
    </>
  );
}

/** Everything about one window, beside the lanes. */
export function WindowPanel({
  selection,
  name,
  onClose,
}: {
  readonly selection: Selection;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const at = new Date(selection.expectedAt).toISOString();
  const why = useQuery({
    queryKey: KEYS.windows(selection.slug, "why", at),
    queryFn: ({ signal }) => api<Why>(`/schedules/${selection.slug}/why?at=${encodeURIComponent(at)}`, { signal }),
    refetchInterval: useRefetchInterval(),
  });
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever chose another window reads on there
  useEffect(() => heading.current?.focus({ preventScroll: true }), [selection.slug, at]);
  useKeys({ Escape: onClose });
  return (
    <aside
      aria-label="The chosen window"
      className="sticky top-0 h-[calc(100dvh-48px)] w-[380px] flex-none overflow-auto border-l border-line bg-surface p-5 max-lg:fixed max-lg:top-12 max-lg:right-0 max-lg:bottom-0 max-lg:z-30 max-lg:shadow-float max-sm:top-auto max-sm:left-0 max-sm:h-[70dvh] max-sm:w-full max-sm:border-t max-sm:border-l-0 max-sm:px-4"
    >
      <div className="mb-3 flex items-start gap-2">
        <h2
          ref={heading}
          tabIndex={-1}
          className="min-w-0 flex-1 text-l font-[620] outline-none [overflow-wrap:anywhere]"
        >
          <Link href={`/schedules/${selection.slug}`} className="hover:underline">
            {name}
          </Link>
        </h2>
        <button
          type="button"
          onClick={onClose}
          aria-label="Close"
          className="-mt-1 -mr-1 rounded-m p-1.5 text-ink-3 hover:bg-hover hover:text-ink"
        >
          <Icon name="close" />
        </button>
      </div>
      {why.isError ? <Notice look="bad">{wordsOf(why.error)}</Notice> : null}
      {why.data ? <Told why={why.data} name={name} /> : null}
      {why.isPending ? <p className="text-ink-2">Looking …</p> : null}
    </aside>
  );
}
