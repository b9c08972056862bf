"use client";

import { useQuery } from "@tanstack/react-query";
import { api, wordsOf } from "#components/api/client.ts";
import type { List, ScheduleVersion, WireSpec } from "#components/api/shapes.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { lengthText } from "#components/time/length.ts";
import { Notice } from "#components/ui/notice.tsx";
import { Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";

function inWords(spec: WireSpec): string {
  switch (spec.kind) {
    case "cron":
      return spec.expression;
    case "interval":
      return `every ${lengthText(spec.everySeconds)}`;
    case "rolling":
      return `at most every ${lengthText(spec.everySeconds)}`;
    case "at":
      return `once, at ${spec.at}`;
  }
}

/** Every edit, the newest first: what was expected before stays what it was. */
export function Versions({ slug }: { readonly slug: string }) {
  const asked = useQuery({
    queryKey: [...KEYS.schedule(slug), "versions"],
    queryFn: ({ signal }) => api<List<ScheduleVersion>>(`/schedules/${slug}/versions`, { signal }),
  });
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  if (!asked.data) return <Waiting rows={3} />;
  return (
    <ol className="divide-y divide-line rounded-[8px] border border-line bg-surface">
      {asked.data.items.map((version) => (
        <li key={version.version} className="flex flex-wrap items-center gap-x-3 gap-y-1 px-[14px] py-[9px]">
          <b className="font-[570]">{version.version}</b>
          <AbsoluteTime at={version.effectiveFrom} className="text-ink-2" />
          <code className="font-mono text-s [overflow-wrap:anywhere]">{inWords(version.spec)}</code>
          <span className="text-ink-2">
            {version.timezone}, grace {lengthText(version.graceSeconds)}
          </span>
          <span className="ml-auto text-ink-3">{version.actor}</span>
          {version.reason === null ? null : (
            <p className="w-full text-ink-2 [overflow-wrap:anywhere]">{version.reason}</p>
          )}
        </li>
      ))}
    </ol>
  );
}
