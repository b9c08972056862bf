"use client";

import type { UseFormReturn } from "react-hook-form";
import type { Warning } from "#components/api/shapes.ts";
import type { FormValues } from "#components/forms/schedule-values.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { lengthText } from "#components/time/length.ts";
import { Button } from "#components/ui/button.tsx";

const touched = { shouldDirty: true, shouldValidate: true } as const;

/** What helps, by one press each. */
function mendsOf(warning: Warning, form: UseFormReturn<FormValues>) {
  const { proposedGraceSeconds: grace, proposedSpec: spec, proposedTimezone: zone } = warning;
  const mends: { readonly words: string; readonly mend: () => void }[] = [];
  const setGrace = (seconds: number) => form.setValue("grace", lengthText(seconds), touched);
  // A platform's promise that is longer than the gap is held by no grace: only together with another spec.
  if (grace !== undefined && warning.code !== "promise_exceeds_gap") {
    mends.push({ words: `Make the grace ${lengthText(grace)}`, mend: () => setGrace(grace) });
  }
  if (spec !== undefined) {
    const every = lengthText(spec.everySeconds);
    mends.push({
      words: spec.kind === "rolling" ? `Expect it at most every ${every}` : `Make it an interval of ${every}`,
      mend: () => {
        form.setValue("kind", spec.kind, touched);
        form.setValue("every", every, touched);
        if (warning.code === "promise_exceeds_gap" && grace !== undefined) setGrace(grace);
      },
    });
  }
  if (zone !== undefined) {
    mends.push({ words: `Make the zone ${zone}`, mend: () => form.setValue("timezone", zone, touched) });
  }
  return mends;
}

export function Warned({ warning, form }: { readonly warning: Warning; readonly form: UseFormReturn<FormValues> }) {
  const mends = mendsOf(warning, form);
  return (
    <li className="flex items-start gap-[10px] rounded-m border border-l-[3px] border-line border-l-late-fill bg-surface px-3 py-[9px]">
      <Glyph name="late" className="mt-[3px]" />
      <div className="min-w-0 flex-1">
        <p className="[overflow-wrap:anywhere]">{warning.message}</p>
        {mends.length === 0 ? null : (
          <p className="mt-2 flex flex-wrap gap-2">
            {mends.map(({ words, mend }) => (
              <Button key={words} onClick={mend}>
                {words}
              </Button>
            ))}
          </p>
        )}
      </div>
    </li>
  );
}
