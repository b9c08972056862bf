"use client";

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api, wordsOf } from "#components/api/client.ts";
import type { Schedule, Statistics as Shape } from "#components/api/shapes.ts";
import { Trend } from "#components/charts/trend.tsx";
import { Glyph } from "#components/marks/glyph.tsx";
import { MARKS, shortWordOf } from "#components/marks/look.ts";
import { lengthInWords } from "#components/time/words.ts";
import { Notice } from "#components/ui/notice.tsx";
import { Card, Section, Waiting } from "#components/ui/page.tsx";
import { VERDICTS, type Verdict } from "#lib/verdicts/verdict.ts";
import { KEYS } from "#lib/views/keys.ts";

const SPANS = ["24h", "7d", "30d", "90d"] as const;
const WORDS = { "24h": "24 hours", "7d": "7 days", "30d": "30 days", "90d": "90 days" } as const;

const verdicts = MARKS.filter((mark): mark is Verdict => VERDICTS.includes(mark as Verdict));

/** How often which verdict, by span. */
function Counts({ counts }: Pick<Shape, "counts">) {
  const shown = verdicts.filter((verdict) => SPANS.some((span) => (counts[span][verdict] ?? 0) > 0));
  if (shown.length === 0) return <Notice>No window has been due in the last 90 days.</Notice>;
  return (
    <Card>
      <table className="w-full border-collapse">
        <caption className="sr-only">Verdicts of the last days</caption>
        <thead>
          <tr className="text-s text-ink-3">
            <th scope="col" className="px-[14px] py-2 text-left font-medium">
              Windows of the last
            </th>
            {SPANS.map((span) => (
              <th key={span} scope="col" className="px-[14px] py-2 text-right font-medium">
                {WORDS[span]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((verdict) => (
            <tr key={verdict} className="border-t border-line">
              <th scope="row" className="px-[14px] py-[5px] text-left font-normal">
                <span className="inline-flex items-center gap-2">
                  <Glyph name={verdict} />
                  {shortWordOf(verdict)}
                </span>
              </th>
              {SPANS.map((span) => {
                const count = counts[span][verdict] ?? 0;
                return (
                  <td key={span} className={`px-[14px] py-[5px] text-right ${count === 0 ? "text-ink-3" : ""}`}>
                    {count.toLocaleString("en")}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}

type Of = "durationSeconds" | "latenessSeconds";

function useLines(days: Shape["days"] | undefined, of: Of) {
  return useMemo(() => {
    const values = (pick: "p50" | "p95" | "max") => (days ?? []).map((day) => day[of]?.[pick] ?? null);
    return [
      { label: "half within", color: "--accent", values: values("p50") },
      { label: "95% within", color: "--late-fill", values: values("p95") },
      {
        label: of === "durationSeconds" ? "longest" : "latest",
        color: "--idle-fill",
        dashed: true,
        values: values("max"),
      },
    ];
  }, [days, of]);
}

function summaryOf(days: Shape["days"], of: Of, none: string): string {
  const some = days.flatMap((day) => day[of] ?? []);
  if (some.length === 0) return none;
  const medians = some.map(({ p50 }) => p50).sort((a, b) => a - b);
  const words = (value: number) =>
    value < 0 ? `${lengthInWords(-value * 1_000)} early` : lengthInWords(value * 1_000);
  const middle = medians[Math.floor((medians.length - 1) / 2)] ?? 0;
  return `On ${some.length} days of the last 90: on a middling day half within ${words(middle)}, at worst ${words(Math.max(...some.map(({ max }) => max)))}.`;
}

/** How it has been doing for 90 days. */
export function Statistics({ schedule }: { readonly schedule: Schedule }) {
  const { slug, spec } = schedule;
  const asked = useQuery({
    queryKey: KEYS.windows(slug, "statistics"),
    queryFn: ({ signal }) => api<Shape>(`/schedules/${slug}/statistics`, { signal }),
    // By day: what the last minute brought is seen in the windows.
    staleTime: 60_000,
  });
  const days = useMemo(() => (asked.data?.days ?? []).map(({ at }) => Date.parse(at)), [asked.data]);
  const [durations, latenesses] = [
    useLines(asked.data?.days, "durationSeconds"),
    useLines(asked.data?.days, "latenessSeconds"),
  ];
  if (asked.isError) return <Notice look="bad">{wordsOf(asked.error)}</Notice>;
  if (!asked.data) return <Waiting rows={6} />;
  const { counts, days: told, from, latenessFrom } = asked.data;
  const since = Date.parse(latenessFrom) > Date.parse(from) + 86_400_000 ? " Of its newest 20,000 windows." : "";
  return (
    <>
      <Counts counts={counts} />
      <Section title="90 days, by day in UTC">
        <Card className="grid gap-5 px-[14px] py-3">
          <Trend
            title="How long its runs took"
            summary={summaryOf(
              told,
              "durationSeconds",
              "No run has told both its start and its end yet: a check-in at /start makes this known.",
            )}
            days={days}
            lines={durations}
          />
          {spec.kind === "rolling" ? null : (
            <Trend
              title="How late they began"
              summary={`${summaryOf(told, "latenessSeconds", "No run has come yet.")}${since}`}
              days={days}
              lines={latenesses}
            />
          )}
        </Card>
      </Section>
    </>
  );
}
