"use client";

import * as Tabs from "@radix-ui/react-tabs";
import Link from "next/link";
import type { Schedule } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { SNIPPETS, snippetOf } from "#components/snippets/snippets.ts";
import { useAddress } from "#components/ui/address.ts";
import { CopyButton, CopyLine } from "#components/ui/copy.tsx";

/** What makes the job known, ready to be copied. */
export function CheckInLines({ schedule }: { readonly schedule: Schedule }) {
  const { query, go } = useAddress();
  const chosen = SNIPPETS.find(({ id }) => id === query.get("with"))?.id ?? "crontab";
  return (
    <div className="grid max-w-[820px] grid-cols-[minmax(0,1fr)] gap-4">
      <div aria-live="polite" className="flex items-start gap-2 text-ink-2 [&_svg]:mt-[3px]">
        {schedule.lastRun === null ? (
          <>
            <Glyph name="running" />
            <p>
              Nothing has been heard of this job yet. Put one of these into it; its first check-in shows here at once.
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
      <CopyLine label="Its address" text={schedule.pingUrl} />
      <Tabs.Root value={chosen} onValueChange={(id) => go({ with: id === "crontab" ? null : id }, { step: false })}>
        <Tabs.List className="flex flex-wrap gap-1" aria-label="Where the job runs">
          {SNIPPETS.map(({ id, label }) => (
            <Tabs.Trigger
              key={id}
              value={id}
              className="rounded-m px-[10px] py-1 text-ink-2 hover:bg-hover data-[state=active]:bg-accent-soft data-[state=active]:font-[550] data-[state=active]:text-accent"
            >
              {label}
            </Tabs.Trigger>
          ))}
        </Tabs.List>
        {SNIPPETS.map(({ id, label }) => {
          const { text, note } = snippetOf(id, schedule);
          return (
            <Tabs.Content key={id} value={id} className="mt-2">
              <div className="rounded-m border border-line bg-sunken">
                <div className="flex items-center gap-3 border-b border-line py-1.5 pr-1.5 pl-3">
                  <p className="min-w-0 flex-1 text-s text-ink-2">{note}</p>
                  <CopyButton text={text} label={`Copy: ${label}`} />
                </div>
                <pre
                  // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reachable by keyboard
                  tabIndex={0}
                  className={`max-h-[460px] overflow-auto p-3 font-mono text-s ${id === "crontab" ? "whitespace-pre-wrap [overflow-wrap:anywhere]" : ""}`}
                >
                  {text}
                </pre>
              </div>
            </Tabs.Content>
          );
        })}
      </Tabs.Root>
      <p className="text-ink-3">
        <code className="font-mono text-s">/start</code>, <code className="font-mono text-s">/fail</code>,{" "}
        <code className="font-mono text-s">/log</code> or an exit status go at its end.{" "}
        <code className="font-mono text-s">?rid=</code>, one UUID a run, ties them together where runs overlap; a body
        of up to 100 kB is kept as the log.
      </p>
    </div>
  );
}
