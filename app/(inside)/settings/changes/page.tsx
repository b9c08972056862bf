import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { runtime } from "#lib/runtime.ts";
import { ChangeList } from "../_parts/change-list.tsx";

export const metadata: Metadata = { title: "Changes · Rollcall" };

export default async function Page() {
  await pageContext("/settings/changes");
  return <ChangeList publicUrl={runtime().config.publicUrl} />;
}
