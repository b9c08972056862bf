import type { Metadata } from "next";
import { Page } from "#components/ui/page.tsx";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { Denied } from "../_parts/denied.tsx";
import { ZONES } from "../zones.ts";
import { ImportScreen } from "./_parts/import-screen.tsx";

export const metadata: Metadata = { title: "Import · Rollcall" };

export default async function Import() {
  const { actor } = await pageContext("/import");
  const denied = mayNot(actor, "administer");
  return (
    <Page title="Import what you have">
      <div className="mt-4">{denied ? <Denied denied={denied} /> : <ImportScreen zones={ZONES} />}</div>
    </Page>
  );
}
