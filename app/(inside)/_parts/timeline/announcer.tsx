"use client";

import { causeInWords, type MarkName, wordOf } from "#components/marks/look.ts";
import { absoluteInZone } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import type { WindowModel } from "#components/timeline/model.ts";
import type { Selection } from "#components/timeline/stage.ts";

/** Says which window was chosen, to who does not see the picture. */
export function Announcer({
  name,
  window,
  selection,
  mark,
}: {
  readonly name: string;
  readonly window: WindowModel | null;
  readonly selection: Selection | null;
  /** Of a window of which nothing else has come yet. */
  readonly mark: MarkName | null;
}) {
  const { zone } = useZone();
  const known = window?.mark ?? mark;
  const { cause, diagnosis } = window?.told ?? {};
  const why = diagnosis ?? (cause ? causeInWords(cause) : "");
  const words = selection
    ? `${name}${known ? `: ${wordOf(known)}` : ""}. Expected ${absoluteInZone(selection.expectedAt, zone)}. ${why}`
    : "";
  return (
    <p aria-live="polite" className="sr-only">
      {words}
    </p>
  );
}
