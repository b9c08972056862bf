import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { pageContext } from "#lib/access/page-session.ts";
import { viewRoute } from "#lib/boundary/service.ts";
import { runtime } from "#lib/runtime.ts";
import { type Asked, hereOf } from "../../address.ts";
import { RouteScreen } from "./_parts/route-screen.tsx";

interface Given extends Asked {
  readonly params: Promise<{ readonly name: string }>;
}

export async function generateMetadata({ params }: Given): Promise<Metadata> {
  return { title: `${(await params).name} · Boundary · Rollcall` };
}

export default async function Page({ params, searchParams }: Given) {
  const { name } = await params;
  const ctx = await pageContext(hereOf(`/boundary/${encodeURIComponent(name)}`, await searchParams));
  const read = await viewRoute(ctx, { name });
  if (!read.ok) notFound();
  return <RouteScreen initial={read.value} origin={runtime().config.publicUrl} />;
}
