import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { viewDiscarded } from "#lib/views/discarded.ts";
import { DiscardedList } from "./_parts/discarded-list.tsx";

export const metadata: Metadata = { title: "Discarded check-ins · Rollcall" };

export default async function Page() {
  const ctx = await pageContext("/discarded");
  const read = await viewDiscarded(ctx, { query: {}, page: { limit: 100, cursor: null } });
  return <DiscardedList initial={read.ok ? read.value : null} />;
}
