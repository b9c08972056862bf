"use client";

import "#components/ui/under-policy.ts";
import dynamic from "next/dynamic";
import type { ReactNode } from "react";
import type { Acceleration } from "#components/api/accelerations.ts";
import type { List } from "#components/api/shapes.ts";
import { useActiveAccelerations } from "#components/api/use-accelerations.ts";
import { useUndoKey } from "#components/api/use-undo.ts";
import { DrawnAt } from "#components/time/now.ts";
import { ZoneProvider } from "#components/time/zone.tsx";
import { useGoKeys } from "#components/ui/go-keys.ts";
import { Toasts } from "#components/ui/toasts.tsx";
import { Rail, type Watched } from "./rail.tsx";
import { TopBar } from "./top-bar.tsx";

// Mostly there is none.
const AccelerationBanner = dynamic(() => import("./acceleration-banner.tsx").then((file) => file.AccelerationBanner));

export interface FrameProps {
  /** The server's present. */
  readonly drawnAt: number;
  readonly zone: { readonly browserZone: string; readonly utc: boolean } | null;
  readonly host: string;
  /** Incidents that nobody has acknowledged. */
  readonly open: number;
  readonly watched: Watched;
  /** The accelerations that are under way; `null`: they could not be read. */
  readonly active: List<Acceleration> | null;
  readonly children: ReactNode;
}

/** The frame of every page inside: rail, top bar, and what stands between. */
export function Frame({ drawnAt, zone, host, open, watched, active, children }: FrameProps) {
  useUndoKey();
  useGoKeys();
  const accelerated = useActiveAccelerations(active).data?.items ?? [];
  return (
    <DrawnAt.Provider value={drawnAt}>
      <ZoneProvider remembered={zone}>
        <a
          href="#main"
          className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-m focus:bg-surface focus:px-3 focus:py-2"
        >
          Go to the page itself
        </a>
        <div className="grid h-dvh grid-cols-[200px_minmax(0,1fr)] grid-rows-[48px_auto_minmax(0,1fr)] max-sm:grid-cols-1 max-sm:grid-rows-[48px_auto_minmax(0,1fr)_auto]">
          <Rail open={open} watched={watched} />
          <TopBar host={host} />
          <div className="min-w-0">{accelerated.length > 0 ? <AccelerationBanner active={accelerated} /> : null}</div>
          <main id="main" tabIndex={-1} className="min-w-0 overflow-auto outline-none">
            {children}
          </main>
        </div>
        <Toasts />
      </ZoneProvider>
    </DrawnAt.Provider>
  );
}
