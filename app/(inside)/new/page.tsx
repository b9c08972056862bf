import type { Metadata } from "next";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { DeniedPage } from "../_parts/denied.tsx";
import { ScheduleForm } from "../schedules/_parts/schedule-form.tsx";
import { ZONES } from "../zones.ts";

export const metadata: Metadata = { title: "New schedule · Rollcall" };

/** Not below `/schedules/`: a schedule may be called new. */
export default async function NewSchedule() {
  const { actor } = await pageContext("/new");
  const denied = mayNot(actor, "administer");
  if (denied) return <DeniedPage title="A new schedule" denied={denied} />;
  return <ScheduleForm before={null} zones={ZONES} lookBack={null} />;
}
