"use client";

import type { IncidentInFull } from "#components/api/shapes.ts";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";

const windows = (count: number): string => (count === 1 ? "1 window" : `${count} windows`);

/** How far making its windows good has come, and why it stopped; nothing where nobody makes them good. */
export function MakingGood({
  incident: { makingGood },
  onGoOn,
}: {
  readonly incident: IncidentInFull;
  readonly onGoOn: () => void;
}) {
  const { mayOperate } = useMe();
  if (makingGood === null) return null;
  const { fired, left, perMinute, stoppedBecause } = makingGood;
  if (stoppedBecause === null) {
    return (
      <p role="status" className="mt-3 rounded-m bg-running-soft px-3 py-2 text-running">
        Its windows are being made good, {perMinute} a minute at most: {fired} of {fired + left} fired.
      </p>
    );
  }
  return (
    <div role="alert" className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 rounded-m bg-rejected-soft px-3 py-2">
      <p className="min-w-[200px] flex-1 [overflow-wrap:anywhere]">
        <b className="font-semibold text-rejected">
          Making good stopped after {fired} of {fired + left}.
        </b>{" "}
        {stoppedBecause} {windows(left)} {left === 1 ? "is" : "are"} left.
      </p>
      {mayOperate ? <Button onClick={onGoOn}>Go on…</Button> : null}
    </div>
  );
}
