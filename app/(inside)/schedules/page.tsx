import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { runtime } from "#lib/runtime.ts";
import { STATUSES } from "#lib/verdicts/verdict.ts";
import { viewSchedules } from "#lib/views/schedules.ts";
import { type Asked, asked, hereOf } from "../address.ts";
import { ScheduleList } from "./_parts/schedule-list.tsx";

export const metadata: Metadata = { title: "Schedules · Rollcall" };

export default async function Page({ searchParams }: Asked) {
  const query = await searchParams;
  const ctx = await pageContext(hereOf("/schedules", query));
  const of = (name: string): string => asked(query, name) ?? "";
  const filters = { q: of("q"), tag: of("tag"), environment: of("environment"), owner: of("owner") };
  const status = STATUSES.find((one) => one === of("status"));
  const given = Object.fromEntries(Object.entries(filters).filter(([, value]) => value !== ""));
  const read = await viewSchedules(ctx, {
    query: { ...given, ...(status === undefined ? {} : { status }) },
    page: { limit: 200, cursor: null },
  });
  return (
    <ScheduleList
      initial={read.ok ? read.value : null}
      asked={{ ...filters, status: status ?? "" }}
      origin={runtime().config.publicUrl}
    />
  );
}
