"use client";

import { PRESETS, rangeInWords, rangeLength, rangeOf, seenAt } from "#components/timeline/range.ts";
import { useSettled } from "#components/timeline/use-viewport.ts";
import type { Viewport } from "#components/timeline/viewport.ts";
import { type Change, changed } from "#components/ui/address.ts";
import { ChoiceOfLinks } from "#components/ui/choice.tsx";
import { Icon } from "#components/ui/icon.tsx";

const ROUND =
  "inline-flex h-[30px] min-w-[30px] items-center justify-center gap-1.5 rounded-m border border-line bg-surface px-2 text-ink-2 hover:bg-hover hover:text-ink max-sm:h-10";

/** One step of the keys and buttons: a third nearer, or as much further. */
export const ZOOM_STEP = 2 / 3;

/** How much time is seen: presets, nearer and further, and the way back to the present. */
export function RangeBar({
  viewport,
  search,
  go,
  reached,
}: {
  readonly viewport: Viewport;
  readonly search: string;
  readonly go: (change: Change) => void;
  /** Whether the last question was answered. */
  readonly reached: boolean;
}) {
  const settled = useSettled(viewport);
  const range = rangeOf(settled.to - settled.from);
  const back = () => {
    const kept = rangeLength(range) === null ? "6h" : range;
    viewport.show(seenAt(kept, viewport.now), { follow: true });
  };
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:gap-1">
      <ChoiceOfLinks
        label="Span of time"
        chosen={range}
        options={(PRESETS as readonly string[]).map((value) => ({ value, label: rangeInWords(value) }))}
        hrefOf={(value) => `/${changed(search, { range: value, from: null, to: null })}`}
        onChoose={(value) => go({ range: value, from: null, to: null })}
      />
      <div className="inline-flex gap-1 max-sm:hidden">
        <button
          type="button"
          className={ROUND}
          aria-label="Look further away"
          onClick={() => viewport.zoomBy(1 / ZOOM_STEP)}
        >
          <Icon name="minus" className="size-3.5" />
        </button>
        <button type="button" className={ROUND} aria-label="Look nearer" onClick={() => viewport.zoomBy(ZOOM_STEP)}>
          <Icon name="plus" className="size-3.5" />
        </button>
      </div>
      {/* Both words have one place, so that nothing moves when the one becomes the other. */}
      <span className="inline-grid min-w-[78px]">
        {settled.follow ? (
          <span className="inline-flex h-[30px] items-center gap-1.5 px-2 text-ink-2">
            <span className={`size-2 rounded-full ${reached ? "bg-ok" : "bg-late-fill"}`} />
            {reached ? "Live" : "Not live"}
          </span>
        ) : (
          <button
            type="button"
            onClick={back}
            className={`${ROUND} font-medium`}
            title="Back to the present, and on with it"
          >
            <span className="size-2 rounded-full border border-ink-3" />
            Follow
          </button>
        )}
      </span>
    </div>
  );
}
