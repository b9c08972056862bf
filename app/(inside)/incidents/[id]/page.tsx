import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { pageContext } from "#lib/access/page-session.ts";
import { assignablePeople } from "#lib/access/people.ts";
import { viewIncident } from "#lib/views/incidents.ts";
import { IncidentScreen } from "./_parts/incident-screen.tsx";

export const metadata: Metadata = { title: "Incident · Rollcall" };

export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params;
  const ctx = await pageContext(`/incidents/${encodeURIComponent(id)}`);
  const read = await viewIncident(ctx, { id });
  if (!read.ok) notFound();
  const people = await assignablePeople(ctx);
  return <IncidentScreen initial={read.value} people={people.ok ? people.value : []} />;
}
