"use client";

import type { ReactNode } from "react";
import type { IncidentInFull } from "#components/api/shapes.ts";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Icon } from "#components/ui/icon.tsx";
import { Card } from "#components/ui/page.tsx";

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
}: {
  readonly number: number;
  readonly state: State;
  readonly children: ReactNode;
}) {
  return (
    <li className="flex items-center gap-[10px] border-b border-line px-[14px] py-[9px] last:border-0">
      <span
        className={`grid size-5 flex-none place-items-center rounded-full text-[11px] font-semibold ${LOOK[state]}`}
      >
        {state === "done" ? <Icon name="check" className="size-3" /> : number}
      </span>
      <div className={`flex flex-1 flex-wrap gap-x-3 ${state === "later" ? "text-ink-2" : ""}`}>{children}</div>
    </li>
  );
}

/** What is left to do. */
export function WayOut({ incident }: { readonly incident: IncidentInFull }) {
  const taken = incident.state !== "open";
  return (
    <Card>
      <ol>
        <Step number={1} state={taken ? "done" : "next"}>
          Acknowledge
          {incident.acknowledgedAt === null ? null : (
            <span className="ml-auto text-ink-3">
              <AbsoluteTime at={incident.acknowledgedAt} />, {incident.acknowledgedBy}
            </span>
          )}
        </Step>
        <Step number={2} state={taken ? "next" : "later"}>
          Mend it: the rung on which it stopped says where to look
        </Step>
        <Step number={3} state="later">
          {incident.cause === "rejected"
            ? "Resolved when the scheduler itself is admitted again"
            : "Resolved by itself with the next good run"}
        </Step>
      </ol>
    </Card>
  );
}
