import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { MaintenanceList } from "../_parts/maintenance-list.tsx";

export const metadata: Metadata = { title: "Maintenance · Rollcall" };

export default async function Page() {
  await pageContext("/settings/maintenance");
  return <MaintenanceList />;
}
