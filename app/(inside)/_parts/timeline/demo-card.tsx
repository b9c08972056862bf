"use client";

import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { type DemoState, useActOnDemo, useDemo } from "#components/api/demo.ts";
import { Glyph } from "#components/marks/glyph.tsx";
import { Button } from "#components/ui/button.tsx";
import { useMe } from "#components/ui/me.tsx";

const RemoveDemo = dynamic(() => import("./remove-demo.tsx").then((file) => file.RemoveDemo), { ssr: false });

const often = (seconds: number): string => (seconds === 60 ? "every minute" : `every ${seconds} seconds`);

/** What the demo does just now, in two sentences: the first is the title. */
function words({ running, wrong, everySeconds }: DemoState): readonly [string, string] {
  if (!running) {
    return ["The demo has stopped", "Nothing calls its schedules, so they go missing. Start it again, or remove it."];
  }
  return wrong
    ? [
        "The gate expects an HMAC signature; its scheduler presents a bearer secret",
        "Each call is refused before a run begins. Watch the windows stay empty, and the incidents say why.",
      ]
    : [
        "Gate and scheduler agree: a bearer secret as Vercel Cron sends it",
        `A scheduler calls four jobs ${often(everySeconds)} through a gate; a fifth crosses none. Harden the gate, and see what becomes of them.`,
      ];
}

/** The demo, where there is one: what it does, and the switch that breaks it. */
export function DemoCard({ drawn }: { readonly drawn: DemoState | null }) {
  const { mayOperate, mayAdminister } = useMe();
  const state = useDemo(drawn).data;
  const act = useActOnDemo();
  const [removing, setRemoving] = useState(false);
  if (!state?.made) return null;
  const { running, wrong, route } = state;
  const [title, more] = words(state);
  return (
    <section
      aria-label="Demo"
      data-testid="demo-card"
      className={`mb-2 flex items-center gap-3 rounded-m border border-l-[3px] border-line bg-surface px-[14px] py-2.5 max-sm:flex-wrap print:hidden ${wrong ? "border-l-rejected-fill" : "border-l-accent"}`}
    >
      <span className="rounded-[4px] bg-sunken px-1.5 py-0.5 text-[11.5px] font-[570] text-ink-2">Demo</span>
      {wrong && running ? <Glyph name="rejected" /> : null}
      <div className="min-w-0 flex-1 max-sm:basis-full" aria-live="polite">
        <h2 className="font-[550] [overflow-wrap:anywhere]">{title}</h2>
        <p className="text-ink-2 [overflow-wrap:anywhere]">
          {more}
          {route === null ? null : (
            <>
              {" "}
              <Link href={`/boundary/${route}`} className="text-accent hover:underline">
                What its gate decides
              </Link>
            </>
          )}
        </p>
      </div>
      <div className="flex gap-2 max-sm:w-full max-sm:flex-wrap">
        {mayAdminister ? (
          <Button look="quiet" className="max-sm:flex-1" onClick={() => setRemoving(true)}>
            Remove
            <span className="sr-only"> the demo</span>
          </Button>
        ) : null}
        {!running && mayAdminister ? (
          <Button className="max-sm:flex-1" busy={act.isPending} onClick={() => act.mutate({ kind: "start" })}>
            Start it again
          </Button>
        ) : null}
        {running && mayOperate ? (
          <Button
            data-testid="demo-turn"
            className="max-sm:flex-1"
            busy={act.isPending}
            onClick={() => act.mutate({ kind: "turn", wrong: !wrong })}
          >
            {wrong ? "Put the right contract back" : "Harden against the wrong contract"}
          </Button>
        ) : null}
      </div>
      {removing ? <RemoveDemo onClose={() => setRemoving(false)} /> : null}
    </section>
  );
}
