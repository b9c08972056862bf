"use client";

import Link from "next/link";
import { useRouter } from "next/navigation";
import { ApiProvider } from "#components/api/provider.tsx";
import type { Schedule } from "#components/api/shapes.ts";
import { DrawnAt } from "#components/time/now.ts";
import { ZoneProvider } from "#components/time/zone.tsx";
import { Brand } from "#components/ui/brand.tsx";
import { Toasts } from "#components/ui/toasts.tsx";
import { ShowMe } from "./show-me.tsx";
import { Steps } from "./steps.tsx";
import { WatchForm } from "./watch-form.tsx";
import { Watched } from "./watched.tsx";

export interface FirstRunProps {
  readonly drawnAt: number;
  readonly browserZone: string | null;
  readonly zones: readonly string[];
  /** The schedule that was made here, and is listened for. */
  readonly watched: Schedule | null;
}

const WAY = "block rounded-[8px] border border-line bg-surface px-4 py-[14px]";

/** From a new account to the first verdict: make one schedule, put its line into the job, hear it. */
export function FirstRun({ drawnAt, browserZone, zones, watched }: FirstRunProps) {
  const router = useRouter();
  return (
    <ApiProvider>
      <DrawnAt.Provider value={drawnAt}>
        <ZoneProvider remembered={browserZone === null ? null : { browserZone, utc: false }}>
          <main className="mx-auto w-full max-w-[792px] px-4 py-12 max-sm:py-6">
            <Link href="/" aria-label="Rollcall: the timeline">
              <Brand />
            </Link>
            <h1 className="mt-[18px] text-xl leading-[1.3] font-[620] tracking-[-0.015em]">
              Which run should never go missing?
            </h1>
            {watched === null ? (
              <>
                <Steps at="schedule" />
                <nav aria-label="Ways to begin" className="mb-[18px] grid grid-cols-3 gap-3 max-sm:grid-cols-1">
                  <Link href="/first-run" aria-current="page" className={`${WAY} outline-2 outline-accent`}>
                    <b className="mb-[3px] block font-[570]">Watch a job I have</b>
                    <span className="text-ink-2">Add one line to it. A minute.</span>
                  </Link>
                  <Link href="/import" className={`${WAY} hover:bg-hover`}>
                    <b className="mb-[3px] block font-[570]">Import</b>
                    <span className="text-ink-2">Paste a crontab, vercel.json, CronJob or workflow.</span>
                  </Link>
                  <ShowMe className={WAY} onStarted={() => router.push("/?range=15m")} />
                </nav>
                <WatchForm zones={zones} onMade={(slug) => router.push(`/first-run?slug=${slug}`)} />
                <p className="mt-[18px]">
                  <Link href="/" className="text-ink-2 hover:text-ink hover:underline">
                    Later: open the timeline
                  </Link>
                </p>
              </>
            ) : (
              <Watched initial={watched} />
            )}
          </main>
          <Toasts />
        </ZoneProvider>
      </DrawnAt.Provider>
    </ApiProvider>
  );
}
