import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { viewRoute } from "#lib/boundary/service.ts";
import { RouteForm } from "../../_parts/route-form.tsx";

export const metadata: Metadata = { title: "Edit a route · Rollcall" };

export default async function EditRoute({ params }: { readonly params: Promise<{ readonly name: string }> }) {
  const { name } = await params;
  const ctx = await pageContext(`/boundary/${encodeURIComponent(name)}/edit`);
  const read = await viewRoute(ctx, { name });
  if (!read.ok) notFound();
  const denied = mayNot(ctx.actor, "administer");
  if (denied) {
    return (
      <Page title={name}>
        <div className="mt-4">
          <Notice>
            {denied.message} {denied.doNext}
          </Notice>
        </div>
      </Page>
    );
  }
  return <RouteForm before={read.value} />;
}
