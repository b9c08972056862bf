import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { DISCARDED_REASONS } from "#lib/evidence/discarded.ts";
import { viewDiscarded } from "#lib/views/discarded.ts";
import { type Asked, asked, hereOf } from "../address.ts";
import { DiscardedList } from "./_parts/discarded-list.tsx";

export const metadata: Metadata = { title: "Discarded check-ins · Rollcall" };

export default async function Page({ searchParams }: Asked) {
  const query = await searchParams;
  const ctx = await pageContext(hereOf("/discarded", query));
  const wanted = asked(query, "reason");
  const reason = DISCARDED_REASONS.find((one) => one === wanted);
  const read = await viewDiscarded(ctx, { query: { reason }, page: { limit: 100, cursor: null } });
  return <DiscardedList initial={read.ok ? read.value : null} initialReason={reason ?? null} />;
}
