"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { api, queryString } from "#components/api/client.ts";
import type { List, Preview, Schedule, Window } from "#components/api/shapes.ts";
import { type Heard, heardOf } from "#components/first-run/heard.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { markOf, shortWordOf } from "#components/marks/look.ts";
import { useNow } from "#components/time/now.ts";
import { clockInZone } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import { KEYS } from "#lib/views/keys.ts";
import { FirstLane } from "./first-lane.tsx";
import { Snippets } from "./snippets.tsx";
import { Steps } from "./steps.tsx";

const SOON = 1_000;
const HOUR = 3_600_000;
const SHOWN = 4;

/** What has come of it so far, asked every second: this is the page on which somebody waits. */
function useFirstWindows(initial: Schedule) {
  const { slug, spec, timezone, createdAt } = initial;
  const schedule = useQuery({
    queryKey: KEYS.schedule(slug),
    queryFn: ({ signal }) => api<Schedule>(`/schedules/${slug}`, { signal }),
    initialData: initial,
    refetchInterval: SOON,
  });
  const times = useQuery({
    queryKey: ["preview", "first", slug],
    queryFn: ({ signal }) =>
      api<Preview>("/schedules/preview", {
        ...{ method: "POST", body: { spec, timezone, count: SHOWN, from: createdAt }, signal },
      }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const now = useNow();
  const hour = Math.ceil(now / HOUR) * HOUR;
  const last = times.data?.expectedAt.at(-1);
  // Of a rolling schedule the present window is expected a whole length from its last start.
  const end =
    spec.kind === "rolling" ? hour + 2_000 * spec.everySeconds : last === undefined ? null : Date.parse(last) + 1_000;
  const to = end === null || end < now ? null : new Date(end).toISOString();
  const windows = useQuery({
    queryKey: KEYS.windows(slug, createdAt, to),
    queryFn: ({ signal }) =>
      api<List<Window>>(`/schedules/${slug}/windows${queryString({ from: createdAt, to, limit: 100 })}`, { signal }),
    enabled: times.isFetched,
    refetchInterval: SOON,
    placeholderData: (before) => before,
  });
  return { schedule: schedule.data, windows: windows.data?.items ?? null, times: times.data?.expectedAt ?? [], now };
}

function useSentences(heard: Heard): { readonly head: string; readonly lead: string } {
  const { zone } = useZone();
  const clock = (at: string) => clockInZone(Date.parse(at), zone, { seconds: true });
  const between = ({ opensAt, dueBy }: Window) => `between ${clock(opensAt)} and ${clock(dueBy)}`;
  switch (heard.kind) {
    case "waiting":
      return {
        head: "Waiting for its first check-in",
        lead: heard.window
          ? `Expected ${between(heard.window)}. If it does not come, you will see that too.`
          : "Run the job, or the line above by hand: it shows here at once.",
      };
    case "early":
      return {
        head: "Heard it, ahead of its first window",
        lead: heard.window
          ? `It came at ${clock(heard.run.startedAt)}, when nothing was expected yet, so it counts for no window. The first verdict is that of the run expected ${between(heard.window)}.`
          : `It came at ${clock(heard.run.startedAt)}, when nothing was expected.`,
      };
    case "heard": {
      const { verdict } = heard.window;
      const at = clock(heard.run.startedAt);
      const lead =
        verdict === "running"
          ? `It started at ${at}. The verdict comes with its end.`
          : `It came at ${at}; it was expected by ${clock(heard.window.dueBy)}. From now on, a window that stays empty is told.`;
      return { head: `Heard it: ${shortWordOf(markOf(heard.window))}`, lead };
    }
    case "missed":
      return {
        head: "It did not come: missing",
        lead: `Nothing was heard by ${clock(heard.window.dueBy)}. That is what a missing run looks like; add the line and the next one is heard.`,
      };
  }
}

/** A span of the timeline in which several of its windows are seen, and wide enough to be told apart. */
function rangeFor(times: readonly string[]): string {
  const [first, second] = times.map((time) => Date.parse(time));
  const gap = first === undefined || second === undefined ? HOUR : second - first;
  return gap <= HOUR / 4 ? "1h" : gap <= 2 * HOUR ? "6h" : "24h";
}

function Waited({ since, now }: { readonly since: string; readonly now: number }) {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1_000));
  const text = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return seconds < 6_000 ? (
    <span className="ml-auto font-mono text-s text-ink-2 tabular-nums" aria-hidden="true">
      {text}
    </span>
  ) : null;
}

const LINK = "inline-flex h-[30px] items-center rounded-m border px-3 font-medium whitespace-nowrap max-sm:h-11";

export function Watched({ initial }: { readonly initial: Schedule }) {
  const { schedule, windows, times, now } = useFirstWindows(initial);
  const heard = heardOf(schedule.lastRun, windows ?? [], now);
  const { head, lead } = useSentences(heard);
  const mark =
    heard.kind === "heard" ? markOf(heard.window) : heard.kind === "missed" ? "missing" : heard.kind === "early" ? "new" : "running"; // biome-ignore format: one choice
  const settled = heard.kind === "missed" || (heard.kind === "heard" && heard.window.verdict !== "running");
  return (
    <>
      <Steps at={settled ? "done" : "verdict"} />
      <section aria-label={schedule.name} className="rounded-[8px] border border-line bg-surface">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 px-4 py-3">
          <b className="font-[570] [overflow-wrap:anywhere]">{schedule.name}</b>
          <span className="text-ink-2">{schedule.cadence}</span>
          {schedule.spec.kind === "cron" ? <span className="text-ink-3">{schedule.timezone}</span> : null}
        </div>
        <Snippets schedule={schedule} />
        <div className="flex items-start gap-3 border-t border-line px-4 py-[14px]">
          <Glyph name={mark} className="mt-[3px]" />
          <div role="status" className="min-w-0">
            <b className="font-[570]">{head}</b>
            <p className="text-ink-2">{lead}</p>
          </div>
          {settled ? null : <Waited since={schedule.createdAt} now={now} />}
        </div>
        <FirstLane
          windows={windows}
          early={heard.kind === "early" ? Date.parse(heard.run.startedAt) : null}
          since={Date.parse(schedule.createdAt)}
          now={now}
        />
      </section>
      <div className="mt-[18px] flex flex-wrap gap-[10px]">
        <Link
          href={`/?range=${rangeFor(times)}`}
          className={`${LINK} border-accent bg-accent text-on-accent hover:brightness-110`}
        >
          Open the timeline
        </Link>
        <Link href="/first-run" className={`${LINK} border-transparent text-ink-2 hover:bg-hover hover:text-ink`}>
          Add another
        </Link>
        <Link
          href={`/schedules/${schedule.slug}/edit`}
          className={`${LINK} border-transparent text-ink-2 hover:bg-hover hover:text-ink`}
        >
          Change it
        </Link>
      </div>
    </>
  );
}
