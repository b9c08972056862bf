"use client";

import { Glyph } from "#components/marks/glyph.tsx";
import { Ladder } from "#components/marks/ladder.tsx";
import { causeInWords, wordOf } from "#components/marks/look.ts";
import { clockInZone } from "#components/time/words.ts";
import { useZone } from "#components/time/zone.tsx";
import type { Pointed } from "#components/timeline/lane-canvas.tsx";
import type { BucketModel, WindowModel } from "#components/timeline/model.ts";
import { ROW } from "#components/timeline/paint.ts";
import { countsInWords } from "./lane-list.tsx";

const WIDTH = 330;

function OfWindow({ window }: { readonly window: WindowModel }) {
  const { zone } = useZone();
  const short = window.dueBy - window.opensAt < 300_000;
  const clock = (at: number) => clockInZone(at, zone, { seconds: short });
  const { cause, diagnosis, incidentId } = window.told;
  return (
    <>
      <div className="mb-2.5 flex items-center gap-2">
        <Glyph name={window.mark} />
        <b className="font-semibold">{wordOf(window.mark)}</b>
        <span className="ml-auto text-ink-3">
          {clock(window.expectedAt)}–{clock(window.dueBy)}
        </span>
      </div>
      <Ladder window={window.told} />
      {diagnosis !== undefined || cause !== undefined ? (
        <p className="mt-2 text-ink-2">{diagnosis ?? (cause ? causeInWords(cause) : "")}</p>
      ) : null}
      <p className="mt-2 flex items-center gap-2 text-ink-3">
        Click for more
        {incidentId === undefined ? null : <span className="ml-auto text-accent">Part of an incident</span>}
      </p>
    </>
  );
}

function OfBucket({ bucket }: { readonly bucket: BucketModel }) {
  const { zone } = useZone();
  const { upcoming: _, ...counts } = bucket.counts;
  return (
    <>
      <div className="flex items-center gap-2">
        <Glyph name={bucket.worst} />
        <b className="font-semibold">
          {clockInZone(bucket.from, zone, { seconds: true })}–{clockInZone(bucket.to, zone, { seconds: true })}
        </b>
      </div>
      <p className="mt-2 text-ink-2">{countsInWords(counts)}</p>
      <p className="mt-2 text-ink-3">Choose a shorter span to see each window.</p>
    </>
  );
}

/** What a mark says, beside the pointer. */
export function HoverCard({
  pointed,
  width,
  lanes,
}: {
  readonly pointed: Pointed;
  readonly width: number;
  readonly lanes: number;
}) {
  const { hit, index } = pointed;
  const left = Math.max(4, Math.min(hit.x + 10, width - WIDTH - 8));
  // In the lower half it opens upwards, so that it stays on the page.
  const below = index < Math.max(6, lanes / 2);
  const place = below ? { top: (index + 1) * ROW + 2 } : { bottom: (lanes - index) * ROW + 2 };
  return (
    <div
      className="pointer-events-none absolute z-20 rounded-[8px] border border-line bg-surface px-[14px] py-3 shadow-float max-sm:hidden"
      style={{ left, width: WIDTH, ...place }}
    >
      {hit.kind === "window" ? <OfWindow window={hit.window} /> : <OfBucket bucket={hit.bucket} />}
    </div>
  );
}
