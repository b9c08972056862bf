import type { Metadata } from "next";
import { pageContext } from "#lib/access/page-session.ts";
import { viewAbout } from "#lib/views/about.ts";
import { Denied } from "../../_parts/denied.tsx";
import { AboutFacts } from "../_parts/about-facts.tsx";

export const metadata: Metadata = { title: "About · Rollcall" };

export default async function Page() {
  const read = await viewAbout(await pageContext("/settings/about"));
  return read.ok ? <AboutFacts about={read.value} /> : <Denied denied={read.problem} />;
}
