import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { viewIncidents } from "#lib/views/incidents.ts";
import { type Asked, asked, hereOf } from "../address.ts";
import { IncidentList } from "./_parts/incident-list.tsx";
import { readState } from "./_parts/state.ts";

export const metadata: Metadata = { title: "Incidents · Rollcall" };

export default async function Page({ searchParams }: Asked) {
  const query = await searchParams;
  const ctx = await pageContext(hereOf("/incidents", query));
  const shown = readState(asked(query, "state"));
  const read = await viewIncidents(ctx, {
    query: shown === "all" ? {} : { state: shown },
    page: { limit: 100, cursor: null },
  });
  return <IncidentList shown={shown} initial={read.ok ? read.value : null} />;
}
