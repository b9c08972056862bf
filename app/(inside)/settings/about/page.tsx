import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { viewAbout } from "#lib/views/about.ts";
import { AboutFacts } from "../_parts/about-facts.tsx";
import { OnlyAdmins } from "../_parts/only-admins.tsx";

export const metadata: Metadata = { title: "About · Rollcall" };

export default async function Page() {
  const read = await viewAbout(await pageContext("/settings/about"));
  return read.ok ? <AboutFacts about={read.value} /> : <OnlyAdmins denied={read.problem} />;
}
