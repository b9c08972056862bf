import type { Metadata } from "next";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { RouteForm } from "../_parts/route-form.tsx";

export const metadata: Metadata = { title: "New route · Rollcall" };

export default async function NewRoute() {
  const { actor } = await pageContext("/boundary/new");
  const denied = mayNot(actor, "administer");
  if (denied) {
    return (
      <Page title="A new protected route">
        <div className="mt-4">
          <Notice>
            {denied.message} {denied.doNext}
          </Notice>
        </div>
      </Page>
    );
  }
  return <RouteForm before={null} />;
}
