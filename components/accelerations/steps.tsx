"use client";

import type { AccelerationStep } from "#components/api/accelerations.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Ticked } from "#components/marks/ticked.tsx";
import { Card } from "#components/ui/page.tsx";

const WORDS: Readonly<Record<string, string>> = {
  requested: "Asked for",
  original_stored: "The original is kept",
  applying: "Being applied",
  apply_failed: "Could not be applied",
  applied: "Applied and read back",
  confirmed: "Confirmed",
  expired: "Expired",
  cancelled: "Ended by a person",
  failed: "Failed",
  reverting: "Being put back",
  run_failed: "A run failed",
  revert_failed: "Could not be put back",
  reverted: "Put back and read back",
  drifted: "Drifted",
  put_back: "The original is to come back",
  keep_theirs: "Theirs is kept",
};

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Everything that was done, in the order in which it was, the newest last. */
export function Steps({ steps }: { readonly steps: readonly AccelerationStep[] }) {
  return (
    <Card label="Steps">
      <ol className="divide-y divide-line">
        {steps.map(({ at, step, ok, detail }, index) => (
          <li
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added
            key={index}
            className="grid grid-cols-[72px_16px_minmax(0,1fr)] items-start gap-x-3 px-[14px] py-2.5"
          >
            <span className="text-ink-3">
              <AbsoluteTime at={at} />
            </span>
            <Glyph name={ok ? "on_time" : "failed"} className="mt-[3px]" />
            <div className="min-w-0">
              <b className="font-[550]">{WORDS[step] ?? capital(step.replaceAll("_", " "))}</b>
              {ok ? null : <span className="sr-only"> (it did not work)</span>}
              <p className="text-ink-2 [overflow-wrap:anywhere]">
                <Ticked text={detail} />
              </p>
            </div>
          </li>
        ))}
      </ol>
    </Card>
  );
}
