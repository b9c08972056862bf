"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { Route } from "#components/api/boundary.ts";
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import { expectsOf, labelOf } from "#components/boundary/contract-words.ts";
import { Crumbs } from "#components/ui/crumbs.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Page, Tag } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { DecisionStream } from "./decision-stream.tsx";
import { GateSnippets } from "./gate-snippets.tsx";
import { Matrix } from "./matrix.tsx";
import { Reasons } from "./reasons.tsx";
import { RouteActions } from "./route-actions.tsx";

function Guards({ schedules }: Pick<Route, "schedules">) {
  if (schedules.length === 0) {
    return (
      <span className="text-ink-2">
        it guards no schedule yet: a schedule says in its editor, under “Environment, boundary”, that it crosses it.
      </span>
    );
  }
  return (
    <span className="text-ink-2">
      guards{" "}
      {schedules.map((slug, index) => (
        <span key={slug}>
          {index === 0 ? "" : ", "}
          <Link href={`/schedules/${slug}`} className="underline decoration-line-strong hover:text-ink">
            {slug}
          </Link>
        </span>
      ))}
    </span>
  );
}

/** One protected route: whether its gate holds, what it decided, and how it is put in front. */
export function RouteScreen({ initial, origin }: { readonly initial: Route; readonly origin: string }) {
  const { name } = initial;
  const asked = useQuery({
    queryKey: KEYS.route(name),
    queryFn: ({ signal }) => api<Route>(`/routes/${encodeURIComponent(name)}`, { signal }),
    initialData: initial,
    refetchInterval: useRefetchInterval(),
  });
  const route = asked.data;
  const { contract, caller, manual } = route;
  const parts = caller !== null && caller.kind !== contract.kind;
  return (
    <Page
      crumb={<Crumbs above={[{ name: "Boundary", href: "/boundary" }]} here={name} />}
      title={name}
      beside={
        <span className="flex flex-wrap items-center gap-2">
          <Tag>called by {labelOf((caller ?? contract).kind)}</Tag>
          <Tag className={parts ? "bg-rejected-soft text-rejected" : ""}>expects {labelOf(contract.kind)}</Tag>
          {manual === null ? null : <Tag>manual: {labelOf(manual.kind)}</Tag>}
        </span>
      }
      actions={<RouteActions route={route} />}
    >
      <p className="mt-2 max-w-[820px] [overflow-wrap:anywhere]">
        <span className="text-ink-2">It lets in what carries {expectsOf(contract)}; </span>
        <Guards schedules={route.schedules} />
      </p>
      {asked.isError ? (
        <div className="mt-3">
          <Notice look="bad">{wordsOf(asked.error)}</Notice>
        </div>
      ) : null}
      {route.warnings.length === 0 ? null : (
        <div className="mt-3 grid gap-2">
          {route.warnings.map(({ code, path, message }) => (
            <Notice key={`${code} ${path}`} look="bad">
              {message}
            </Notice>
          ))}
        </div>
      )}
      <div className="mt-1 grid grid-cols-[minmax(0,1.25fr)_minmax(0,1fr)] gap-x-5 max-[900px]:grid-cols-1">
        <div className="min-w-0">
          <Matrix route={route} />
          <DecisionStream route={route} />
        </div>
        <div className="min-w-0">
          <Reasons name={name} />
          <GateSnippets route={route} origin={origin} />
        </div>
      </div>
    </Page>
  );
}
