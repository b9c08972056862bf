import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { pageContext } from "#lib/access/page-session.ts";
import { AccelerationScreen } from "./_parts/acceleration-screen.tsx";

export const metadata: Metadata = { title: "Acceleration · Rollcall" };

import { viewAcceleration } from "#lib/views/accelerations.ts";
export default async function Page({ params }: { readonly params: Promise<{ readonly id: string }> }) {
  const { id } = await params;
  const ctx = await pageContext(`/accelerations/${encodeURIComponent(id)}`);
  const read = await viewAcceleration(ctx, { id });
  if (!read.ok) notFound();
  return <AccelerationScreen initial={read.value} />;
}
