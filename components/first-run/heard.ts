/** What the first minutes of a schedule amount to, from what the API says of it. Pure. */
import type { Run, Window } from "#components/api/shapes.ts";

export type Heard =
  /** Nothing yet; `window` is the one that is expected next, or due. */
  | { readonly kind: "waiting"; readonly window: Window | null }
  /** A check-in came that no window counts: before the first of them. */
  | { readonly kind: "early"; readonly run: Run; readonly window: Window | null }
  /** Its run is in a window, which has or will have a verdict by it. */
  | { readonly kind: "heard"; readonly run: Run; readonly window: Window }
  /** The first window passed without one. */
  | { readonly kind: "missed"; readonly window: Window };

export function heardOf(lastRun: Run | null, windows: readonly Window[], now: number): Heard {
  const next = windows.find(({ dueBy, runs }) => runs.length === 0 && Date.parse(dueBy) >= now) ?? null;
  const answered = windows.findLast(({ runs }) => runs.length > 0);
  const run = answered?.runs.at(-1);
  if (answered && run) return { kind: "heard", run, window: answered };
  const missed = windows.findLast(({ verdict }) => verdict === "missing");
  if (lastRun && !missed) return { kind: "early", run: lastRun, window: next };
  return missed ? { kind: "missed", window: missed } : { kind: "waiting", window: next };
}
