"use client";

import type { Decision, ListedWindow } from "#components/api/shapes.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { RunList } from "#components/marks/run-list.tsx";
import { Card, Section } from "#components/ui/page.tsx";

const ANSWERED = {
  answered: "answered",
  refused: "refused",
  no_answer: "no answer",
  answer_unknown: "an answer that is not known",
} as const;

const decided = (decision: Decision): string =>
  decision.outcome === "admitted"
    ? "Let in"
    : `Refused: ${decision.diagnosis ?? decision.reason ?? "no reason was given"}`;

/** What was left behind by the newest window that is wrong. */
export function Evidence({ window }: { readonly window: ListedWindow }) {
  const { attempts, decisions, runs } = window;
  return (
    <Section title="Evidence of the newest window">
      <div className="grid gap-3">
        {attempts.length + decisions.length === 0 ? null : (
          <Card label="Attempts and decisions">
            <ul className="divide-y divide-line">
              {attempts.map((attempt) => (
                <li key={attempt.id} className="flex flex-wrap items-center gap-3 px-[14px] py-[9px]">
                  <Glyph name={attempt.outcome === "answered" ? "on_time" : "missing"} />
                  <AbsoluteTime at={attempt.at} />
                  The scheduler fired: {ANSWERED[attempt.outcome]}
                  {attempt.status === null ? "" : ` (${attempt.status})`}
                </li>
              ))}
              {decisions.map((decision) => (
                <li key={decision.id} className="flex flex-wrap items-center gap-3 px-[14px] py-[9px]">
                  <Glyph name={decision.outcome === "admitted" ? "on_time" : "rejected"} />
                  <AbsoluteTime at={decision.at} />
                  <span className="min-w-0 [overflow-wrap:anywhere]">{decided(decision)}</span>
                  <span className="text-ink-3">{decision.via}</span>
                </li>
              ))}
            </ul>
          </Card>
        )}
        <RunList runs={runs} none="No check-in came in this window." />
      </div>
    </Section>
  );
}
