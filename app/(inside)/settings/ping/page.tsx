import type { Metadata } from "next";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { viewPingKey } from "#lib/access/ping-key.ts";
import { runtime } from "#lib/runtime.ts";
import { time } from "#lib/views/shapes.ts";
import { Denied } from "../../_parts/denied.tsx";
import { PingKeyCard } from "../_parts/ping-key.tsx";

export const metadata: Metadata = { title: "Ping key · Rollcall" };

export default async function Page() {
  const ctx = await pageContext("/settings/ping");
  const read = await viewPingKey(ctx);
  if (!read.ok) return <Denied denied={read.problem} />;
  const initial = { ...read.value, previousUntil: time(read.value.previousUntil) };
  const mayRotate = mayNot(ctx.actor, "manage_people") === null;
  return <PingKeyCard initial={initial} publicUrl={runtime().config.publicUrl} mayRotate={mayRotate} />;
}
