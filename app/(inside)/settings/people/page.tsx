import type { Metadata } from "next";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { Denied } from "../../_parts/denied.tsx";
import { People } from "../_parts/people.tsx";

export const metadata: Metadata = { title: "People · Rollcall" };

export default async function Page() {
  const { actor } = await pageContext("/settings/people");
  const denied = mayNot(actor, "manage_people");
  return denied ? <Denied denied={denied} /> : <People />;
}
