"use client";

import { useQuery } from "@tanstack/react-query";
import type { DecisionCounts } from "#components/api/boundary.ts";
import { api, queryString, wordsOf } from "#components/api/client.ts";
import { useRefetchInterval } from "#components/api/live.ts";
import { Bars } from "#components/boundary/bars.tsx";
import { barsOf, reasonsOf, totalsOf } from "#components/boundary/counts.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { serverNow } from "#components/time/server-clock.ts";
import { useAddress } from "#components/ui/address.ts";
import { Choice } from "#components/ui/choice.tsx";
import { Notice } from "#components/ui/notice.tsx";
import { Card, Section } from "#components/ui/page.tsx";
import { reasonInWords } from "#lib/boundary/reason-words.ts";
import { KEYS } from "#lib/views/keys.ts";

const HOUR = 3_600_000;
const SPANS = [
  { value: "24h", label: "24 h", hours: 24, bucketSeconds: 3_600, words: "by hour" },
  { value: "7d", label: "7 d", hours: 168, bucketSeconds: 21_600, words: "by six hours" },
  { value: "30d", label: "30 d", hours: 720, bucketSeconds: 86_400, words: "by day" },
] as const;

/** The most frequent reasons have a shade each; magenta is for refusals alone. */
const SHADES = ["bg-rejected-fill", "bg-rejected-fill/70", "bg-rejected-fill/45", "bg-rejected-fill/30", "bg-rejected-fill/20"]; // biome-ignore format: one line

/** How often it let in and refused, and why, over time. Strangers are told apart. */
export function Reasons({ name }: { readonly name: string }) {
  const { query, go } = useAddress();
  const chosen = SPANS.find(({ value }) => value === query.get("span")) ?? SPANS[0];
  const counted = useQuery({
    queryKey: KEYS.decisionCounts(name, chosen.value),
    queryFn: ({ signal }) => {
      const from = new Date(serverNow() - chosen.hours * HOUR).toISOString();
      const asked = queryString({ route: name, from, bucketSeconds: chosen.bucketSeconds });
      return api<DecisionCounts>(`/boundary/counts${asked}`, { signal });
    },
    refetchInterval: useRefetchInterval(),
  });
  const { data } = counted;
  const { admitted, refused, strangers } = totalsOf(data?.items ?? []);
  const reasons = reasonsOf(data?.items ?? []);
  const names = new Set(reasons.map((one) => one.name));
  const colourOf = (part: string) =>
    part === "admitted"
      ? "bg-ok-fill/60"
      : (SHADES[reasons.findIndex((one) => one.name === part)] ?? "bg-rejected-fill");
  const bars = data
    ? barsOf(data, ["admitted", ...names], ({ via, outcome, reason }) =>
        via !== "scheduler" && via !== "manual"
          ? null
          : outcome === "admitted"
            ? outcome
            : names.has(reason)
              ? reason
              : "others",
      )
    : [];
  return (
    <Section
      title={`Decisions, last ${chosen.label}`}
      className="mt-4"
      actions={
        <Choice
          label="How far back"
          chosen={chosen.value}
          options={SPANS}
          onChoose={(value) => go({ span: value === "24h" ? null : value }, { step: false })}
        />
      }
    >
      {counted.isError ? <Notice look="bad">{wordsOf(counted.error)}</Notice> : null}
      <Card className="px-[14px] py-3">
        <p className="flex flex-wrap items-center gap-x-[18px] gap-y-1" aria-live="polite">
          <span className="inline-flex items-center gap-2">
            <Glyph name="on_time" />
            <span>
              <b className="font-semibold">{admitted}</b> admitted
            </span>
          </span>
          <span className="inline-flex items-center gap-2">
            <Glyph name="rejected" />
            <span>
              <b className="font-semibold">{refused}</b> refused
            </span>
          </span>
          <span className="text-ink-3">{strangers} from strangers</span>
        </p>
        <div className="mt-2">
          <Bars
            bars={bars}
            label={`Decisions ${chosen.words}: ${admitted} admitted, ${refused} refused`}
            colourOf={colourOf}
          />
        </div>
        {reasons.length === 0 ? null : (
          <ul className="mt-2 grid grid-cols-[minmax(0,1fr)] gap-1">
            {reasons.map((one) => (
              <li key={one.name} className="flex items-center gap-2">
                <i className={`size-2.5 flex-none rounded-[2px] ${colourOf(one.name)}`} />
                <code className="font-mono text-s">{one.name}</code>
                <span className="min-w-0 flex-1 truncate text-ink-3 max-sm:hidden">
                  {one.name === "others" ? "" : reasonInWords(one.name)}
                </span>
                <span className="ml-auto">{one.count}</span>
              </li>
            ))}
          </ul>
        )}
      </Card>
    </Section>
  );
}
