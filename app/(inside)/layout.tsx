import { cookies } from "next/headers";
import type { ReactNode } from "react";
import { LiveProvider } from "#components/api/live-provider.tsx";
import { ApiProvider } from "#components/api/provider.tsx";
import { MeProvider } from "#components/ui/me.tsx";
import { ZONE_COOKIE } from "#components/ui/remember.ts";
import { mayNot } from "#lib/access/actor.ts";
import { currentActor } from "#lib/access/page-session.ts";
import { runtime } from "#lib/runtime.ts";
import { isZone } from "#lib/time/zone.ts";
import { viewAccelerations } from "#lib/views/accelerations.ts";
import { viewOverview } from "#lib/views/overview.ts";
import { Frame } from "./_parts/frame.tsx";

function zoneIn(cookie: string | undefined) {
  const [, which, browserZone] = /^(browser|utc) (\S{1,64})$/.exec(cookie ?? "") ?? [];
  if (browserZone === undefined || !isZone(browserZone)) return null;
  return { browserZone, utc: which === "utc" };
}

export default async function Layout({ children }: { readonly children: ReactNode }) {
  const actor = await currentActor();
  // The page itself knows its address, and sends to sign in and back to it.
  if (!actor) return children;
  const { clock, config } = runtime();
  const now = clock.now();
  const kept = await cookies();
  const [overview, active] = await Promise.all([
    viewOverview({ actor, now }),
    viewAccelerations({ actor, now }, { query: { active: true }, page: { limit: 100, cursor: null } }),
  ]);
  const may = (permission: "respond" | "operate" | "administer") => mayNot(actor, permission) === null;
  const me = {
    ...{ id: actor.id, name: actor.name, email: actor.email, role: actor.role },
    ...{ mayRespond: may("respond"), mayOperate: may("operate"), mayAdminister: may("administer") },
  };
  return (
    <ApiProvider>
      <LiveProvider>
        <MeProvider me={me}>
          <Frame
            drawnAt={now}
            zone={zoneIn(kept.get(ZONE_COOKIE)?.value)}
            host={new URL(config.publicUrl).host}
            open={overview.ok ? overview.value.incidents.open : 0}
            active={active.ok ? active.value : null}
            watched={overview.ok ? overview.value.schedules : { all: 0, own: 0 }}
          >
            {children}
          </Frame>
        </MeProvider>
      </LiveProvider>
    </ApiProvider>
  );
}
