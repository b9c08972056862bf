"use client";

import Link from "next/link";
import { useRoutes } from "#components/api/boundary.ts";
import type { Decision } from "#components/api/decision.ts";
import type { ListedWindow } from "#components/api/shapes.ts";
import { DiffTable } from "#components/boundary/diff-table.tsx";
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
    : `Refused: ${decision.diagnosis ?? decision.reason?.replaceAll("_", " ") ?? "no reason was given"}`;

/** What the request carried, and what the route expects. */
function ContractDiff({ decision }: { readonly decision: Decision }) {
  const route = useRoutes().data?.items.find(({ name }) => name === decision.route) ?? null;
  if (decision.presented === undefined) return null;
  return (
    <Section title="What the request carried, and what the route expects">
      <DiffTable decision={decision} route={route} />
      {decision.diagnosis ? <p className="mt-2 text-ink-2">{decision.diagnosis}</p> : null}
      {route ? (
        <p className="mt-1">
          <Link href={`/boundary/${encodeURIComponent(route.name)}`} className="text-accent hover:underline">
            What {route.name} decided, and its matrix
          </Link>
        </p>
      ) : null}
    </Section>
  );
}

/** What was left behind by the newest window that is wrong. */
export function Evidence({ window }: { readonly window: ListedWindow }) {
  const { attempts, decisions, runs } = window;
  const refused = decisions.filter(({ outcome, via }) => outcome === "rejected" && via === "scheduler").at(-1);
  return (
    <>
      {refused ? <ContractDiff decision={refused} /> : null}
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
    </>
  );
}
