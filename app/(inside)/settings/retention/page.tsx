import type { Metadata } from "next";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { viewRetention } from "#lib/retention/service.ts";
import { Denied } from "../../_parts/denied.tsx";
import { RetentionForm } from "../_parts/retention-form.tsx";

export const metadata: Metadata = { title: "Retention · Rollcall" };

export default async function Page() {
  const ctx = await pageContext("/settings/retention");
  const read = await viewRetention(ctx);
  if (!read.ok) return <Denied denied={read.problem} />;
  return <RetentionForm initial={read.value} mayChange={mayNot(ctx.actor, "administer") === null} />;
}
