import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { viewSchedules } from "#lib/views/schedules.ts";
import { type Asked, asked, hereOf } from "../address.ts";
import { ScheduleList } from "./_parts/schedule-list.tsx";

export const metadata: Metadata = { title: "Schedules · Rollcall" };

export default async function Page({ searchParams }: Asked) {
  const query = await searchParams;
  const ctx = await pageContext(hereOf("/schedules", query));
  const [q, tag] = [asked(query, "q"), asked(query, "tag")];
  const archived = asked(query, "status") === "archived";
  const read = await viewSchedules(ctx, {
    query: {
      ...(q === null ? {} : { q }),
      ...(tag === null ? {} : { tag }),
      ...(archived ? { status: "archived" as const } : {}),
    },
    page: { limit: 200, cursor: null },
  });
  return <ScheduleList initial={read.ok ? read.value : null} asked={{ q: q ?? "", tag: tag ?? "", archived }} />;
}
