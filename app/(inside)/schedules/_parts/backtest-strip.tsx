"use client";

import { useState } from "react";
import type { Backtest, Compared } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { MARKS, shortWordOf } from "#components/marks/look.ts";
import { useNow } from "#components/time/now.ts";
import { lengthInWords, momentInZone } from "#components/time/words.ts";
import { Card } from "#components/ui/page.tsx";
import { VERDICTS, type Verdict } from "#lib/verdicts/verdict.ts";
import { VerdictMark } from "./verdict-mark.tsx";

/** Marks of this many windows stand wide; of more, narrow. */
const WIDE = 90;
const MOST = 320;
const LISTED = 20;

const wordOf = (verdict: Verdict | null): string => (verdict === null ? "not expected" : shortWordOf(verdict));

/** The verdicts under both, what is wrong first. */
function Counts({ backtest, version }: { readonly backtest: Backtest; readonly version: number }) {
  const { present, given } = backtest;
  const shown = MARKS.filter((mark): mark is Verdict => VERDICTS.includes(mark as Verdict)).filter(
    (verdict) => (present[verdict] ?? 0) > 0 || (given[verdict] ?? 0) > 0,
  );
  const head = "pb-1 text-right text-s font-medium text-ink-3";
  return (
    <table className="w-full border-collapse">
      <caption className="sr-only">Verdicts under version {version} and under what is typed</caption>
      <thead>
        <tr>
          <th scope="col" className="sr-only">
            Verdict
          </th>
          <th scope="col" className={head}>
            Version {version}
          </th>
          <th scope="col" className={head}>
            As typed
          </th>
        </tr>
      </thead>
      <tbody>
        {shown.map((verdict) => {
          const [was, would] = [present[verdict] ?? 0, given[verdict] ?? 0];
          return (
            <tr key={verdict}>
              <th scope="row" className="py-[3px] text-left font-normal">
                <span className="inline-flex items-center gap-2">
                  <Glyph name={verdict} />
                  {shortWordOf(verdict)}
                </span>
              </th>
              <td className="text-right text-ink-2">{was}</td>
              <td className={`text-right ${was === would ? "text-ink-2" : "font-semibold text-ink"}`}>{would}</td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

/** The windows that differ, one by one: the same as the lit marks, in words. */
function Differing({ backtest, timezone }: { readonly backtest: Backtest; readonly timezone: string }) {
  const now = useNow();
  const newest = backtest.windows.slice(-LISTED).reverse();
  return (
    <details className="mt-3">
      <summary className="text-accent hover:underline">
        {backtest.differences === 1 ? "The one that differs" : `The ${backtest.differences} that differ`}
      </summary>
      <ul className="mt-1.5 grid gap-1">
        {newest.map(({ expectedAt, present, given }) => (
          <li key={expectedAt} className="flex flex-wrap gap-x-2">
            <time dateTime={expectedAt} className="text-ink-2">
              {momentInZone(Date.parse(expectedAt), timezone, now)}
            </time>
            <span>
              {wordOf(present)} → {wordOf(given)}
            </span>
          </li>
        ))}
        {backtest.differences > newest.length ? (
          <li className="text-ink-3">and {backtest.differences - newest.length} older ones</li>
        ) : null}
      </ul>
    </details>
  );
}

function Column({
  window,
  wide,
  timezone,
  now,
}: {
  readonly window: Compared;
  readonly wide: boolean;
  readonly timezone: string;
  readonly now: number;
}) {
  const { expectedAt, present, given } = window;
  const differs = present !== given;
  const words = differs ? `${wordOf(present)} → ${wordOf(given)}` : wordOf(given);
  return (
    <span
      title={`${momentInZone(Date.parse(expectedAt), timezone, now)}: ${words}`}
      className={`grid gap-[2px] rounded-[3px] ${wide ? "w-[15px]" : "w-[7px]"} ${differs ? "bg-accent-soft shadow-[0_0_0_2px_var(--accent)]" : "opacity-70"}`}
    >
      <VerdictMark verdict={present} className={wide ? "h-[10px]" : "h-[7px]"} />
      <VerdictMark verdict={given} className={wide ? "h-[20px]" : "h-[14px]"} />
    </span>
  );
}

/** What the runs that came are called now, above, and what they would be called, below. */
export function BacktestStrip({
  backtest,
  version,
  timezone,
  stale,
}: {
  readonly backtest: Backtest;
  readonly version: number;
  readonly timezone: string;
  /** Another is under way: this is the one before it. */
  readonly stale: boolean;
}) {
  const [drawnAt] = useState(() => Date.parse(backtest.to));
  const shown = backtest.newest.slice(-MOST);
  const wide = shown.length <= WIDE;
  const span = lengthInWords(Date.parse(backtest.to) - Date.parse(backtest.from));
  if (shown.length === 0) {
    return (
      <Card className="px-[14px] py-3 text-ink-2">
        Nothing was expected in the last {span}: there is nothing to compare with yet.
      </Card>
    );
  }
  const told =
    backtest.differences === 0
      ? "No window would be called otherwise."
      : `${backtest.differences} ${backtest.differences === 1 ? "window" : "windows"} would be called otherwise.`;
  return (
    <Card className="px-[14px] py-3">
      <p className="mb-2 text-s text-ink-3">
        The last {span}
        {shown.length < backtest.newest.length || backtest.newest.length === 400 ? `, the newest ${shown.length}` : ""}.
        Above as it is, below as typed.
      </p>
      <div
        role="img"
        aria-label={`${shown.length} windows of the last ${span}. ${told}`}
        aria-busy={stale}
        className={`flex flex-wrap ${wide ? "gap-[5px]" : "gap-[3px]"}`}
      >
        {shown.map((window) => (
          <Column key={window.expectedAt} window={window} wide={wide} timezone={timezone} now={drawnAt} />
        ))}
      </div>
      <p className="mt-3 mb-2" aria-live="polite">
        {told}
      </p>
      <Counts backtest={backtest} version={version} />
      {backtest.differences > 0 ? <Differing backtest={backtest} timezone={timezone} /> : null}
    </Card>
  );
}
