/** Windows so near to each other that they could not be told apart become cells, as the API counts longer spans. */
import { type MarkName, rankOf } from "#components/marks/look.ts";
import type { BucketModel, LaneModel, WindowModel } from "./model.ts";

/** From one window to the next, in pixels. */
const LEAST_GAP = 7;
const LEAST_CELL = 4;

/** The gap that half of them do not reach, in ms; `null` for a single window. */
function usualGap(windows: readonly WindowModel[]): number | null {
  const gaps: number[] = [];
  for (const [index, window] of windows.entries()) {
    const before = windows[index - 1];
    if (before) gaps.push(window.expectedAt - before.expectedAt);
  }
  gaps.sort((a, b) => a - b);
  return gaps[Math.floor(gaps.length / 2)] ?? null;
}

/** A power of two seconds, so that cells stay where they are while time goes on. */
function cellLength(millisPerPixel: number): number {
  let length = 1_000;
  while (length / millisPerPixel < LEAST_CELL) length *= 2;
  return length;
}

function cellsOf(windows: readonly WindowModel[], length: number): BucketModel[] {
  const cells: { from: number; to: number; worst: MarkName; counts: Partial<Record<MarkName, number>> }[] = [];
  for (const { expectedAt, mark } of windows) {
    const from = Math.floor(expectedAt / length) * length;
    let cell = cells.at(-1);
    if (cell?.from !== from) {
      cell = { from, to: from + length, worst: mark, counts: {} };
      cells.push(cell);
    }
    cell.counts[mark] = (cell.counts[mark] ?? 0) + 1;
    if (rankOf(mark) < rankOf(cell.worst)) cell.worst = mark;
  }
  return cells;
}

export function thin(lane: LaneModel, millisPerPixel: number): LaneModel {
  const gap = usualGap(lane.windows);
  if (gap === null || !(millisPerPixel > 0) || gap / millisPerPixel >= LEAST_GAP) return lane;
  return { ...lane, windows: [], buckets: cellsOf(lane.windows, cellLength(millisPerPixel)) };
}
