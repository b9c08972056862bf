"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import type { Route } from "#components/api/boundary.ts";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import type { Decision } from "#components/api/decision.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { List } from "#components/api/shapes.ts";
import { labelOf } from "#components/boundary/contract-words.ts";
import { DiffTable } from "#components/boundary/diff-table.tsx";
import { Glyph } from "#components/marks/glyph.tsx";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { useAddress } from "#components/ui/address.ts";
import { type Filter, FilterBar } from "#components/ui/filter-bar.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { OlderOnes } from "#components/ui/older-ones.tsx";
import { Section, Waiting } from "#components/ui/page.tsx";
import { ADMIT_REASONS, REFUSE_REASONS } from "#gate/contracts/reasons.ts";
import { VIAS } from "#lib/boundary/decision.ts";
import { reasonInWords } from "#lib/boundary/reason-words.ts";
import { KEYS } from "#lib/views/keys.ts";
import { MomentFilter } from "./moment-filter.tsx";

const VIA_WORDS: Readonly<Record<(typeof VIAS)[number], string>> = {
  scheduler: "the scheduler",
  manual: "a person",
  probe: "Rollcall itself",
  stranger: "a stranger",
};

const FILTERS: readonly Filter[] = [
  {
    ...{ name: "outcome", label: "Outcome", every: "Admitted and refused" },
    options: [
      { value: "admitted", label: "Admitted" },
      { value: "rejected", label: "Refused" },
    ],
  },
  {
    ...{ name: "reason", label: "Reason", every: "Every reason" },
    options: [...ADMIT_REASONS, ...REFUSE_REASONS].map((value) => ({ value, label: value })),
  },
  {
    ...{ name: "via", label: "Who called", every: "Whoever called" },
    options: VIAS.map((value) => ({ value, label: VIA_WORDS[value] })),
  },
];
const NAMES = ["outcome", "reason", "via", "from", "to"] as const;

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{name}</dt>
      <dd className="[overflow-wrap:anywhere]">{children}</dd>
    </>
  );
}

function sentenceOf({ diagnosis, reason, outcome }: Decision): string | null {
  if (diagnosis) return diagnosis;
  return outcome === "rejected" && reason !== null ? `Refused: ${reasonInWords(reason)}.` : null;
}

/** Everything that is kept of one decision; of secrets that is their shape. */
function InFull({ decision, route }: { readonly decision: Decision; readonly route: Route }) {
  const { method, path, schedule, schedules, ambiguous, window, executionId, source, contractResembled } = decision;
  const sentence = sentenceOf(decision);
  const its = schedules ?? (schedule === undefined ? [] : [schedule]);
  return (
    <div className="grid gap-3 border-t border-line bg-sunken px-[14px] py-3">
      {sentence === null ? null : <p>{sentence}</p>}
      <dl className="grid grid-cols-[120px_minmax(0,1fr)] gap-x-2 gap-y-1 max-sm:grid-cols-[84px_minmax(0,1fr)]">
        <Fact name="Request">
          <code className="font-mono text-s">
            {method ?? "?"} {path ?? "a path that was not told"}
          </code>
        </Fact>
        {its.length === 0 ? null : (
          <Fact name="Schedule">
            {its.map((slug, index) => (
              <span key={slug}>
                {index === 0 ? "" : ", "}
                <Link href={`/schedules/${slug}`} className="text-accent hover:underline">
                  {slug}
                </Link>
              </span>
            ))}
            {ambiguous ? <span className="text-ink-3"> – which of them cannot be told</span> : null}
          </Fact>
        )}
        {window === undefined ? null : (
          <Fact name="Names the time">
            <AbsoluteTime at={window} />
          </Fact>
        )}
        {executionId === undefined ? null : (
          <Fact name="Execution">
            <code className="font-mono text-s">{executionId}</code>
          </Fact>
        )}
        {contractResembled ? <Fact name="Looks like">{labelOf(contractResembled)}</Fact> : null}
        <Fact name="Told by">{source === undefined ? "a gate" : source.replaceAll("-", " ")}</Fact>
        <Fact name="Id">
          <code className="font-mono text-s">{decision.id}</code>
        </Fact>
      </dl>
      <DiffTable decision={decision} route={route} />
    </div>
  );
}

function Row({
  decision,
  route,
  open,
  onToggle,
}: {
  readonly decision: Decision;
  readonly route: Route;
  readonly open: boolean;
  readonly onToggle: () => void;
}) {
  const { at, outcome, via, reason, detail, schedule, schedules } = decision;
  const stranger = via === "stranger";
  const who = schedules && schedules.length > 1 ? `one of ${schedules.length} schedules` : schedule;
  return (
    <li>
      <button
        type="button"
        aria-expanded={open}
        onClick={onToggle}
        className="grid w-full grid-cols-[118px_minmax(0,1fr)_130px_14px] items-center gap-3 px-[14px] py-[9px] text-left outline-offset-[-2px] hover:bg-hover max-sm:grid-cols-[84px_minmax(0,1fr)_14px] max-sm:gap-y-0.5"
      >
        <AbsoluteTime at={at} className="text-ink-3" />
        <span className="flex min-w-0 items-center gap-2">
          <Glyph name={outcome === "admitted" ? "on_time" : stranger ? "due" : "rejected"} />
          <span className="sr-only">{outcome === "admitted" ? "Admitted: " : "Refused: "}</span>
          <code className="font-mono text-s">{reason}</code>
          {detail ? <span className="min-w-0 truncate text-ink-3 max-sm:hidden">{detail}</span> : null}
        </span>
        <span className={`truncate max-sm:col-start-2 ${stranger ? "text-ink-3" : "text-ink-2"}`}>
          {who ?? VIA_WORDS[via]}
        </span>
        <Icon
          name="down"
          className={`size-[14px] text-ink-3 max-sm:col-start-3 max-sm:row-start-1 ${open ? "rotate-180" : ""}`}
        />
      </button>
      {open ? <InFull decision={decision} route={route} /> : null}
    </li>
  );
}

/** What its gate decided, newest first; the filters and the one that is open stand in the address. */
export function DecisionStream({ route }: { readonly route: Route }) {
  const { query, go } = useAddress();
  const filters = Object.fromEntries(NAMES.map((name) => [name, query.get(name) ?? ""]));
  const asked = useInfiniteQuery({
    queryKey: KEYS.decisions(route.name, ...NAMES.map((name) => filters[name] ?? "")),
    queryFn: ({ pageParam, signal }) =>
      api<List<Decision>>(
        `/boundary/decisions${queryString({ route: route.name, ...filters, limit: 50, cursor: pageParam })}`,
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    refetchInterval: useRefetchInterval(),
  });
  const items = asked.data?.pages.flatMap((page) => page.items);
  const open = query.get("decision");
  const narrowed = NAMES.some((name) => filters[name] !== "");
  return (
    <Section title="What it decided">
      <div className="mb-2 flex flex-wrap items-center gap-2">
        <FilterBar filters={FILTERS} query={query} onChange={(change) => go(change)} />
        <MomentFilter query={query} onChange={(change) => go(change)} />
      </div>
      {asked.isError ? <Notice look="bad">{wordsOf(asked.error)}</Notice> : null}
      {items === undefined && !asked.isError ? <Waiting rows={6} /> : null}
      {items?.length === 0 ? (
        <div className="rounded-[8px] border border-line bg-surface px-[14px] py-5 text-ink-2">
          {narrowed
            ? "No decision fits these filters."
            : "Nothing was decided yet. The first request at its gate shows here at once, let in or refused."}
        </div>
      ) : null}
      {items && items.length > 0 ? (
        <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface" aria-label="Decisions">
          {items.map((decision) => (
            <Row
              key={decision.id}
              decision={decision}
              route={route}
              open={decision.id === open}
              onToggle={() => go({ decision: decision.id === open ? null : decision.id }, { step: false })}
            />
          ))}
        </ul>
      ) : null}
      <div className="mt-3">
        <OlderOnes list={asked}>Earlier ones</OlderOnes>
      </div>
    </Section>
  );
}
