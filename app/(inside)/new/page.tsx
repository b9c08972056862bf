import type { Metadata } from "next";
import { Notice } from "#components/ui/notice.tsx";
import { Page } from "#components/ui/page.tsx";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { ScheduleForm } from "../schedules/_parts/schedule-form.tsx";
import { ZONES } from "../zones.ts";

export const metadata: Metadata = { title: "New schedule · Rollcall" };

/** Not below `/schedules/`: a schedule may be called new. */
export default async function NewSchedule() {
  const { actor } = await pageContext("/new");
  const denied = mayNot(actor, "administer");
  if (denied) {
    return (
      <Page title="A new schedule">
        <div className="mt-4">
          <Notice>
            {denied.message} {denied.doNext}
          </Notice>
        </div>
      </Page>
    );
  }
  return <ScheduleForm before={null} zones={ZONES} lookBack={null} />;
}
