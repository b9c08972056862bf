"use client";

import { wordsOf } from "#components/api/client.ts";
import type { Preview, Schedule } from "#components/api/shapes.ts";
import type { FormValues } from "#components/forms/schedule-values.ts";
import { readLength } from "#components/time/length.ts";
import { Notice } from "#components/ui/notice.tsx";
import { Card, Section } from "#components/ui/page.tsx";
import { BacktestStrip } from "./backtest-strip.tsx";
import { Lateness } from "./lateness.tsx";
import { NextTimes } from "./preview.tsx";
import { useBacktest } from "./use-backtest.ts";

/** What follows from what is typed: the next times, and what the runs that came would have been called. */
export function Foresight({
  values,
  before,
  preview,
  lookBack,
}: {
  readonly values: FormValues;
  readonly before: Schedule | null;
  readonly preview: Preview | null;
  readonly lookBack: number | null;
}) {
  const { backtest, problem, stale } = useBacktest(values, { before, preview, lookBack });
  const grace = readLength(values.grace);
  return (
    <div className="min-w-0">
      <Section title="Next ten times" className="">
        <NextTimes preview={preview} timezone={values.timezone} />
      </Section>
      {before === null ? null : (
        <Section title="What its runs would have been called">
          {problem ? (
            <Notice look="bad">{wordsOf(problem)}</Notice>
          ) : backtest ? (
            <BacktestStrip backtest={backtest} version={before.version} timezone={values.timezone} stale={stale} />
          ) : (
            <Card className="h-[132px] px-[14px] py-3 text-ink-2">
              {preview === null ? "This stands here as soon as it is known when it is expected." : "Judging …"}
            </Card>
          )}
        </Section>
      )}
      {backtest && grace !== null && values.kind !== "rolling" ? (
        <Section title="How late its runs start">
          <Lateness latenessSeconds={backtest.latenessSeconds} graceSeconds={grace} />
        </Section>
      ) : null}
    </div>
  );
}
