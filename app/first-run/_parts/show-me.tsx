"use client";

import { useActOnDemo } from "#components/api/demo.ts";

/** Starts the demo, and leads to the timeline on which it is seen. */
export function ShowMe({ className, onStarted }: { readonly className: string; readonly onStarted: () => void }) {
  const act = useActOnDemo({ onDone: onStarted });
  const busy = act.isPending || act.isSuccess;
  return (
    <button
      type="button"
      disabled={busy}
      aria-busy={busy}
      onClick={() => act.mutate({ kind: "start" })}
      className={`${className} text-left hover:bg-hover disabled:opacity-60`}
    >
      <b className="mb-[3px] block font-[570]">{busy ? "Starting the demo …" : "Show me"}</b>
      <span className="text-ink-2">A demo with five schedules, a gate, and a switch that breaks it.</span>
    </button>
  );
}
