import type { Metadata } from "next";
import { listAuditNames } from "#lib/access/audit.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { Denied } from "../../_parts/denied.tsx";
import { AuditLog } from "../_parts/audit-log.tsx";

export const metadata: Metadata = { title: "Audit log · Rollcall" };

export default async function Page() {
  const names = await listAuditNames(await pageContext("/settings/audit"));
  return names.ok ? <AuditLog names={names.value} /> : <Denied denied={names.problem} />;
}
