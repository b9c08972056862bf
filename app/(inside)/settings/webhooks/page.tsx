import type { Metadata } from "next";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { Denied } from "../../_parts/denied.tsx";
import { Webhooks } from "../_parts/webhooks.tsx";

export const metadata: Metadata = { title: "Webhooks · Rollcall" };

export default async function Page() {
  const { actor } = await pageContext("/settings/webhooks");
  const denied = mayNot(actor, "administer");
  return denied ? <Denied denied={denied} /> : <Webhooks />;
}
