import type { Metadata } from "next";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { Denied } from "../../_parts/denied.tsx";
import { Keys } from "../_parts/keys.tsx";

export const metadata: Metadata = { title: "API keys · Rollcall" };

export default async function Page() {
  const { actor } = await pageContext("/settings/keys");
  const denied = mayNot(actor, "manage_people");
  return denied ? <Denied denied={denied} /> : <Keys />;
}
