import type { Metadata } from "next";
import { cookies } from "next/headers";
import Link from "next/link";
import { NarrowPage } from "#components/ui/narrow-page.tsx";
import { ZONE_COOKIE } from "#components/ui/remember.ts";
import { mayNot } from "#lib/access/actor.ts";
import { pageContext } from "#lib/access/page-session.ts";
import { isZone } from "#lib/time/zone.ts";
import { viewSchedule } from "#lib/views/schedules.ts";
import { FirstRun } from "./_parts/first-run.tsx";

export const metadata: Metadata = { title: "First run · Rollcall" };

interface Asked {
  readonly searchParams: Promise<Readonly<Record<string, string | string[] | undefined>>>;
}

const ZONES: readonly string[] = ["UTC", ...Intl.supportedValuesOf("timeZone").filter((zone) => zone !== "UTC")];

export default async function Page({ searchParams }: Asked) {
  const { slug } = await searchParams;
  const watched = typeof slug === "string" ? slug : null;
  const ctx = await pageContext(watched === null ? "/first-run" : `/first-run?slug=${encodeURIComponent(watched)}`);
  if (mayNot(ctx.actor, "administer")) {
    return (
      <NarrowPage
        title="Nothing is asked of you here"
        lead="An admin makes the schedules. As soon as there are some, the timeline shows how they do."
      >
        <Link href="/" className="text-accent hover:underline">
          Open the timeline
        </Link>
      </NarrowPage>
    );
  }
  const kept = /^(?:browser|utc) (\S{1,64})$/.exec((await cookies()).get(ZONE_COOKIE)?.value ?? "")?.[1];
  const found = watched === null ? null : await viewSchedule(ctx, { slug: watched });
  return (
    <FirstRun
      // Another schedule is another page: what was typed for one is not left over for the next.
      key={watched}
      drawnAt={ctx.now}
      browserZone={kept !== undefined && isZone(kept) ? kept : null}
      zones={ZONES}
      watched={found?.ok && found.value.archivedAt === null ? found.value : null}
    />
  );
}
