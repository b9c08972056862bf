"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { ReactNode } from "react";
import { api, queryString } from "#components/api/client.ts";
import type { Incident, IncidentInFull, List, Outage, Schedule } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { incidentMark } from "#components/marks/incident-mark.ts";
import { AbsoluteTime, LengthSince } from "#components/marks/relative-time.tsx";
import { cadenceInShort } from "#components/time/cadence.ts";
import { lengthText } from "#components/time/length.ts";
import { Card } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { historyInWords } from "./history.ts";

const SHOWN = 6;

/** Earlier incidents of the same schedule: how often, and for how long. */
export function History({ incident }: { readonly incident: IncidentInFull }) {
  const { schedule, id, openedAt } = incident;
  const asked = useQuery({
    queryKey: KEYS.incidents("of", schedule ?? null),
    queryFn: ({ signal }) => api<List<Incident>>(`/incidents${queryString({ schedule, limit: 50 })}`, { signal }),
    enabled: schedule !== undefined,
  });
  if (schedule === undefined || !asked.data) return null;
  const earlier = asked.data.items.filter((one) => one.id !== id && one.openedAt <= openedAt);
  return (
    <Card label="Earlier incidents" className="p-[14px]">
      <h2 className="mb-2 text-s font-semibold text-ink-2">Earlier incidents of {schedule}</h2>
      <p className="text-ink-2">{historyInWords(earlier, asked.data.nextCursor !== null)}</p>
      <ol className="mt-1">
        {earlier.slice(0, SHOWN).map((one) => (
          <li key={one.id} className="grid grid-cols-[16px_minmax(0,1fr)_auto] gap-2 py-[5px]">
            <Glyph name={incidentMark(one)} alone className="mt-[2px]" />
            <Link href={`/incidents/${one.id}`} prefetch={false} className="hover:underline">
              {one.number}, <AbsoluteTime at={one.since} />
            </Link>
            <span className="text-ink-3">
              <LengthSince from={one.since} to={one.resolvedAt} />
            </span>
          </li>
        ))}
      </ol>
      {earlier.length > SHOWN ? (
        <Link
          href={`/incidents${queryString({ state: "all", schedule })}`}
          className="mt-1 inline-block text-accent hover:underline"
        >
          All of them
        </Link>
      ) : null}
    </Card>
  );
}

const Fact = ({ name, children }: { readonly name: string; readonly children: ReactNode }) => (
  <div className="contents">
    <dt className="text-ink-3">{name}</dt>
    <dd className="min-w-0 [overflow-wrap:anywhere]">{children}</dd>
  </div>
);

const FIRED_BY: Readonly<Record<string, string>> = { external: "another scheduler", rollcall: "Rollcall" };

/** What is expected of it, and where to go from here. */
export function Subject({ incident }: { readonly incident: IncidentInFull }) {
  const { schedule: slug, since, resolvedAt, route } = incident;
  const schedule = useQuery({
    queryKey: KEYS.schedule(slug ?? ""),
    queryFn: ({ signal }) => api<Schedule>(`/schedules/${slug}`, { signal }),
    enabled: slug !== undefined,
  }).data;
  const HOUR = 3_600_000;
  const from = new Date(Date.parse(since) - HOUR).toISOString();
  const to = resolvedAt === null ? null : new Date(Date.parse(resolvedAt) + HOUR).toISOString();
  const newest = incident.windows.at(-1);
  const timeline = queryString({ schedule: slug, window: newest?.expectedAt, from, to });
  return (
    <Card label="The schedule" className="p-[14px]">
      <dl className="grid grid-cols-[92px_minmax(0,1fr)] gap-x-3 gap-y-1.5">
        {slug === undefined ? null : (
          <Fact name="Schedule">
            <Link href={`/schedules/${slug}`} className="text-accent hover:underline">
              {schedule?.name ?? slug}
            </Link>
          </Fact>
        )}
        {schedule ? (
          <>
            <Fact name="Expected">
              {cadenceInShort(schedule.cadence)} · {schedule.timezone}
            </Fact>
            <Fact name="Grace">{lengthText(schedule.graceSeconds)}</Fact>
            <Fact name="Fired by">{FIRED_BY[schedule.driver.kind] ?? schedule.driver.kind}</Fact>
            {schedule.owner === null ? null : <Fact name="Owner">{schedule.owner}</Fact>}
            {schedule.environment === "production" ? null : <Fact name="Environment">{schedule.environment}</Fact>}
          </>
        ) : null}
        {route === undefined ? null : <Fact name="Route">{route}</Fact>}
        {slug === undefined ? null : (
          <Fact name="Look at it">
            <Link href={`/${timeline}`} className="text-accent hover:underline">
              On the timeline
            </Link>
          </Fact>
        )}
      </dl>
    </Card>
  );
}

/** `one outage with invoice-close, report-mailer`. */
export function OutageCrumb({ incident }: { readonly incident: IncidentInFull }) {
  const { outageId, id } = incident;
  const outage = useQuery({
    queryKey: [...KEYS.outages(), outageId],
    queryFn: ({ signal }) => api<Outage>(`/outages/${outageId}`, { signal }),
    enabled: outageId !== null,
  }).data;
  if (!outage) return null;
  const others = outage.incidents.filter((one) => one.id !== id).map((one) => one.schedule ?? one.route ?? "another");
  const named = others.slice(0, 3).join(", ");
  return (
    <>
      {" · "}
      <Link href={`/incidents?state=all&outage=${outage.id}`} className="hover:underline">
        {others.length === 0 ? "one outage, so far alone" : `one outage with ${named}`}
        {others.length > 3 ? ` and ${others.length - 3} more` : ""}
      </Link>
    </>
  );
}
