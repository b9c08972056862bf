"use client";

import { histogram } from "#components/charts/histogram.ts";
import { lengthText } from "#components/time/length.ts";
import { lengthInWords } from "#components/time/words.ts";
import { Card } from "#components/ui/page.tsx";

const BARS = 20;
const HEIGHT = 52;

/** How late first runs began, with the grace drawn in: where it cuts, one sees what it costs. */
export function Lateness({
  latenessSeconds,
  graceSeconds,
}: {
  readonly latenessSeconds: readonly number[];
  readonly graceSeconds: number;
}) {
  if (latenessSeconds.length === 0) {
    return <Card className="px-[14px] py-3 text-ink-2">No run came in this time.</Card>;
  }
  const { bars, to, median } = histogram(latenessSeconds, { graceSeconds, bars: BARS });
  const most = Math.max(...bars.map(({ count }) => count));
  const beyond = latenessSeconds.filter((seconds) => seconds > graceSeconds).length;
  const words = `Of ${latenessSeconds.length} starts half came within ${lengthInWords(Math.max(0, median) * 1_000)}, the latest after ${lengthInWords(Math.max(0, latenessSeconds.at(-1) ?? 0) * 1_000)}. ${beyond} came after more than ${lengthText(graceSeconds)}.`;
  const grace = Math.min(1, graceSeconds / to);
  return (
    <Card className="px-[14px] pt-3 pb-2">
      <div role="img" aria-label={words} className="relative flex items-end gap-[2px]" style={{ height: HEIGHT }}>
        {bars.map(({ from, count, late }) => (
          <i
            key={from}
            className={`flex-1 rounded-t-[1px] ${late ? "bg-late-fill" : "bg-ok-fill opacity-60"}`}
            style={{ height: count === 0 ? 0 : Math.max(2, (count / most) * HEIGHT) }}
          />
        ))}
        <span
          className="absolute -top-1 bottom-0 border-l-[1.5px] border-dashed border-accent"
          style={{ left: `${grace * 100}%` }}
        />
      </div>
      <div className="mt-1 flex justify-between gap-2 text-[11.5px] text-ink-3">
        <span>on the dot</span>
        <span>median {lengthInWords(Math.max(0, median) * 1_000)}</span>
        <span className="text-accent">grace {lengthText(graceSeconds)}</span>
      </div>
    </Card>
  );
}
