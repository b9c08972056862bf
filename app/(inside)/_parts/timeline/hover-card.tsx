"use client";

import * as Popover from "@radix-ui/react-popover";
import Link from "next/link";
import type { ReactNode, RefObject } from "react";
import { boundaryHref, refusedAt } from "#components/marks/boundary-link.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { Ladder } from "#components/marks/ladder.tsx";
import { causeInWords, type MarkName, wordOf } from "#components/marks/look.ts";
import { clockInZone, dayInZone, lengthInWords } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import type { Meant } from "#components/timeline/hit.ts";
import type { RunModel, Stretch, WindowModel } from "#components/timeline/model.ts";
import { Kbd } from "#components/ui/page.tsx";
import { countsInWords } from "./lane-list.tsx";

/** A stretch as a clock tells it: with seconds where it is short, with days where it is long. */
function useSpanWords() {
  const { zone } = useZone();
  return ({ from, to }: Stretch): string => {
    const seconds = to - from < 300_000;
    const clock = (at: number) => clockInZone(at, zone, { seconds });
    if (dayInZone(from, zone) === dayInZone(to, zone)) return `${clock(from)}–${clock(to)}`;
    return `${dayInZone(from, zone)} ${clock(from)} – ${dayInZone(to, zone)} ${clock(to)}`;
  };
}

function Title({
  mark,
  words,
  beside,
}: {
  readonly mark: MarkName | null;
  readonly words: string;
  readonly beside: string;
}) {
  return (
    <div className="flex items-center gap-2">
      {mark === null ? null : <Glyph name={mark} />}
      <b className="font-semibold">{words}</b>
      <span className="ml-auto pl-3 text-right text-ink-3">{beside}</span>
    </div>
  );
}

const LINK = "font-medium text-accent hover:underline";

function OfWindow({ window, onOpen }: { readonly window: WindowModel; readonly onOpen: () => void }) {
  const span = useSpanWords();
  const { cause, diagnosis, incidentId } = window.told;
  const run = window.told.runs.at(-1);
  const route = refusedAt(window.told);
  const why = diagnosis ?? (cause ? causeInWords(cause) : null);
  return (
    <>
      <Title
        mark={window.mark}
        words={wordOf(window.mark)}
        beside={span({ from: window.expectedAt, to: window.dueBy })}
      />
      <div className="mt-2.5">
        <Ladder window={window.told} />
      </div>
      {why === null ? null : <p className="mt-2 text-ink-2 [overflow-wrap:anywhere]">{why}</p>}
      <div className="mt-[9px] flex items-center gap-3">
        {incidentId === undefined ? null : (
          <Link href={`/incidents/${incidentId}`} className={LINK}>
            Incident
          </Link>
        )}
        {route === null ? null : (
          <Link href={boundaryHref(route, window.told)} className={LINK}>
            Route
          </Link>
        )}
        <button type="button" onClick={onOpen} className={LINK}>
          {run !== undefined && run.logBytes > 0 ? "Run and its log" : "More"}
        </button>
        {incidentId === undefined ? null : (
          <span className="ml-auto text-ink-3">
            <Kbd>A</Kbd> acknowledge
          </span>
        )}
      </div>
    </>
  );
}

function OfRun({ run }: { readonly run: RunModel }) {
  const span = useSpanWords();
  const mark: MarkName = run.failed ? "failed" : run.to === null ? "running" : "on_time";
  const took = run.to === null ? "It is under way." : `It took ${lengthInWords(run.to - run.from)}.`;
  return (
    <>
      <Title mark={mark} words="Unscheduled run" beside={span({ from: run.from, to: run.to ?? run.from })} />
      <p className="mt-2 text-ink-2">Nothing was expected then. {took} It touches no verdict.</p>
    </>
  );
}

function Told({ meant, onOpen }: { readonly meant: Meant; readonly onOpen: () => void }) {
  const { zone } = useZone();
  const span = useSpanWords();
  switch (meant.kind) {
    case "window":
      return <OfWindow window={meant.window} onOpen={onOpen} />;
    case "cell": {
      const { upcoming, ...counts } = meant.counts;
      const told = countsInWords(counts);
      return (
        <>
          <Title mark={meant.worst} words={wordOf(meant.worst)} beside={span(meant.within)} />
          <p className="mt-2 text-ink-2">{told === "" ? `${upcoming ?? 0} expected` : told}</p>
          <p className="mt-2 text-ink-3">Click to look closer.</p>
        </>
      );
    }
    case "loose":
      return <OfRun run={meant.run} />;
    case "band":
      return (
        <>
          <Title mark={null} words="Acceleration" beside={span(meant.band)} />
          <p className="mt-2 text-ink-2">
            {meant.band.confirmedAt === null
              ? "No run has confirmed it."
              : `Confirmed at ${clockInZone(meant.band.confirmedAt, zone, { seconds: true })}.`}{" "}
            {meant.band.revertedAt === null
              ? "The temporary times are in force."
              : `Put back at ${clockInZone(meant.band.revertedAt, zone, { seconds: true })}.`}
          </p>
          <p className="mt-[9px]">
            <Link href={`/accelerations/${meant.band.id}`} className={LINK}>
              Its steps
            </Link>
          </p>
        </>
      );
    case "shade":
      return (
        <>
          <Title mark="excused" words="Maintenance or a pause" beside={span(meant.within)} />
          <p className="mt-2 text-ink-2">What is expected in it is excused.</p>
        </>
      );
    case "notch":
      return (
        <Title
          mark={null}
          words="Another version came into force"
          beside={clockInZone(meant.at, zone, { seconds: true })}
        />
      );
  }
}

/** Where a card points to, as Radix asks for it. */
export type Anchor = RefObject<{ getBoundingClientRect: () => DOMRect }>;

/** What a mark says, beside it. */
export function HoverCard({
  name,
  meant,
  anchor,
  onOpen,
  onHold,
  onHide,
}: {
  readonly name: string;
  readonly meant: Meant | null;
  readonly anchor: Anchor;
  readonly onOpen: () => void;
  /** Whether the pointer is on the card, which then stays. */
  readonly onHold: (held: boolean) => void;
  readonly onHide: () => void;
}): ReactNode {
  return (
    <Popover.Root open={meant !== null} modal={false}>
      <Popover.Anchor virtualRef={anchor} />
      <Popover.Portal>
        <Popover.Content
          side="bottom"
          align="start"
          sideOffset={8}
          collisionPadding={8}
          role="group"
          onEscapeKeyDown={(event) => {
            event.preventDefault();
            onHide();
          }}
          onOpenAutoFocus={(event) => event.preventDefault()}
          onCloseAutoFocus={(event) => event.preventDefault()}
          onPointerEnter={() => onHold(true)}
          onPointerLeave={() => onHold(false)}
          aria-label={name}
          className="z-20 w-[330px] rounded-[8px] border border-line bg-surface px-[14px] py-3 shadow-float outline-none max-sm:hidden print:hidden"
        >
          {meant === null ? null : <Told meant={meant} onOpen={onOpen} />}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
