/** Lays out a lane: what is known of its windows → marks. */
import { isBadMark, rankOf, type Tone, toneOf } from "#components/marks/look.ts";
import type { BracketLook, Mark } from "./marks.ts";
import type { BucketModel, LaneModel, RunModel, WindowModel } from "./model.ts";
import type { Scale } from "./scale.ts";

/** Narrower than this nothing can be pointed at. */
const LEAST_BRACKET = 5;
const LEAST_BAR = 3;
/** A glyph of 12 pixels with air around it. */
const ROOM_FOR_GLYPH = 14;

const seen = (scale: Scale, x0: number, x1: number): boolean => x1 >= 0 && x0 <= scale.width;

/** The bracket of a window in pixels, never too narrow to be seen. */
export function bracketOf(window: WindowModel, scale: Scale): { readonly x0: number; readonly x1: number } {
  const x0 = scale.x(window.opensAt);
  return { x0, x1: Math.max(scale.x(window.dueBy), x0 + LEAST_BRACKET) };
}

function lookOf(window: WindowModel): BracketLook {
  switch (window.mark) {
    case "missing":
    case "rejected":
    case "blind":
    case "excused":
      return window.mark;
    case "upcoming":
      return "future";
    case "due":
      return "due";
    default:
      return "plain";
  }
}

/** The run that started last decides the outcome; those before it are quiet, but for their failing. */
function toneOfRun(run: RunModel, last: boolean, window: WindowModel): Tone {
  if (last && window.mark !== "excused") return toneOf(window.mark);
  if (run.failed) return "bad";
  return run.to === null ? "running" : "ok";
}

function runMarks(window: WindowModel, scale: Scale, around: Around): Mark[] {
  const { now, nextStart } = around;
  const marks: Mark[] = [];
  for (const [index, run] of window.runs.entries()) {
    const last = index === window.runs.length - 1;
    const x0 = scale.x(run.from);
    const x1 = Math.max(scale.x(run.to ?? Math.max(now, run.from)), x0 + LEAST_BAR);
    if (index === 0 && run.from > window.dueBy) marks.push({ kind: "distance", x0: scale.x(window.dueBy), x1: x0 });
    const over = last && window.mark === "overrun";
    const under = nextStart !== null && (run.to ?? now) > nextStart;
    marks.push({ kind: "bar", x0, x1, tone: toneOfRun(run, last, window), over, open: run.to === null, under });
    if (last && (window.mark === "failed" || over)) {
      // Where the bar has room the glyph stands at its end, else in its place.
      const x = x1 - x0 >= 2 * ROOM_FOR_GLYPH ? Math.min(x1, scale.width) - 8 : (x0 + x1) / 2;
      marks.push({ kind: "glyph", x, name: window.mark });
    }
  }
  return marks;
}

interface Around {
  readonly now: number;
  /** The first run of a later window. */
  readonly nextStart: number | null;
}

/** What is drawn of one window. */
function windowMarks(window: WindowModel, scale: Scale, around: Around): Mark[] {
  const { x0, x1 } = bracketOf(window, scale);
  const marks: Mark[] = [{ kind: "bracket", x0, x1, look: lookOf(window) }];
  for (const at of window.attempts) marks.push({ kind: "attempt", x: scale.x(at) });
  marks.push(...runMarks(window, scale, around));
  for (const at of window.refusals) marks.push({ kind: "barrier", x: scale.x(at) });
  const empty = window.runs.length === 0;
  const middle = (x0 + x1) / 2;
  switch (window.mark) {
    case "missing":
      marks.push({ kind: "glyph", x: middle, name: "missing" });
      break;
    case "rejected":
      if (window.refusals.length === 0) marks.push({ kind: "glyph", x: middle, name: "rejected" });
      break;
    case "blind":
    case "excused":
      if (empty) marks.push({ kind: "glyph", x: middle, name: window.mark });
      break;
    default:
      break;
  }
  return marks;
}

const cellOf = (bucket: BucketModel, scale: Scale): Mark => {
  const x0 = scale.x(bucket.from);
  return { kind: "cell", x0, x1: Math.max(scale.x(bucket.to) - 1, x0 + 3), worst: bucket.worst };
};

/** What is drawn of a lane, in the order of drawing: what is wrong comes last and lies on top. */
export function laneMarks(lane: LaneModel, scale: Scale, now: number): Mark[] {
  const marks: Mark[] = [];
  for (const { from, to } of lane.shades) {
    const [x0, x1] = [Math.max(0, scale.x(from)), Math.min(scale.width, scale.x(to))];
    if (x1 > x0) marks.push({ kind: "shade", x0, x1 });
  }
  for (const at of lane.notches) if (at >= scale.from && at <= scale.to) marks.push({ kind: "notch", x: scale.x(at) });
  for (const bucket of lane.buckets) {
    if (!seen(scale, scale.x(bucket.from), scale.x(bucket.to))) continue;
    if (!isBadMark(bucket.worst)) marks.push(cellOf(bucket, scale));
  }
  for (const bucket of lane.buckets) {
    if (isBadMark(bucket.worst) && seen(scale, scale.x(bucket.from), scale.x(bucket.to)))
      marks.push(cellOf(bucket, scale));
  }
  const windows = lane.windows.filter((window) => {
    const { x0, x1 } = extentOf(window, scale, now);
    return seen(scale, x0, x1);
  });
  const good = windows.filter(({ mark }) => !isBadMark(mark));
  const bad = windows.filter(({ mark }) => isBadMark(mark));
  const starts = lane.windows.flatMap(({ expectedAt, runs }) => (runs[0] ? [{ expectedAt, at: runs[0].from }] : []));
  for (const window of [...good, ...bad]) {
    const nextStart = starts.find(({ expectedAt }) => expectedAt > window.expectedAt)?.at ?? null;
    marks.push(...windowMarks(window, scale, { now, nextStart }));
  }
  return marks;
}

/** Everything of a window that can be pointed at: its bracket and its runs. */
export function extentOf(window: WindowModel, scale: Scale, now: number): { readonly x0: number; readonly x1: number } {
  let { x0, x1 } = bracketOf(window, scale);
  for (const run of window.runs) {
    x0 = Math.min(x0, scale.x(run.from));
    x1 = Math.max(x1, scale.x(run.to ?? now), scale.x(run.from) + LEAST_BAR);
  }
  for (const at of window.refusals) x1 = Math.max(x1, scale.x(at));
  return { x0, x1 };
}

/** What is wrong first, then by name. */
export const inOrder = (lanes: readonly LaneModel[]): LaneModel[] =>
  [...lanes].sort(
    (a, b) => rankOf(a.status) - rankOf(b.status) || a.name.localeCompare(b.name) || (a.slug < b.slug ? -1 : 1),
  );
