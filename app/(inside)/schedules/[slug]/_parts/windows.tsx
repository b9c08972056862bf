"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import type { List, Schedule, Window } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { causeInWords, MARKS, type MarkName, markOf, shortWordOf, wordOf } from "#components/marks/look.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { serverNow } from "#components/time/server-clock.ts";
import { lengthInWords } from "#components/time/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { Waiting } from "#components/ui/page.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { VerdictMark } from "../../_parts/verdict-mark.tsx";

const SHOWN = 40;

function Counts({ windows }: { readonly windows: readonly Window[] }) {
  const counts = new Map<MarkName, number>();
  for (const window of windows) counts.set(markOf(window), (counts.get(markOf(window)) ?? 0) + 1);
  return (
    <p className="mb-3 flex flex-wrap gap-x-[14px] gap-y-1 text-ink-2">
      <span className="text-ink-3">The last {windows.length}:</span>
      {MARKS.filter((mark) => counts.has(mark)).map((mark) => (
        <span key={mark} className="inline-flex items-center gap-1.5">
          <Glyph name={mark} />
          <b className="font-semibold text-ink">{counts.get(mark)}</b>
          {shortWordOf(mark)}
        </span>
      ))}
    </p>
  );
}

function told(window: Window): string {
  if (window.cause) return window.diagnosis ?? causeInWords(window.cause);
  const [first, last] = [window.runs[0], window.runs.at(-1)];
  if (!first || !last) return "";
  const late = Date.parse(first.startedAt) - Date.parse(window.dueBy);
  const parts = [
    ...(late > 0 ? [`began ${lengthInWords(late)} after its grace`] : []),
    ...(last.durationSeconds ? [`took ${lengthInWords(last.durationSeconds * 1_000)}`] : []),
    ...(window.runs.length > 1 ? [`${window.runs.length} runs`] : []),
    ...(last.exitStatus ? [`exit status ${last.exitStatus}`] : []),
  ];
  return parts.join(", ");
}

/** Its newest windows, each with what came. */
export function Windows({ schedule, lookBack }: { readonly schedule: Schedule; readonly lookBack: number }) {
  const { slug } = schedule;
  const asked = useQuery({
    queryKey: KEYS.windows(slug, "last", lookBack),
    queryFn: ({ signal }) => {
      const now = serverNow();
      // Not to the very present: a window is open before it is expected, and belongs here then.
      const span = {
        from: new Date(now - lookBack).toISOString(),
        to: new Date(now + Math.min(lookBack / SHOWN, 300_000)).toISOString(),
      };
      return api<List<Window>>(`/schedules/${slug}/windows${queryString({ ...span, limit: 1_000 })}`, { signal });
    },
    refetchInterval: useRefetchInterval(),
  });
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  if (!asked.data) return <Waiting />;
  const windows = asked.data.items.filter(({ verdict }) => verdict !== "upcoming").slice(-SHOWN);
  if (windows.length === 0) {
    return <Notice>No window has opened yet. The first one will stand here when its time comes.</Notice>;
  }
  return (
    <>
      <Counts windows={windows} />
      <ol className="-mx-0.5 mb-4 flex flex-wrap gap-y-[3px]" aria-label="The last windows, oldest first">
        {windows.map((window) => (
          <li key={window.expectedAt}>
            <Link
              href={`/?${new URLSearchParams({ schedule: slug, window: window.expectedAt })}`}
              prefetch={false}
              aria-label={`${wordOf(markOf(window))}, expected ${window.expectedAt}: on the timeline`}
              className="block w-6 rounded-[3px] px-0.5 hover:bg-hover"
            >
              <VerdictMark verdict={window.verdict} className="h-6" />
            </Link>
          </li>
        ))}
      </ol>
      <ol className="divide-y divide-line rounded-[8px] border border-line bg-surface">
        {[...windows].reverse().map((window) => {
          const mark = markOf(window);
          const query = new URLSearchParams({ schedule: slug, window: window.expectedAt });
          return (
            <li
              key={window.expectedAt}
              className="grid grid-cols-[16px_120px_150px_minmax(0,1fr)] items-center gap-3 px-[14px] py-[8px] max-sm:grid-cols-[16px_100px_minmax(0,1fr)]"
            >
              <Glyph name={mark} />
              <Link href={`/?${query}`} prefetch={false} className="hover:underline">
                <AbsoluteTime at={window.expectedAt} />
              </Link>
              <span>
                {wordOf(mark)}
                {window.doubleFire ? ", fired twice" : ""}
              </span>
              <span className="truncate text-ink-2 max-sm:hidden">
                {told(window)}
                {window.incidentId === undefined ? null : (
                  <>
                    {" "}
                    <Link
                      href={`/incidents/${window.incidentId}`}
                      prefetch={false}
                      className="text-accent hover:underline"
                    >
                      Incident
                    </Link>
                  </>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </>
  );
}
