/** What a daylight-saving change does to a calendar's times, told in sentences. */
import type { Instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import { type Transition, transitions } from "#lib/time/zone.ts";
import type { Calendar } from "./cron-fields.ts";
import { wallClocksOf } from "./expand-calendar.ts";
import { timeInWords } from "./words.ts";

export interface Disturbance {
  readonly kind: "skipped" | "moved" | "repeated";
  readonly change: Transition;
  /** The wall clocks that are skipped or repeated, as though in UTC. */
  readonly walls: readonly number[];
  readonly sentence: string;
}

interface Occasion {
  readonly zone: string;
  readonly change: Transition;
  readonly tense: "past" | "present";
}

const MOST_NAMED = 3;

function named(walls: readonly number[]): string {
  const times = walls.slice(0, MOST_NAMED).map(timeInWords);
  const list = times.length > 1 ? `${times.slice(0, -1).join(", ")} and ${times[times.length - 1]}` : `${times[0]}`;
  return walls.length > MOST_NAMED ? `${times.join(", ")} and ${walls.length - MOST_NAMED} more` : list;
}

const dateOf = (wall: number): string => new Date(wall).toISOString().slice(0, 10);

function inGap(calendar: Calendar, { zone, change, tense }: Occasion): Disturbance | null {
  const walls = wallClocksOf(calendar, { from: change.at + change.before, to: change.at + change.after });
  const first = walls[0];
  if (first === undefined) return null;
  const does = tense === "past" ? "did" : walls.length > 1 ? "do" : "does";
  const start = `${named(walls)} ${does} not exist on ${dateOf(first)} in ${zone}`;
  switch (calendar.gap) {
    case "skip":
      return {
        kind: "skipped",
        change,
        walls,
        sentence: `${start}; nothing is expected for ${walls.length > 1 ? "them" : "it"}`,
      };
    case "shift_to_gap_end":
      return {
        kind: "moved",
        change,
        walls,
        sentence: `${start}; expected once at ${timeInWords(change.at + change.after)}`,
      };
    case "shift_first_by_gap":
    case "shift_by_gap": {
      const shifted = calendar.gap === "shift_by_gap" ? walls : walls.slice(0, 1);
      const moved = shifted.map((wall) => wall + change.after - change.before);
      return { kind: "moved", change, walls, sentence: `${start}; expected at ${named(moved)}` };
    }
  }
}

const PASSES = { first: "the first time", second: "the second time", both: "both times" } as const;

function inOverlap(calendar: Calendar, { zone, change, tense }: Occasion): Disturbance | null {
  const walls = wallClocksOf(calendar, { from: change.at + change.after, to: change.at + change.before });
  const first = walls[0];
  if (first === undefined) return null;
  const comes = tense === "past" ? "came" : walls.length > 1 ? "come" : "comes";
  const once = calendar.overlap === "both" ? "" : "once, ";
  return {
    kind: "repeated",
    change,
    walls,
    sentence: `${named(walls)} ${comes} twice on ${dateOf(first)} in ${zone}; expected ${once}${PASSES[calendar.overlap]}`,
  };
}

/** What one change does to the calendar; `null` when no time of it is skipped or repeated. */
function disturbanceBy(calendar: Calendar, occasion: Occasion): Disturbance | null {
  const { before, after } = occasion.change;
  return after > before ? inGap(calendar, occasion) : inOverlap(calendar, occasion);
}

/** What the changes within the span do; those that fire in every hour follow elapsed time, and nothing is remarkable. */
export function disturbances(calendar: Calendar, zone: string, within: Span): readonly Disturbance[] {
  if (calendar.hours.length === 24 && calendar.overlap === "both") return [];
  return transitions(zone, within).flatMap(
    (change) => disturbanceBy(calendar, { zone, change, tense: "present" }) ?? [],
  );
}

/** The disturbance around a moment: of a change at most a day away whose gap or overlap holds it, or ends at it. */
export function disturbanceAt(calendar: Calendar, zone: string, at: Instant): Disturbance | null {
  const day = 86_400_000;
  for (const change of transitions(zone, { from: (at - day) as Instant, to: (at + day) as Instant })) {
    const size = Math.abs(change.after - change.before);
    const from = change.after > change.before ? change.at : change.at - size;
    if (at >= from && at <= change.at + size) return disturbanceBy(calendar, { zone, change, tense: "past" });
  }
  return null;
}
