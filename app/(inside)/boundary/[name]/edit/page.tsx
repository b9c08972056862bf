import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { viewRoute } from "#lib/boundary/service.ts";
import { DeniedPage } from "../../../_parts/denied.tsx";
import { RouteForm } from "../../_parts/route-form.tsx";

export const metadata: Metadata = { title: "Edit a route · Rollcall" };

export default async function EditRoute({ params }: { readonly params: Promise<{ readonly name: string }> }) {
  const { name } = await params;
  const ctx = await pageContext(`/boundary/${encodeURIComponent(name)}/edit`);
  const read = await viewRoute(ctx, { name });
  if (!read.ok) notFound();
  const denied = mayNot(ctx.actor, "administer");
  if (denied) return <DeniedPage title={name} denied={denied} />;
  return <RouteForm before={read.value} />;
}
