import type { Metadata } from "next";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { Keys } from "../_parts/keys.tsx";
import { OnlyAdmins } from "../_parts/only-admins.tsx";

export const metadata: Metadata = { title: "API keys · Rollcall" };

export default async function Page() {
  const { actor } = await pageContext("/settings/keys");
  const denied = mayNot(actor, "manage_people");
  return denied ? <OnlyAdmins denied={denied} /> : <Keys />;
}
