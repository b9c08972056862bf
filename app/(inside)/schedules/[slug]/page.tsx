import type { Metadata } from "next";
import { notFound } from "next/navigation";
import type { Context } from "#lib/access/context.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { previewInput } from "#lib/schedules/question.ts";
import { viewPreview } from "#lib/views/preview.ts";
import { type ScheduleShape, viewSchedule } from "#lib/views/schedules.ts";
import { ScheduleScreen } from "./_parts/schedule-screen.tsx";

export const metadata: Metadata = { title: "Schedule · Rollcall" };

const [HOUR, DAY] = [3_600_000, 86_400_000];
/** Windows that a page shows of the past. */
const SHOWN = 40;

/** How far back one has to look for the last windows, in ms: by the gaps between the next ones. */
async function lookBack(ctx: Context, { spec, timezone }: ScheduleShape): Promise<number> {
  if (spec.kind === "rolling") return Math.min(SHOWN * spec.everySeconds * 1_000, 30 * DAY);
  const asked = previewInput.safeParse({ spec, timezone, count: 20 });
  const told = asked.success ? await viewPreview(ctx, asked.data) : null;
  const times = told?.ok ? told.value.expectedAt.map((at) => Date.parse(at)) : [];
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined || first === last) return 30 * DAY;
  return Math.min(Math.max((SHOWN * (last - first)) / (times.length - 1), HOUR / 60), 400 * DAY);
}

export default async function Page({ params }: { readonly params: Promise<{ readonly slug: string }> }) {
  const { slug } = await params;
  const ctx = await pageContext(`/schedules/${encodeURIComponent(slug)}`);
  const read = await viewSchedule(ctx, { slug });
  if (!read.ok) notFound();
  return <ScheduleScreen initial={read.value} lookBack={await lookBack(ctx, read.value)} />;
}
