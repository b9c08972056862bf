"use client";

import type { Acceleration } from "#components/api/accelerations.ts";
import { useRevert } from "#components/api/use-accelerations.ts";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";
import { standingOf } from "./stages.ts";

/** What an operator does with one that is under way: put the original back now, or choose where somebody else changed it. */
export function EndButtons({
  acceleration,
  primary = false,
}: {
  readonly acceleration: Acceleration;
  readonly primary?: boolean;
}) {
  const { mayOperate } = useMe();
  const revert = useRevert();
  if (!mayOperate) return null;
  const { id, schedule } = acceleration;
  const standing = standingOf(acceleration);
  if (standing === "drifted") {
    return (
      <>
        <Button
          look={primary ? "primary" : "plain"}
          busy={revert.isPending}
          onClick={() => revert.mutate({ id, schedule, drift: "put_back" })}
        >
          Put the original back
        </Button>
        <Button busy={revert.isPending} onClick={() => revert.mutate({ id, schedule, drift: "keep_theirs" })}>
          Keep theirs
        </Button>
      </>
    );
  }
  if (standing === "ended" || standing === "kept" || standing === "reverting") return null;
  return (
    <Button
      look={primary ? "primary" : "plain"}
      busy={revert.isPending}
      onClick={() => revert.mutate({ id, schedule })}
      aria-label={`${standing === "revert_failing" ? "Try again now" : "Revert now"}: ${schedule}`}
    >
      {standing === "revert_failing" ? "Try again now" : "Revert now"}
    </Button>
  );
}
