/** What lies under a pointer: found by halving, since a lane may hold thousands of marks. Pure. */
import { type MarkName, rankOf } from "#components/marks/look.ts";
import type { Laid } from "./laid.ts";
import { cellAt } from "./lay-lane.ts";
import { type HitIndex, TARGET, type Target } from "./mark-pool.ts";
import type { BandModel, Counts, LaneFacts, RunModel, Stretch, WindowModel } from "./model.ts";

/** A pointer may miss by so many pixels. */
const NEAR = 4;

export interface Found {
  readonly target: Target;
  /** Places in the facts of the lane: [first, end). */
  readonly first: number;
  readonly end: number;
  readonly x0: number;
  readonly x1: number;
}

/** What lies on top of what: a window before the maintenance around it. */
const WEIGHT: Readonly<Record<Target, number>> = {
  [TARGET.window]: 3,
  [TARGET.cell]: 3,
  [TARGET.bucket]: 3,
  [TARGET.loose]: 3,
  [TARGET.notch]: 2,
  [TARGET.band]: 1,
  [TARGET.shade]: 0,
};

/** The place of the first left edge beyond `x`. */
function beyond(hits: HitIndex, x: number): number {
  let [low, high] = [0, hits.count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((hits.x0[middle] ?? 0) <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** What is at `x` (pixels of the layout); of several the weightiest, then the one whose middle is nearest. */
export function hitAt(hits: HitIndex, x: number): Found | null {
  let best = -1;
  let [weight, away] = [-1, Number.POSITIVE_INFINITY];
  for (let at = beyond(hits, x + NEAR) - 1; at >= 0 && (hits.reach[at] ?? 0) >= x - NEAR; at--) {
    const [x0, x1] = [hits.x0[at] ?? 0, hits.x1[at] ?? 0];
    if (x1 < x - NEAR) continue;
    const own = WEIGHT[(hits.target[at] ?? 0) as Target];
    const far = Math.abs((x0 + x1) / 2 - x);
    if (own < weight || (own === weight && far >= away)) continue;
    [best, weight, away] = [at, own, far];
  }
  if (best < 0) return null;
  return {
    target: (hits.target[best] ?? 0) as Target,
    first: hits.first[best] ?? 0,
    end: hits.end[best] ?? 0,
    x0: hits.x0[best] ?? 0,
    x1: hits.x1[best] ?? 0,
  };
}

/** What a mark stands for. */
export type Meant =
  | { readonly kind: "window"; readonly window: WindowModel }
  /** Windows, or counts of them, too narrow to be told apart. */
  | { readonly kind: "cell"; readonly within: Stretch; readonly worst: MarkName; readonly counts: Counts }
  | { readonly kind: "loose"; readonly run: RunModel }
  | { readonly kind: "band"; readonly band: BandModel }
  | { readonly kind: "shade"; readonly within: Stretch }
  | { readonly kind: "notch"; readonly at: number };

function countedUp(parts: readonly { readonly worst: MarkName; readonly counts: Counts }[]) {
  const counts: Counts = {};
  let worst: MarkName = parts[0]?.worst ?? "upcoming";
  for (const part of parts) {
    for (const [mark, many] of Object.entries(part.counts)) {
      counts[mark as MarkName] = (counts[mark as MarkName] ?? 0) + many;
    }
    if (rankOf(part.worst) < rankOf(worst)) worst = part.worst;
  }
  return { worst, counts };
}

function meantByCell(lane: LaneFacts, { first, end }: Found, { perMilli }: Laid): Meant | null {
  const windows = lane.windows.slice(first, end);
  const [one] = windows;
  if (!one) return null;
  if (windows.length === 1) return { kind: "window", window: one };
  const length = cellAt(perMilli);
  const from = Math.floor(one.expectedAt / length) * length;
  const parts = windows.map(({ mark }) => ({ worst: mark, counts: { [mark]: 1 } }));
  return { kind: "cell", within: { from, to: from + length }, ...countedUp(parts) };
}

function meantByBucket(lane: LaneFacts, { first, end }: Found): Meant | null {
  const buckets = lane.buckets.slice(first, end);
  const [one, last] = [buckets[0], buckets.at(-1)];
  return one && last ? { kind: "cell", within: { from: one.from, to: last.to }, ...countedUp(buckets) } : null;
}

/** What was found, by the facts from which it was laid out; `null` when they are others by now. */
export function meantBy(lane: LaneFacts, found: Found, laid: Laid): Meant | null {
  const at = found.first;
  switch (found.target) {
    case TARGET.window: {
      const window = lane.windows[at];
      return window ? { kind: "window", window } : null;
    }
    case TARGET.cell:
      return meantByCell(lane, found, laid);
    case TARGET.bucket:
      return meantByBucket(lane, found);
    case TARGET.loose: {
      const run = lane.unscheduled[at];
      return run ? { kind: "loose", run } : null;
    }
    case TARGET.band: {
      const band = lane.bands[at];
      return band ? { kind: "band", band } : null;
    }
    case TARGET.shade: {
      const within = lane.shades[at];
      return within ? { kind: "shade", within } : null;
    }
    case TARGET.notch: {
      const moment = lane.notches[at];
      return moment === undefined ? null : { kind: "notch", at: moment };
    }
  }
}
