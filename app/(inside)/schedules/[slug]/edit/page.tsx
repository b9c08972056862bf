import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { viewSchedule } from "#lib/views/schedules.ts";
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
  if (denied) {
    return (
      <Page title={read.value.name}>
        <div className="mt-4">
          <Notice>
            {denied.message} {denied.doNext}
          </Notice>
        </div>
      </Page>
    );
  }
  return <ScheduleForm before={read.value} zones={ZONES} lookBack={await lookBackOf(ctx, read.value)} />;
}
