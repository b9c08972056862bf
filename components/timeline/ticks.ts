/** Where the axis is marked: d3-time's steps, on the clock on the wall of a zone. */
import { utcTicks } from "d3-time";
import { clockInZone, dayInZone } from "#components/time/words.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { instantsOf, type WallClock, wallClock } from "#lib/time/zone.ts";
import type { Stretch } from "./model.ts";

export interface Tick {
  readonly at: number;
  readonly label: string;
  /** Midnight. */
  readonly day: boolean;
}

const [MINUTE, DAY] = [60_000, 86_400_000];

/** The wall's moments, at least so far apart. */
function wallTicks(from: number, to: number, least: number): readonly Date[] {
  const [first, last] = [new Date(from), new Date(to)];
  for (let count = Math.max(1, Math.floor((to - from) / least)); ; count--) {
    const ticks = utcTicks(first, last, count);
    const [one, two] = ticks;
    if (!one || !two || two.getTime() - one.getTime() >= least || count <= 1) return ticks;
  }
}

/**
 * @param least between two labels, in ms
 */
export function ticksOf({ from, to }: Stretch, zone: string, least: number): Tick[] {
  const ticks: Tick[] = [];
  const walls = wallTicks(wallClock(zone, instant(from)), wallClock(zone, instant(to)), least);
  const [one, two] = walls;
  const seconds = one !== undefined && two !== undefined && two.getTime() - one.getTime() < MINUTE;
  for (const date of walls) {
    const wall = date.getTime();
    // A wall clock that the spring change skips has no mark; of one that comes twice the first counts.
    const [at]: readonly Instant[] = instantsOf(zone, wall as WallClock);
    if (at === undefined || at < from || at > to) continue;
    const day = wall % DAY === 0;
    ticks.push({ at, label: day ? dayInZone(at, zone) : clockInZone(at, zone, { seconds }), day });
  }
  return ticks;
}
