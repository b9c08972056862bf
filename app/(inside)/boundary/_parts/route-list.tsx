"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { type DecisionCounts, type Route, useRoutes, useVerifications } from "#components/api/boundary.ts"; // biome-ignore format: one line
import { api, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { List } from "#components/api/shapes.ts";
import { Bars } from "#components/boundary/bars.tsx";
import { labelOf } from "#components/boundary/contract-words.ts";
import { barsOf, totalsOf } from "#components/boundary/counts.ts";
import { scoreOf } from "#components/boundary/families.ts";
import { Lamps } from "#components/boundary/lamps.tsx";
import { Glyph } from "#components/marks/glyph.tsx";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Empty, Page, Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

const BUTTON =
  "inline-flex h-[30px] items-center gap-[7px] rounded-m border border-accent bg-accent px-3 font-medium text-on-accent hover:brightness-110 max-sm:h-11";

function Matrix({ name }: { readonly name: string }) {
  const last = useVerifications(name, { limit: 1 }).data?.items[0] ?? null;
  const score = last ? scoreOf(last) : null;
  return (
    <div className="grid content-center gap-1">
      <Lamps verification={last} />
      <span className={`text-s ${last && !last.green && last.finishedAt !== null ? "text-rejected" : "text-ink-3"}`}>
        {last && score ? (
          <>
            {score.passed} of {score.of}, <RelativeTime at={last.at} />
          </>
        ) : (
          "The matrix never ran"
        )}
      </span>
    </div>
  );
}

/** Of the last day, an hour a bar. */
function Decisions({ name, counts }: { readonly name: string; readonly counts: DecisionCounts | undefined }) {
  if (!counts) return <span />;
  const its = { ...counts, items: counts.items.filter(({ route }) => route === name) };
  const { admitted, refused, strangers } = totalsOf(its.items);
  const words = `${admitted} admitted, ${refused} refused, ${strangers} from strangers`;
  const bars = barsOf(its, ["admitted", "rejected"], ({ via, outcome }) =>
    via === "scheduler" || via === "manual" ? outcome : null,
  );
  return (
    <div className="grid content-center gap-1">
      <Bars
        bars={bars}
        label={`Decisions by hour: ${words}`}
        className="h-5"
        colourOf={(part) => (part === "admitted" ? "bg-ok-fill/60" : "bg-rejected-fill")}
      />
      <span className="flex flex-wrap gap-x-3 text-s">
        <span className="text-ink-2">{admitted} admitted</span>
        <span className={refused === 0 ? "text-ink-3" : "font-[550] text-rejected"}>{refused} refused</span>
        {strangers === 0 ? null : <span className="text-ink-3">{strangers} from strangers</span>}
      </span>
    </div>
  );
}

function guards({ schedules }: Route): string {
  const [first, second, ...more] = schedules;
  if (first === undefined) return "guards no schedule yet";
  if (second === undefined) return `guards ${first}`;
  return more.length === 0 ? `guards ${first} and ${second}` : `guards ${first}, ${second} and ${more.length} more`;
}

function Row({ route, counts }: { readonly route: Route; readonly counts: DecisionCounts | undefined }) {
  const { name, contract, caller, warnings } = route;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_250px_220px] gap-x-6 gap-y-2 px-[14px] py-3 max-[900px]:grid-cols-1">
      <div className="min-w-0">
        <Link href={`/boundary/${encodeURIComponent(name)}`} className="font-[570] hover:underline">
          {name}
        </Link>
        <p className="text-ink-2 text-pretty">
          expects {labelOf(contract.kind)}
          {caller === null || caller.kind === contract.kind ? null : (
            <span className="text-rejected">, called by {labelOf(caller.kind)}</span>
          )}
          <span className="text-ink-3 max-sm:block">
            <span className="max-sm:hidden"> · </span>
            {guards(route)}
          </span>
        </p>
        {warnings.map(({ code, path, message }) => (
          <p key={`${code} ${path}`} className="mt-1 flex items-start gap-2 text-bad [&_svg]:mt-[3px]">
            <Glyph name="failed" />
            {message}
          </p>
        ))}
      </div>
      <Matrix name={name} />
      <Decisions name={name} counts={counts} />
    </li>
  );
}

function Nothing() {
  const { mayAdminister } = useMe();
  return (
    <Empty title="No route is protected yet">
      <p>
        A protected route is an address that only its scheduler ought to call. A gate stands in front of it: it lets
        genuine requests in, refuses all others, and says why. So a run that was refused at the door is told apart from
        one that nobody fired.
      </p>
      <p>
        Make one, put the gate in front of it by the library or by the proxy that you have, and let the matrix prove
        that it refuses what it should.
      </p>
      {mayAdminister ? (
        <div>
          <Link href="/boundary/new" className={BUTTON}>
            <Icon name="plus" /> Protect a route
          </Link>
        </div>
      ) : (
        <p>An admin makes routes.</p>
      )}
    </Empty>
  );
}

/** Every protected route: what it expects, whether its matrix is green, and what it decided in the last day. */
export function RouteList({
  initial,
  counts,
}: {
  readonly initial: List<Route> | null;
  readonly counts: DecisionCounts | null;
}) {
  const { mayAdminister } = useMe();
  const routes = useRoutes(initial);
  const counted = useQuery({
    queryKey: KEYS.decisionCounts("day"),
    queryFn: ({ signal }) => api<DecisionCounts>("/boundary/counts", { signal }),
    ...(counts === null ? {} : { initialData: counts }),
    refetchInterval: useRefetchInterval(),
  });
  const items = routes.data?.items;
  return (
    <Page
      title="Boundary"
      actions={
        mayAdminister && items && items.length > 0 ? (
          <Link href="/boundary/new" className={BUTTON}>
            <Icon name="plus" /> Protect a route
          </Link>
        ) : undefined
      }
    >
      <div className="mt-4">
        {routes.isError ? <Notice look="bad">{wordsOf(routes.error)}</Notice> : null}
        {items === undefined ? <Waiting rows={4} /> : null}
        {items?.length === 0 ? <Nothing /> : null}
        {items && items.length > 0 ? (
          <>
            <div className="grid grid-cols-[minmax(0,1fr)_250px_220px] gap-x-6 px-[14px] pb-1.5 text-s text-ink-3 max-[900px]:hidden">
              <span>Route</span>
              <span>Last matrix</span>
              <span>Decisions, last 24 hours</span>
            </div>
            <ul className="divide-y divide-line rounded-[8px] border border-line bg-surface">
              {items.map((route) => (
                <Row key={route.name} route={route} counts={counted.data} />
              ))}
            </ul>
          </>
        ) : null}
      </div>
    </Page>
  );
}
