import type { Metadata } from "next";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { AuditLog } from "../_parts/audit-log.tsx";
import { OnlyAdmins } from "../_parts/only-admins.tsx";

export const metadata: Metadata = { title: "Audit log · Rollcall" };

export default async function Page() {
  const { actor } = await pageContext("/settings/audit");
  const denied = mayNot(actor, "administer");
  return denied ? <OnlyAdmins denied={denied} /> : <AuditLog />;
}
