"use client";

import Link from "next/link";
import type { ReactNode } from "react";
import { AccelerateButton } from "#components/accelerations/accelerate-button.tsx";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { refusedAt } from "#components/marks/boundary-link.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Button } from "#components/ui/button.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { useMe } from "#components/ui/me.tsx";
import { Card } from "#components/ui/page.tsx";
import type { Asking } from "../../_parts/act-dialog.tsx";

type State = "done" | "next" | "later";

const LOOK: Readonly<Record<State, string>> = {
  done: "bg-ok-soft text-ok",
  next: "bg-accent text-on-accent",
  later: "bg-idle-soft text-ink-2",
};

function Step({
  number,
  state,
  children,
  action = null,
}: {
  readonly number: number;
  readonly state: State;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <li className="flex flex-wrap items-center gap-[10px] border-b border-line px-[14px] py-[9px] last:border-0">
      <span
        className={`grid size-5 flex-none place-items-center rounded-full text-[11px] font-semibold ${LOOK[state]}`}
      >
        {state === "done" ? <Icon name="check" className="size-3" /> : number}
      </span>
      <div className={`min-w-0 flex-1 ${state === "later" ? "text-ink-2" : ""}`}>{children}</div>
      {action}
    </li>
  );
}

/** Where to look first, by what it died of. */
const LOOK_AT: Readonly<Record<string, string>> = {
  silent: "Look at the scheduler first: nothing it did was seen",
  not_fired: "Look at the scheduler: it had to fire and did not",
  unreached: "Look at the way between: the scheduler fired, and nothing arrived",
  rejected: "Look at the boundary: what it expects and what the scheduler presents differ",
  lost: "Look at the application: it was let in, and made no run",
  failed: "Read the log of the run that failed",
  overrun: "See whether the run hangs; a limit that is too short is mended in the schedule",
  late: "See what the scheduler waited for; a grace that is too short is mended in the schedule",
  boundary_drift: "Look at the matrix: each check that fails says what it met",
  revert_failing: "Have the scheduler answer again, or put the line above back there by hand",
  double_fire: "Look for a second scheduler, or for a retry that did not wait",
};

const RESOLVED_BY: Readonly<Record<string, string>> = {
  rejected: "Resolved when the scheduler itself is admitted again",
  boundary_drift: "Resolved by itself with the next green matrix",
  revert_failing: "Resolved by itself when the original has been read back",
};

/** What is left to do, in the order in which it makes sense. */
export function WayOut({
  incident,
  onAsk,
  onMakeGood,
}: {
  readonly incident: IncidentInFull;
  readonly onAsk: (asking: Asking) => void;
  readonly onMakeGood: () => void;
}) {
  const { mayRespond, mayOperate } = useMe();
  const accelerates = incident.kind === "windows" && incident.schedule !== undefined && mayOperate;
  const taken = incident.state !== "open";
  const hasBad = incident.kind === "windows" && incident.windows.length > 0;
  const refused = incident.windows.findLast((window) => refusedAt(window) !== null);
  const route = incident.route ?? (refused ? refusedAt(refused) : null);
  const where = LOOK_AT[incident.cause ?? incident.kind] ?? "The rung on which it stopped says where to look";
  return (
    <Card>
      <ol>
        <Step
          number={1}
          state={taken ? "done" : "next"}
          action={
            incident.acknowledgedAt !== null ? (
              <span className="text-ink-3">
                <AbsoluteTime at={incident.acknowledgedAt} />, {incident.acknowledgedBy}
              </span>
            ) : mayRespond ? (
              <Button look="primary" onClick={() => onAsk("acknowledge")} className="max-sm:hidden">
                Acknowledge
              </Button>
            ) : null
          }
        >
          Acknowledge
          {taken ? null : <p className="text-ink-2">Everybody sees that somebody is on it</p>}
        </Step>
        <Step
          number={2}
          state={taken ? "next" : "later"}
          action={
            incident.acceleration !== undefined ? (
              <Link href={`/accelerations/${incident.acceleration}`} className="text-accent hover:underline">
                its acceleration
              </Link>
            ) : route !== null ? (
              <Link href={`/boundary/${encodeURIComponent(route)}`} className="text-accent hover:underline">
                {route} and its matrix
              </Link>
            ) : incident.schedule === undefined ? null : (
              <Link href={`/schedules/${incident.schedule}`} className="text-accent hover:underline">
                {incident.schedule}
              </Link>
            )
          }
        >
          Mend it
          <p className="text-ink-2">{where}</p>
        </Step>
        {accelerates ? (
          <Step number={3} state="later" action={<AccelerateButton slug={incident.schedule ?? ""} />}>
            Accelerate {incident.schedule} until its first good run
            <p>{route === null ? "" : "After a green matrix. "}Its own times come back by themselves</p>
          </Step>
        ) : null}
        {hasBad && mayOperate ? (
          <Step
            number={accelerates ? 4 : 3}
            state="later"
            action={
              <Button onClick={onMakeGood} className="max-sm:w-full">
                Make good…
              </Button>
            }
          >
            Make good what was missed
            <p>Run it once, run each window, or excuse what is not needed any more</p>
          </Step>
        ) : null}
        <Step number={3 + Number(accelerates) + Number(hasBad && mayOperate)} state="later">
          {RESOLVED_BY[incident.cause ?? incident.kind] ?? "Resolved by itself with the next good run"}
        </Step>
      </ol>
    </Card>
  );
}
