"use client";

import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { lengthInWords } from "#components/time/words.ts";
import { useTheme } from "#components/timeline/use-theme.ts";

export interface Line {
  readonly label: string;
  /** A token of the design: `--accent`. */
  readonly color: string;
  readonly dashed?: boolean;
  /** In seconds, one a day; `null`: none. */
  readonly values: readonly (number | null)[];
}

export interface TrendProps {
  readonly title: string;
  /** The same in a sentence, for whoever does not see it. */
  readonly summary: string;
  /** Midnights in UTC, in ms. */
  readonly days: readonly number[];
  readonly lines: readonly Line[];
  readonly height?: number;
}

const DAY_TEXT = new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", day: "numeric", month: "short" });
const dayText = (millis: number): string => DAY_TEXT.format(millis);

const token = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const seconds = (value: number): string =>
  value < 0 ? `−${lengthInWords(-value * 1_000)}` : lengthInWords(value * 1_000);

/** Steps of an axis that a clock knows. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400];

function optionsOf(
  { lines, height }: Required<Pick<TrendProps, "lines" | "height">>,
  width: number,
  onDay: (day: number | null) => void,
): uPlot.Options {
  const [grid, ink] = [token("--line"), token("--ink-3")];
  const font = `11px ${token("--font")}`;
  return {
    ...{ width, height, ms: 1 },
    tzDate: (millis) => uPlot.tzDate(new Date(millis), "Etc/UTC"),
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_, low, high) => [Math.min(0, low), Math.max(high * 1.08, 1)] } },
    axes: [
      {
        ...{ stroke: ink, font, size: 26, space: 90 },
        grid: { show: false },
        ticks: { stroke: grid, width: 1, size: 4 },
        values: (_, splits) => splits.map(dayText),
      },
      {
        ...{ stroke: ink, font, size: 62, space: 34, incrs: STEPS },
        grid: { stroke: grid, width: 1 },
        ticks: { show: false },
        values: (_, splits) => splits.map((value) => (value === 0 ? "0" : seconds(value))),
      },
    ],
    series: [
      {},
      ...lines.map(({ label, color, dashed }) => ({
        ...{ label, stroke: token(color), width: 1.5, spanGaps: false },
        ...(dashed ? { dash: [3, 3] } : {}),
        points: { size: 4, fill: token(color) },
      })),
    ],
    hooks: { setCursor: [(plot) => onDay(plot.cursor.idx ?? null)] },
  };
}

/** One value a day, as lines; the day below the pointer in words; and all of it as a table. */
export function Trend({ title, summary, days, lines, height = 150 }: TrendProps) {
  const frame = useRef<HTMLDivElement>(null);
  const [day, setDay] = useState<number | null>(null);
  const theme = useTheme();
  const some = lines.some(({ values }) => values.some((value) => value !== null));
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const element = frame.current;
    if (!element || !some) return;
    const data = [days, ...lines.map(({ values }) => values)] as unknown as uPlot.AlignedData;
    const plot = new uPlot(optionsOf({ lines, height }, element.clientWidth, setDay), data, element);
    const size = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    size.observe(element);
    return () => {
      size.disconnect();
      plot.destroy();
    };
  }, [days, lines, height, theme, some]);
  const newest = days.findLastIndex((_, i) => lines.some(({ values }) => values[i] !== null));
  const shown = day ?? newest;
  return (
    <figure className="min-w-0">
      <figcaption className="mb-1 flex min-h-[20px] flex-wrap items-baseline gap-x-3">
        <b className="font-[570]">{title}</b>
        {some ? (
          <span className="ml-auto text-s text-ink-2">
            {days[shown] === undefined ? "" : dayText(days[shown] ?? 0)}
            {lines.map(({ label, color, values }) => {
              const value = values[shown];
              return (
                <span key={label} className="ml-3 whitespace-nowrap">
                  <i
                    className="mr-1.5 inline-block h-[3px] w-3 rounded-full align-middle"
                    style={{ background: `var(${color})` }}
                  />
                  {label} {value === null || value === undefined ? "none" : seconds(value)}
                </span>
              );
            })}
          </span>
        ) : null}
      </figcaption>
      {some ? (
        <>
          <div
            ref={frame}
            role="img"
            aria-label={`${title}. ${summary}`}
            style={{ height }}
            onPointerLeave={() => setDay(null)}
          />
          <details>
            <summary className="w-fit text-s text-ink-3 hover:text-ink">As a table</summary>
            <div className="mt-1 max-h-[240px] overflow-auto">
              <table className="w-full border-collapse text-s">
                <caption className="sr-only">{title}</caption>
                <thead>
                  <tr className="text-left text-ink-3">
                    <th scope="col" className="py-1 font-medium">
                      Day
                    </th>
                    {lines.map(({ label }) => (
                      <th key={label} scope="col" className="py-1 text-right font-medium">
                        {label}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {days
                    .map((at, i) => ({ at, values: lines.map(({ values }) => values[i] ?? null) }))
                    .filter(({ values }) => values.some((value) => value !== null))
                    .reverse()
                    .map(({ at, values }) => (
                      <tr key={at} className="border-t border-line">
                        <td className="py-1">{dayText(at)}</td>
                        {values.map((value, i) => (
                          <td key={lines[i]?.label} className="py-1 text-right text-ink-2">
                            {value === null ? "" : seconds(value)}
                          </td>
                        ))}
                      </tr>
                    ))}
                </tbody>
              </table>
            </div>
          </details>
        </>
      ) : (
        <p className="text-ink-2">{summary}</p>
      )}
    </figure>
  );
}
