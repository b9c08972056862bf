"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type ReactNode, useEffect, useRef } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { Incident, Why, Window } from "#components/api/shapes.ts";
import { boundaryHref, refusedAt } from "#components/marks/boundary-link.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { Ladder } from "#components/marks/ladder.tsx";
import { causeInWords, markOf, wordOf } from "#components/marks/look.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { RunList } from "#components/marks/run-list.tsx";
import { LaneActs } from "#components/schedules/lane-acts.tsx";
import type { Selection } from "#components/timeline/stage.ts";
import { Button } from "#components/ui/button.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Kbd, Section } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";
import type { Spot } from "./use-screen-state.ts";

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

const STATE: Readonly<Record<Incident["state"], string>> = {
  open: "open: nobody has it yet",
  acknowledged: "acknowledged",
  resolved: "resolved",
};

/** The incident that lists the window; an open one can be taken from here. */
function Part({ incident, onAcknowledge }: { readonly incident: Incident; readonly onAcknowledge: () => void }) {
  const { mayRespond } = useMe();
  return (
    <div className="flex items-center gap-2">
      <Link href={`/incidents/${incident.id}`} className="font-medium text-accent hover:underline">
        Incident {incident.number}
      </Link>
      <span className="text-ink-2">
        {STATE[incident.state]}
        {incident.state === "acknowledged" && incident.acknowledgedBy !== null ? ` by ${incident.acknowledgedBy}` : ""}
      </span>
      {mayRespond && incident.state === "open" ? (
        <Button look="primary" className="ml-auto max-sm:h-11" onClick={onAcknowledge}>
          Acknowledge{" "}
          <span className="max-sm:hidden">
            <Kbd>A</Kbd>
          </span>
        </Button>
      ) : null}
    </div>
  );
}

function Because({ title, why }: { readonly title: string; readonly why: Why }) {
  return (
    <Section title={title}>
      <ul className="grid gap-1 text-ink-2">
        {why.because.map((sentence) => (
          <li key={sentence} className="[overflow-wrap:anywhere]">
            {sentence}.
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Told({ why, name, incident }: { readonly why: Why; readonly name: string; readonly incident: ReactNode }) {
  const { window } = why;
  if (!window) return <Notice>{name} expected nothing then, and nothing stands there.</Notice>;
  const route = refusedAt(window);
  const cause = window.diagnosis ?? (window.cause ? causeInWords(window.cause) : null);
  return (
    <>
      <div className="flex items-center gap-2">
        <Glyph name={markOf(window)} />
        <b className="font-semibold">{wordOf(markOf(window))}</b>
        {window.doubleFire ? <span className="text-late">fired twice</span> : null}
      </div>
      {cause === null ? null : <p className="mt-1 text-ink-2">{cause}</p>}
      {window.reason === undefined && route === null ? null : (
        <p className="mt-1 flex flex-wrap items-center gap-x-3">
          {window.reason === undefined ? null : <code className="font-mono text-s text-rejected">{window.reason}</code>}
          {route === null ? null : (
            <Link href={boundaryHref(route, window)} className="font-medium text-accent hover:underline">
              Route {route}
            </Link>
          )}
        </p>
      )}
      {incident === null ? null : <div className="mt-3 border-y border-line py-3">{incident}</div>}
      <div className="mt-3">
        <Facts window={window} />
      </div>
      <Section title="How far it came">
        <Ladder window={window} />
      </Section>
      <Section title={window.runs.length > 1 ? `${window.runs.length} runs` : "Run"}>
        <RunList runs={window.runs} none="There is none in this window." />
      </Section>
      <Because title="Why it was expected" why={why} />
    </>
  );
}

/** Nothing was expected at a moment: why not, and what stands nearest. */
function Empty({ why, at }: { readonly why: Why; readonly at: string }) {
  return (
    <>
      <p className="font-semibold">
        {why.expected ? "Something was expected" : "Nothing was expected"} at <AbsoluteTime at={at} />
      </p>
      <Because title={why.expected ? "Why it was expected" : "Why nothing was expected"} why={why} />
      {why.window ? (
        <Section title="The window that owns this moment">
          <div className="mb-2 flex items-center gap-2">
            <Glyph name={markOf(why.window)} />
            <b className="font-semibold">{wordOf(markOf(why.window))}</b>
          </div>
          <Facts window={why.window} />
        </Section>
      ) : null}
    </>
  );
}

function Frame({
  name,
  slug,
  subject,
  onClose,
  children,
}: {
  readonly name: string;
  readonly slug: string;
  /** What it is about, so that another one takes the focus. */
  readonly subject: string;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever chose another window reads on there
  useEffect(() => heading.current?.focus({ preventScroll: true }), [subject]);
  return (
    <aside
      aria-label="The chosen window"
      className="h-full w-[380px] flex-none overflow-auto border-l border-line bg-surface p-5 max-lg:fixed max-lg:top-12 max-lg:right-0 max-lg:bottom-0 max-lg:z-30 max-lg:h-auto max-lg:shadow-float max-sm:top-auto max-sm:left-0 max-sm:h-[70dvh] max-sm:w-full max-sm:rounded-t-[12px] max-sm:border-t max-sm:border-l-0 max-sm:px-4 print:hidden"
    >
      <div className="mb-3 flex items-start gap-2">
        <h2
          ref={heading}
          tabIndex={-1}
          className="min-w-0 flex-1 text-l font-[620] outline-none [overflow-wrap:anywhere]"
        >
          <Link href={`/schedules/${slug}`} className="hover:underline">
            {name}
          </Link>
        </h2>
        <button
          type="button"
          onClick={onClose}
          aria-label="Close"
          className="-mt-1 -mr-1 rounded-m p-1.5 text-ink-3 hover:bg-hover hover:text-ink max-sm:p-3"
        >
          <Icon name="close" />
        </button>
      </div>
      {children}
      <LaneActs slug={slug} />
    </aside>
  );
}

const useWhy = (slug: string, at: string) =>
  useQuery({
    queryKey: KEYS.windows(slug, "why", at),
    queryFn: ({ signal }) => api<Why>(`/schedules/${slug}/why?at=${encodeURIComponent(at)}`, { signal }),
    refetchInterval: useRefetchInterval(),
  });

function Answer({
  why,
  children,
}: {
  readonly why: ReturnType<typeof useWhy>;
  readonly children: (told: Why) => ReactNode;
}) {
  return (
    <>
      {why.isError ? <Notice look="bad">{wordsOf(why.error)}</Notice> : null}
      {why.data ? children(why.data) : null}
      {why.isPending ? <Skeleton /> : null}
    </>
  );
}

/** The shape of what comes. */
const Skeleton = () => (
  <div className="grid gap-3" aria-busy="true">
    <span className="sr-only">Looking</span>
    {["60%", "90%", "75%", "85%"].map((width) => (
      <span key={width} className="h-3 rounded bg-idle-soft" style={{ width }} />
    ))}
  </div>
);

/** Everything about one window, beside the lanes. */
export function WindowPanel({
  selection,
  name,
  incidentOf,
  onAcknowledge,
  onClose,
}: {
  readonly selection: Selection;
  readonly name: string;
  readonly incidentOf: (id: string | undefined) => Incident | null;
  readonly onAcknowledge: (incident: Incident) => void;
  readonly onClose: () => void;
}) {
  const at = new Date(selection.expectedAt).toISOString();
  const why = useWhy(selection.slug, at);
  const incident = incidentOf(why.data?.window?.incidentId);
  return (
    <Frame name={name} slug={selection.slug} subject={`${selection.slug} ${at}`} onClose={onClose}>
      <Answer why={why}>
        {(told) => (
          <Told
            why={told}
            name={name}
            incident={incident ? <Part incident={incident} onAcknowledge={() => onAcknowledge(incident)} /> : null}
          />
        )}
      </Answer>
    </Frame>
  );
}

/** Why nothing was expected at a moment, beside the lanes. */
export function SpotPanel({
  spot,
  name,
  onClose,
}: {
  readonly spot: Spot;
  readonly name: string;
  readonly onClose: () => void;
}) {
  const at = new Date(spot.at).toISOString();
  const why = useWhy(spot.slug, at);
  return (
    <Frame name={name} slug={spot.slug} subject={`${spot.slug} ${at}`} onClose={onClose}>
      <Answer why={why}>{(told) => <Empty why={told} at={at} />}</Answer>
    </Frame>
  );
}
