"use client";

import Link from "next/link";
import type { Schedule } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { CopyLine } from "#components/ui/copy.tsx";

/** The line that makes a job known, ready to be copied. */
export function CheckInLines({ schedule }: { readonly schedule: Schedule }) {
  const { pingUrl: url, spec } = schedule;
  const when =
    spec.kind === "cron" && spec.expression.trim().split(/\s+/).length === 5 ? spec.expression : "*/5 * * * *";
  const curl = "curl -fsS -m 10 --retry 5 -o /dev/null";
  return (
    <div className="grid max-w-[760px] gap-4">
      <div aria-live="polite" className="flex items-start gap-2 text-ink-2 [&_svg]:mt-[3px]">
        {schedule.lastRun === null ? (
          <>
            <Glyph name="running" />
            <p>
              Nothing has been heard of this job yet. Put one of these lines into it; its first check-in shows here at
              once.
            </p>
          </>
        ) : (
          <>
            <Glyph name="on_time" />
            <span>
              Last heard of <RelativeTime at={schedule.lastRun.startedAt} />.{" "}
              <Link href={`/schedules/${schedule.slug}?tab=runs`} className="text-accent hover:underline">
                Its runs
              </Link>
            </span>
          </>
        )}
      </div>
      <CopyLine label="Its address" text={url} />
      <CopyLine
        label="In a crontab: success and failure, told by the exit status"
        text={`${when}  your-job; ${curl} ${url}/$?`}
      />
      <CopyLine
        label="In a script: its start too, so that late and overrun can be told apart"
        text={`${curl} ${url}/start\nyour-job\n${curl} ${url}/$?`}
      />
      <CopyLine
        label="With its output kept as the log of the run"
        text={`your-job 2>&1 | curl -fsS -m 10 --retry 5 --data-binary @- ${url}`}
      />
      <p className="text-ink-3">
        <code className="font-mono text-s">/start</code>, <code className="font-mono text-s">/fail</code>,{" "}
        <code className="font-mono text-s">/log</code> or an exit status go at its end; add{" "}
        <code className="font-mono text-s">?rid=</code> with a UUID where runs overlap.
      </p>
    </div>
  );
}
