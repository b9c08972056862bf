import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { Connections } from "../_parts/connections.tsx";

export const metadata: Metadata = { title: "Connections · Rollcall" };

export default async function Page() {
  await pageContext("/settings/connections");
  return <Connections />;
}
