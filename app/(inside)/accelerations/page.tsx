import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { viewAccelerations } from "#lib/views/accelerations.ts";
import { AccelerationList } from "./_parts/acceleration-list.tsx";

export const metadata: Metadata = { title: "Accelerations · Rollcall" };

export default async function Page() {
  const ctx = await pageContext("/accelerations");
  const read = await viewAccelerations(ctx, { query: {}, page: { limit: 50, cursor: null } });
  return <AccelerationList initial={read.ok ? read.value : null} />;
}
