/** Where the axis is marked, by the clock on the wall of a zone. */
import { clockInZone, dayInZone } from "#components/time/words.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { instantsOf, type WallClock, wallClock } from "#lib/time/zone.ts";
import type { Scale } from "./scale.ts";

export interface Tick {
  readonly at: number;
  readonly x: number;
  readonly label: string;
  /** Midnight. */
  readonly day: boolean;
}

const [S, M, H, D] = [1_000, 60_000, 3_600_000, 86_400_000];
const STEPS = [
  ...[S, 2 * S, 5 * S, 10 * S, 15 * S, 30 * S],
  ...[M, 2 * M, 5 * M, 10 * M, 15 * M, 30 * M],
  ...[H, 2 * H, 3 * H, 6 * H, 12 * H],
  ...[D, 2 * D, 7 * D, 14 * D, 28 * D],
];

/** The smallest step that keeps labels apart. */
export const stepFor = (scale: Scale, least: number): number =>
  STEPS.find((step) => scale.x(scale.from + step) >= least) ?? 28 * D;

/**
 * @param least pixels between two labels
 */
export function ticksOf(scale: Scale, zone: string, least: number): Tick[] {
  const step = stepFor(scale, least);
  const first = Math.ceil(wallClock(zone, instant(scale.from)) / step) * step;
  const last = wallClock(zone, instant(scale.to));
  const ticks: Tick[] = [];
  for (let wall = first; wall <= last; wall += step) {
    // A wall clock that the spring change skips has no mark; of one that comes twice the first counts.
    const [at]: readonly Instant[] = instantsOf(zone, wall as WallClock);
    if (at === undefined || at < scale.from || at > scale.to) continue;
    const day = wall % D === 0;
    const label = day ? dayInZone(at, zone) : clockInZone(at, zone, { seconds: step < M });
    ticks.push({ at, x: scale.x(at), label, day });
  }
  return ticks;
}
