import type { Metadata } from "next";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { ZONES } from "../zones.ts";
import { ImportScreen } from "./_parts/import-screen.tsx";

export const metadata: Metadata = { title: "Import · Rollcall" };

export default async function Import() {
  const { actor } = await pageContext("/import");
  const denied = mayNot(actor, "administer");
  return (
    <Page title="Import what you have">
      <div className="mt-4">
        {denied ? (
          <Notice>
            {denied.message} {denied.doNext}
          </Notice>
        ) : (
          <ImportScreen zones={ZONES} />
        )}
      </div>
    </Page>
  );
}
