import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { assignablePeople } from "#lib/access/people.ts";
import { viewIncidents } from "#lib/views/incidents.ts";
import { type Asked, asked, hereOf } from "../address.ts";
import { apiFilters, apiQuery, readFilters } from "./_parts/filters.ts";
import { IncidentList } from "./_parts/incident-list.tsx";

export const metadata: Metadata = { title: "Incidents · Rollcall" };

const set = <T extends object>(fields: T) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null)) as {
    readonly [K in keyof T]?: Exclude<T[K], null>;
  };

export default async function Page({ searchParams }: Asked) {
  const query = await searchParams;
  const ctx = await pageContext(hereOf("/incidents", query));
  const filters = readFilters((name) => asked(query, name));
  const page = { limit: 100, cursor: null };
  const read = await viewIncidents(ctx, { query: set(apiFilters(filters)), page });
  const people = await assignablePeople(ctx);
  return (
    <IncidentList
      initial={read.ok ? read.value : null}
      initialFor={apiQuery(filters, page)}
      people={people.ok ? people.value : []}
    />
  );
}
