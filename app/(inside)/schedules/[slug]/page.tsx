import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { pageContext } from "#lib/access/page-session.ts";
import { viewSchedule } from "#lib/views/schedules.ts";
import { lookBackOf } from "../look-back.ts";
import { ScheduleScreen } from "./_parts/schedule-screen.tsx";

export const metadata: Metadata = { title: "Schedule · Rollcall" };

export default async function Page({ params }: { readonly params: Promise<{ readonly slug: string }> }) {
  const { slug } = await params;
  const ctx = await pageContext(`/schedules/${encodeURIComponent(slug)}`);
  const read = await viewSchedule(ctx, { slug });
  if (!read.ok) notFound();
  return <ScheduleScreen initial={read.value} lookBack={await lookBackOf(ctx, read.value)} />;
}
