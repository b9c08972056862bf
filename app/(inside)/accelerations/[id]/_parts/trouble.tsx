import { specInShort, standingOf } from "#components/accelerations/stages.ts";
import { Ticked } from "#components/accelerations/steps.tsx";
import type { Acceleration } from "#components/api/accelerations.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { CopyLine } from "#components/ui/copy.tsx";

/** What is left to a person: a revert that fails, with what to do by hand, or a schedule that somebody else changed. */
export function Trouble({ acceleration }: { readonly acceleration: Acceleration }) {
  const standing = standingOf(acceleration);
  if (standing !== "revert_failing" && standing !== "drifted") return null;
  const failed = acceleration.steps.findLast(({ ok }) => !ok);
  const original = acceleration.originalNative ?? specInShort(acceleration.originalSpec);
  const { failures, nextTryAt, theirsNative } = acceleration;
  return (
    <div role="alert" className="mt-3 grid gap-2 rounded-[8px] border border-bad bg-bad-soft px-[14px] py-3">
      <b className="font-semibold text-bad">
        {standing === "drifted"
          ? "Somebody else has changed it meanwhile: nothing is overwritten"
          : "The original could not be put back yet"}
      </b>
      {failed ? (
        <p>
          <Ticked text={failed.detail} />
        </p>
      ) : null}
      <p className="text-ink-2">
        {standing === "drifted"
          ? "Choose above: the original is put back over theirs, or theirs stands."
          : `It was tried ${failures === 1 ? "once" : `${failures} times`}, and is tried without end. Whoever can reach the scheduler may do it by hand:`}
        {nextTryAt === null ? null : (
          <>
            {" "}
            The next try is <RelativeTime at={nextTryAt} />.
          </>
        )}
      </p>
      {theirsNative === null || standing !== "drifted" ? null : (
        <CopyLine text={theirsNative} label="What stands there now" />
      )}
      <CopyLine text={original} label={standing === "drifted" ? "The original" : "Put back by hand"} />
    </div>
  );
}
