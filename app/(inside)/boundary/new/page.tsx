import type { Metadata } from "next";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { DeniedPage } from "../../_parts/denied.tsx";
import { RouteForm } from "../_parts/route-form.tsx";

export const metadata: Metadata = { title: "New route · Rollcall" };

export default async function NewRoute() {
  const { actor } = await pageContext("/boundary/new");
  const denied = mayNot(actor, "administer");
  if (denied) return <DeniedPage title="A new protected route" denied={denied} />;
  return <RouteForm before={null} />;
}
