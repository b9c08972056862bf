"use client";

import { useQuery } from "@tanstack/react-query";
import { api } from "#components/api/client.ts";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { markOf, wordOf } from "#components/marks/look.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { KEYS } from "#lib/views/keys.ts";

export interface Made {
  readonly items: readonly {
    readonly expectedAt: string;
    readonly will: "run" | "excuse" | "skip";
    readonly because: string;
  }[];
}

const WILL = { run: "is run", excuse: "is excused", skip: "is left" } as const;
/** What a list of a dialog shows at most. */
const SHOWN = 200;

/** What would happen to each window. */
export function MadeList({ made }: { readonly made: Made | null }) {
  const items = made?.items ?? [];
  return (
    <ul
      aria-label="What would happen"
      className="max-h-[30dvh] min-h-9 overflow-auto rounded-m bg-sunken px-3 py-2"
      aria-busy={made === null}
    >
      {items.slice(0, SHOWN).map(({ expectedAt, will, because }) => (
        <li key={expectedAt} className={`flex gap-3 py-0.5 ${will === "skip" ? "text-ink-3" : ""}`}>
          <AbsoluteTime at={expectedAt} />
          <b className={`flex-none ${will === "skip" ? "font-normal" : "font-medium"}`}>{WILL[will]}</b>
          <span className="min-w-0 text-ink-2 [overflow-wrap:anywhere]">{because}</span>
        </li>
      ))}
      {items.length > SHOWN ? <li className="text-ink-2">and {items.length - SHOWN} more</li> : null}
      {made && items.length === 0 ? <li>None of its windows is bad by now.</li> : null}
    </ul>
  );
}

/** How far making good has come: each window as it stands. */
export function MadeProgress({
  incident,
  made,
  once,
  perMinute,
}: {
  readonly incident: IncidentInFull;
  readonly made: Made;
  readonly once: boolean;
  readonly perMinute: number;
}) {
  const asked = useQuery({
    queryKey: KEYS.incident(incident.id),
    queryFn: ({ signal }) => api<IncidentInFull>(`/incidents/${incident.id}`, { signal }),
    refetchInterval: 2_000,
  });
  const now = new Map((asked.data ?? incident).windows.map((window) => [window.expectedAt, window]));
  const fired = made.items.filter(({ will }) => will === "run");
  const good = fired.filter(({ expectedAt }) => /^(on_time|late)$/.test(now.get(expectedAt)?.verdict ?? ""));
  const minutes = Math.ceil(fired.length / perMinute);
  const stopped = asked.data?.makingGood?.stoppedBecause ?? null;
  return (
    <div className="grid gap-3">
      <div aria-live="polite">
        <b className="font-semibold">
          {good.length} of {fired.length}
        </b>{" "}
        {once ? "made good by one run" : `made good, ${perMinute} a minute`}
        {once || minutes < 2 ? "" : `: about ${minutes} min in all`}
      </div>
      {stopped === null ? null : (
        <Notice look="bad">It stopped. {stopped} Once it is green again, go on from the incident.</Notice>
      )}
      <progress
        aria-label="Made good"
        max={fired.length}
        value={good.length}
        className="h-1.5 w-full overflow-hidden rounded-full accent-(--accent)"
      />
      <ul className="max-h-[30dvh] overflow-auto rounded-m bg-sunken px-3 py-2">
        {fired.slice(0, SHOWN).map(({ expectedAt }) => {
          const window = now.get(expectedAt);
          return (
            <li key={expectedAt} className="flex items-center gap-3 py-0.5">
              <AbsoluteTime at={expectedAt} />
              {window ? (
                <>
                  <Glyph name={markOf(window)} />
                  <span className="text-ink-2">{wordOf(markOf(window))}</span>
                </>
              ) : (
                <span className="text-ink-3">waits</span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
