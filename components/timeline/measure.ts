/** What of a lane's windows does not depend on the scale: worked out once an answer, read at every layout. */
import type { WindowModel } from "./model.ts";

export interface Measure {
  /** From one window to the next, usually, in ms; `null` for a single window. */
  readonly gap: number | null;
  /** The length that half of the brackets do not reach, in ms; of the runs likewise, 0 where there is none. */
  readonly bracket: number;
  readonly run: number;
  /** The latest moment that a window up to this one reaches; infinite once a run is under way. */
  readonly reach: Float64Array;
  /** The first start of a run in a later window; infinite where there is none. */
  readonly nextStart: Float64Array;
  /** Something of it moves with the present. */
  readonly live: boolean;
}

/** Enough to know what is usual. */
const SAMPLE = 500;

function median(values: number[]): number | null {
  values.sort((a, b) => a - b);
  return values[Math.floor(values.length / 2)] ?? null;
}

export function endOf(window: WindowModel): number {
  let end = Math.max(window.dueBy, window.opensAt);
  for (const run of window.runs) end = Math.max(end, run.to ?? Number.POSITIVE_INFINITY);
  for (const at of window.refusals) end = Math.max(end, at);
  return end;
}

function measure(windows: readonly WindowModel[]): Measure {
  const reach = new Float64Array(windows.length);
  const nextStart = new Float64Array(windows.length);
  const [gaps, brackets, runs]: [number[], number[], number[]] = [[], [], []];
  let [furthest, live] = [Number.NEGATIVE_INFINITY, false];
  let before: WindowModel | null = null;
  for (const [index, window] of windows.entries()) {
    furthest = Math.max(furthest, endOf(window));
    reach[index] = furthest;
    for (const run of window.runs) if (run.to === null) live = true;
    if (index < SAMPLE) {
      if (before) gaps.push(window.expectedAt - before.expectedAt);
      brackets.push(window.dueBy - window.opensAt);
      for (const run of window.runs) if (run.to !== null) runs.push(run.to - run.from);
    }
    before = window;
  }
  let next = Number.POSITIVE_INFINITY;
  for (let index = windows.length - 1; index >= 0; index--) {
    nextStart[index] = next;
    next = windows[index]?.runs[0]?.from ?? next;
  }
  return { gap: median(gaps), bracket: median(brackets) ?? 0, run: median(runs) ?? 0, reach, nextStart, live };
}

const known = new WeakMap<readonly WindowModel[], Measure>();

export function measureOf(windows: readonly WindowModel[]): Measure {
  let found = known.get(windows);
  if (!found) {
    found = measure(windows);
    known.set(windows, found);
  }
  return found;
}

/** The first place of an ascending column whose value is at least `wanted`; `count` where there is none. */
export function firstAtLeast(column: Float64Array, wanted: number, count = column.length): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[middle] ?? 0) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
