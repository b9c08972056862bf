import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { viewRoutes } from "#lib/boundary/service.ts";
import { viewDecisionCounts } from "#lib/views/decision-counts.ts";
import { RouteList } from "./_parts/route-list.tsx";

export const metadata: Metadata = { title: "Boundary · Rollcall" };

export default async function Page() {
  const ctx = await pageContext("/boundary");
  const [routes, counts] = await Promise.all([
    viewRoutes(ctx, { page: { limit: 1_000, cursor: null } }),
    viewDecisionCounts(ctx, {}),
  ]);
  return <RouteList initial={routes.ok ? routes.value : null} counts={counts.ok ? counts.value : null} />;
}
