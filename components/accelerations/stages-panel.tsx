"use client";

import type { Acceleration } from "#components/api/accelerations.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { AbsoluteTime } from "#components/marks/relative-time.tsx";
import { Ticked } from "#components/marks/ticked.tsx";
import { Card } from "#components/ui/page.tsx";
import { type Stage, type StageState, stagesOf } from "./stages.ts";

const GLYPH = { done: "on_time", now: "running", bad: "failed", ahead: "due" } as const;
const SAID: Readonly<Record<StageState, string>> = {
  done: "done",
  now: "under way",
  bad: "not as it should be",
  ahead: "still to come",
};
const LOOK: Readonly<Record<StageState, string>> = {
  done: "",
  now: "bg-accent-soft",
  bad: "bg-bad-soft",
  ahead: "text-ink-3",
};

function One({ stage }: { readonly stage: Stage }) {
  const { name, state, at, words } = stage;
  return (
    <li className={`min-w-0 p-[14px] ${LOOK[state]}`}>
      <div className="flex items-center gap-2">
        <Glyph name={GLYPH[state]} />
        <b className={state === "ahead" ? "font-medium" : "font-semibold"}>{name}</b>
        <span className="sr-only">: {SAID[state]}</span>
        {at === null ? null : (
          <span className={`ml-auto pl-2 text-s ${state === "bad" ? "text-ink-2" : "text-ink-3"}`}>
            <AbsoluteTime at={at} />
          </span>
        )}
      </div>
      <p className={`mt-1 [overflow-wrap:anywhere] ${state === "ahead" ? "" : "text-ink-2"}`}>
        <Ticked text={words} />
      </p>
    </li>
  );
}

/** The four stages beside each other, as far as it has come: it changes by itself. */
export function StagesPanel({ acceleration }: { readonly acceleration: Acceleration }) {
  return (
    <Card label="How far it has come" className="overflow-hidden">
      <ol
        aria-live="polite"
        className="grid grid-cols-4 divide-x divide-line max-[900px]:grid-cols-2 max-sm:grid-cols-1 max-sm:divide-x-0 max-sm:divide-y"
      >
        {stagesOf(acceleration).map((stage) => (
          <One key={stage.name} stage={stage} />
        ))}
      </ol>
    </Card>
  );
}
