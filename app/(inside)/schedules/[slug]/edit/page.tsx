import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { viewSchedule } from "#lib/views/schedules.ts";
import { DeniedPage } from "../../../_parts/denied.tsx";
import { ZONES } from "../../../zones.ts";
import { ScheduleForm } from "../../_parts/schedule-form.tsx";
import { lookBackOf } from "../../look-back.ts";

export const metadata: Metadata = { title: "Edit · Rollcall" };

export default async function EditSchedule({ params }: { readonly params: Promise<{ readonly slug: string }> }) {
  const { slug } = await params;
  const ctx = await pageContext(`/schedules/${encodeURIComponent(slug)}/edit`);
  const read = await viewSchedule(ctx, { slug });
  if (!read.ok) notFound();
  const denied = mayNot(ctx.actor, "administer");
  if (denied) return <DeniedPage title={read.value.name} denied={denied} />;
  return <ScheduleForm before={read.value} zones={ZONES} lookBack={await lookBackOf(ctx, read.value)} />;
}
