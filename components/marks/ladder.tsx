"use client";

import type { ListedWindow } from "#components/api/shapes.ts";
import { Glyph } from "./glyph.tsx";
import { TONE_SOFT, TONE_TEXT, toneOf } from "./look.ts";
import { AbsoluteTime } from "./relative-time.tsx";
import { type RungShown, rungsOf } from "./rungs.ts";

const wordsClass = ({ stopped, faint, mark }: RungShown): string =>
  stopped ? `font-[550] ${TONE_TEXT[toneOf(mark)]}` : faint ? "text-ink-3" : "";

/** The four rungs of a window, one below the other. */
export function Ladder({ window }: { readonly window: ListedWindow }) {
  return (
    <ol className="grid gap-1.5" aria-label="How far it came">
      {rungsOf(window).map((rung) => (
        <li key={rung.rung} className="grid grid-cols-[14px_1fr_auto] items-center gap-[9px]">
          <Glyph name={rung.mark} />
          <span className={wordsClass(rung)}>
            <span className="sr-only">{rung.name}: </span>
            {rung.words}
          </span>
          {rung.at === null ? <span /> : <AbsoluteTime at={rung.at} className="text-ink-3" />}
        </li>
      ))}
    </ol>
  );
}

/** The same beside each other, for a page. */
export function WideLadder({ window }: { readonly window: ListedWindow }) {
  return (
    <ol className="grid grid-cols-4 max-[900px]:grid-cols-1" aria-label="How far it came">
      {rungsOf(window).map((rung) => (
        <li
          key={rung.rung}
          className={`border-r border-line px-4 py-[14px] first:rounded-l-[8px] last:rounded-r-[8px] last:border-0 max-[900px]:border-r-0 max-[900px]:border-b ${rung.stopped ? TONE_SOFT[toneOf(rung.mark)] : ""}`}
        >
          <div
            className={`mb-1 flex items-center gap-2 font-[570] ${rung.stopped ? TONE_TEXT[toneOf(rung.mark)] : ""}`}
          >
            <Glyph name={rung.mark} />
            {rung.name}
          </div>
          <div className={rung.faint ? "text-ink-3" : rung.stopped ? "" : "text-ink-2"}>
            {rung.words}
            {rung.at === null ? null : (
              <>
                {" at "}
                <AbsoluteTime at={rung.at} />
              </>
            )}
          </div>
        </li>
      ))}
    </ol>
  );
}
