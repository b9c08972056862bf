import type { Acceleration } from "#components/api/accelerations.ts";
import { RelativeTime } from "#components/marks/relative-time.tsx";
import { Ticked } from "#components/marks/ticked.tsx";
import { CopyLine } from "#components/ui/copy.tsx";
import { specInShort, standingOf } from "./stages.ts";

/** What is left to a person: a revert that fails, with what to do by hand, or a schedule that somebody else changed. */
export function Trouble({ acceleration }: { readonly acceleration: Acceleration }) {
  const standing = standingOf(acceleration);
  if (standing !== "revert_failing" && standing !== "drifted") return null;
  const failed = acceleration.steps.findLast(({ ok }) => !ok);
  const original = acceleration.originalNative ?? specInShort(acceleration.originalSpec);
  const { failures, nextTryAt, theirsNative } = acceleration;
  return (
    <div role="alert" className="grid gap-2 rounded-[8px] border border-bad bg-bad-soft px-[14px] py-3">
      <b className="font-semibold text-bad">
        {standing === "drifted"
          ? "Somebody else has changed it meanwhile: nothing is overwritten"
          : "The original could not be put back yet"}
      </b>
      {failed ? (
        <p>
          <Ticked text={failed.detail.replace(/^Try \d+: /, "")} />
        </p>
      ) : null}
      {standing === "drifted" ? (
        <p className="text-ink-2">Choose: the original is put back over theirs, or theirs stands.</p>
      ) : (
        <p className="text-ink-2">
          It was tried {failures === 1 ? "once" : `${failures} times`}, and is tried without end
          {nextTryAt === null ? null : (
            <>
              ; the next try is <RelativeTime at={nextTryAt} />
            </>
          )}
          . Whoever can reach the scheduler may do it by hand.
        </p>
      )}
      {theirsNative === null || standing !== "drifted" ? null : (
        <CopyLine text={theirsNative} label="What stands there now" />
      )}
      <CopyLine text={original} label={standing === "drifted" ? "The original" : "Put back"} />
    </div>
  );
}
