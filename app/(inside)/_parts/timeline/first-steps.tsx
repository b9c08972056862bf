"use client";

import Link from "next/link";
import { CopyLine } from "#components/ui/copy.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Empty } from "#components/ui/page.tsx";

const LINK =
  "inline-flex h-[30px] items-center rounded-m border border-accent bg-accent px-3 font-medium text-on-accent hover:brightness-110 max-sm:h-11";

/** Nothing is watched yet: how a first run gets here. */
export function FirstSteps({ publicUrl, pingKey }: { readonly publicUrl: string; readonly pingKey: string | null }) {
  const { mayAdminister } = useMe();
  return (
    <Empty title="Which run should never go missing?">
      <p>
        Rollcall counts the runs that should have happened. Tell it when one should, and let the job say when it did:
        each window that stays empty shows up here, with the rung on which its run died. So far it watches only itself.
      </p>
      {mayAdminister ? (
        <p>
          <Link href="/first-run" className={LINK}>
            Make the first schedule
          </Link>{" "}
          <Link href="/import" className="ml-2 text-accent hover:underline">
            Import a crontab, vercel.json, CronJob or workflow
          </Link>
        </p>
      ) : (
        <p>Ask an admin to make the first schedule.</p>
      )}
      {pingKey === null ? null : (
        <CopyLine
          label="Or let a job make itself known: this line at its end, and its schedule is here to be completed"
          text={`curl -fsS -m 10 --retry 5 "${publicUrl}/ping/${pingKey}/nightly-backup?create=1"`}
        />
      )}
    </Empty>
  );
}
