/** Lays out a lane: what is known of its windows, and a scale → marks, and what can be pointed at. Pure. */
import { isBadMark, type MarkName, rankOf, type Tone, toneOf } from "#components/marks/look.ts";
import { cellLength, LEAST_PIXELS as LEAST_CELL } from "#lib/views/ladder.ts";
import type { Laid } from "./laid.ts";
import {
  BRACKETS,
  type BracketLook,
  type HitIndex,
  KIND,
  lookOfMark,
  type MarkPool,
  TARGET,
  type Target,
  TONES,
} from "./mark-pool.ts";
import { firstAtLeast, type Measure, measureOf } from "./measure.ts";
import type { BandModel, BucketModel, LaneFacts, RunModel, WindowModel } from "./model.ts";

/** Narrower than this nothing is seen, or pointed at. */
const LEAST_BRACKET = 5;
export const LEAST_BAR = 3;
/** What is bad is at least so wide, wherever its neighbours are. */
const LEAST_BAD = 3;
/** A glyph of 12 pixels with air around it. */
const ROOM_FOR_GLYPH = 14;
/** Windows nearer to each other than this, or narrower than that, are counted instead. */
const LEAST_GAP = 7;
const LEAST_WINDOW = 3;
const LEAST_RUN = 6;

export interface Sheet {
  readonly marks: MarkPool;
  readonly hits: HitIndex;
}

interface Around {
  readonly laid: Laid;
  readonly now: number;
  readonly sheet: Sheet;
}

const X = (at: number, { from, perMilli }: Laid): number => (at - from) * perMilli;

/** Whether the windows of a lane are told one by one at this scale. */
function isDrawnSingly(measure: Measure, perMilli: number): boolean {
  if (measure.gap !== null && measure.gap * perMilli < LEAST_GAP) return false;
  return measure.bracket * perMilli >= LEAST_WINDOW || measure.run * perMilli >= LEAST_RUN;
}

/** Of a cell at this scale, in ms: one of the ladder, so that cells stay where they are while time goes on, and nest. */
export const cellAt = (perMilli: number): number => cellLength(LEAST_CELL / perMilli);

function lookOf(mark: MarkName): BracketLook {
  switch (mark) {
    case "missing":
    case "rejected":
    case "blind":
    case "excused":
      return mark;
    case "upcoming":
      return "future";
    case "due":
      return "due";
    default:
      return "plain";
  }
}

/** The run that started last decides the outcome; those before it are quiet, but for their failing. */
function toneOfRun(run: RunModel, last: boolean, mark: MarkName): Tone {
  if (last && mark !== "excused") return toneOf(mark);
  if (run.failed) return "bad";
  return run.to === null ? "running" : "ok";
}

/** Two runs at once lie above and below the middle. */
function liftOf(runs: readonly RunModel[], index: number, now: number): number {
  const run = runs[index];
  if (!run || runs.length < 2) return 0;
  const overlaps = (other: RunModel | undefined): boolean =>
    other !== undefined && other.from < (run.to ?? now) && run.from < (other.to ?? now);
  if (!overlaps(runs[index - 1]) && !overlaps(runs[index + 1])) return 0;
  return index % 2 === 0 ? -1 : 1;
}

/** A run past its limit: as it went until then, hatched after. Without a known limit all of it is. */
function layOverrun(
  run: RunModel,
  limitAt: number | null,
  at: { x0: number; x1: number; lift: number },
  around: Around,
) {
  const { marks } = around.sheet;
  const { x0, x1, lift } = at;
  const limit = limitAt === null ? x0 : Math.min(Math.max(X(limitAt, around.laid), x0), x1 - LEAST_BAR);
  if (limitAt !== null && limit > x0) {
    marks.push(KIND.bar, TONES.indexOf(run.to === null ? "running" : "ok"), x0, limit, lift);
    marks.push(KIND.limit, 0, limit, limit, lift);
  }
  marks.push(KIND.over, 0, Math.max(limit, x0), x1, lift);
}

/** The runs of a window; answers how far right they reach. */
function layRuns(window: WindowModel, nextStart: number, around: Around): number {
  const { laid, now } = around;
  const { marks } = around.sheet;
  let right = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < window.runs.length; index++) {
    const run = window.runs[index];
    if (!run) continue;
    const last = index === window.runs.length - 1;
    const x0 = X(run.from, laid);
    const x1 = Math.max(X(run.to ?? Math.max(now, run.from), laid), x0 + LEAST_BAR);
    right = Math.max(right, x1);
    if (index === 0 && run.from > window.dueBy) marks.push(KIND.distance, 0, X(window.dueBy, laid), x0);
    // A run that goes on for long lies under those of later windows, thin.
    const lift = (run.to ?? now) > nextStart ? 2 : liftOf(window.runs, index, now);
    if (last && window.mark === "overrun") layOverrun(run, window.limitAt, { x0, x1, lift }, around);
    else marks.push(KIND.bar, TONES.indexOf(toneOfRun(run, last, window.mark)), x0, x1, lift);
    if (last && (window.mark === "failed" || window.mark === "overrun")) {
      // Where the bar has room the glyph stands at its end, else in its place.
      const x = x1 - x0 >= 2 * ROOM_FOR_GLYPH ? x1 - 8 : (x0 + x1) / 2;
      marks.push(KIND.glyph, lookOfMark(window.mark), x, x);
    }
  }
  return right;
}

function layRefusals(window: WindowModel, edges: { readonly x0: number; readonly x1: number }, around: Around): void {
  const { marks } = around.sheet;
  for (const at of window.refusals) {
    const x = X(at, around.laid);
    const starved = x < edges.x0 ? edges.x0 : edges.x1;
    if (Math.abs(starved - x) > 2) marks.push(KIND.starved, 0, Math.min(x, starved), Math.max(x, starved));
    marks.push(KIND.barrier, 0, x, x);
  }
}

/** The glyph of an empty window stands in its middle, where there is room for it. */
function layGlyph(window: WindowModel, middle: number, room: number, around: Around): void {
  const { mark, runs, refusals } = window;
  const empty = runs.length === 0 && room >= LEAST_BRACKET;
  const own = mark === "missing" || (mark === "rejected" && refusals.length === 0);
  const quiet = empty && room >= ROOM_FOR_GLYPH && (mark === "blind" || mark === "excused");
  if (own || quiet) around.sheet.marks.push(KIND.glyph, lookOfMark(mark), middle, middle);
}

function layWindow(window: WindowModel, index: number, nextStart: number, around: Around): void {
  const { laid, sheet } = around;
  const x0 = X(window.opensAt, laid);
  const x1 = Math.max(X(window.dueBy, laid), x0 + LEAST_BRACKET);
  sheet.marks.push(KIND.bracket, BRACKETS.indexOf(lookOf(window.mark)), x0, x1);
  for (const at of window.attempts) sheet.marks.push(KIND.attempt, 0, X(at, laid), X(at, laid));
  const right = layRuns(window, nextStart, around);
  layRefusals(window, { x0, x1 }, around);
  layGlyph(window, (x0 + x1) / 2, x1 - x0, around);
  let [left, end] = [x0, Math.max(x1, right)];
  for (const run of window.runs) left = Math.min(left, X(run.from, laid));
  for (const at of window.refusals) {
    left = Math.min(left, X(at, laid));
    end = Math.max(end, X(at, laid));
  }
  sheet.hits.push(TARGET.window, left, end, index);
}

function layWindows(windows: readonly WindowModel[], measure: Measure, around: Around): void {
  const { laid } = around;
  for (let index = firstAtLeast(measure.reach, laid.from); index < windows.length; index++) {
    const window = windows[index];
    if (!window) continue;
    const starts = Math.min(window.opensAt, window.runs[0]?.from ?? window.opensAt);
    if (starts > laid.to) break;
    layWindow(window, index, measure.nextStart[index] ?? Number.POSITIVE_INFINITY, around);
  }
}

/** One cell of what lies within `length`: as wide as that, and a bad one never too narrow to be seen. */
function layCell(
  cell: {
    readonly target: Target;
    readonly from: number;
    readonly length: number;
    readonly worst: MarkName;
    readonly first: number;
    readonly end: number;
  },
  around: Around,
): void {
  const { laid, sheet } = around;
  const x0 = X(cell.from, laid);
  const least = isBadMark(cell.worst) ? LEAST_BAD : 1;
  const x1 = Math.max(X(cell.from + cell.length, laid) - 1, x0 + least);
  sheet.marks.push(KIND.cell, lookOfMark(cell.worst), x0, x1);
  sheet.hits.push(cell.target, x0, x1, cell.first, cell.end);
}

const worse = (a: MarkName, b: MarkName): MarkName => (rankOf(a) <= rankOf(b) ? a : b);

/** Things with a moment and a worst mark, put together into cells; the worst of a cell always wins its pixels. */
function layCells<T>(
  things: readonly T[],
  of: {
    readonly target: Target;
    readonly at: (thing: T) => number;
    readonly worst: (thing: T) => MarkName;
    readonly length: number;
  },
  around: Around,
): void {
  const { laid } = around;
  let first = 0;
  let end = things.length;
  while (first < end) {
    const middle = (first + end) >>> 1;
    const thing = things[middle];
    if (thing !== undefined && of.at(thing) < laid.from - of.length) first = middle + 1;
    else end = middle;
  }
  let [from, worst, begun] = [Number.NaN, "upcoming" as MarkName, first];
  let index = first;
  for (; index < things.length; index++) {
    const thing = things[index];
    if (thing === undefined) continue;
    const at = Math.floor(of.at(thing) / of.length) * of.length;
    if (at > laid.to) break;
    if (at === from) worst = worse(worst, of.worst(thing));
    else {
      if (index > begun)
        layCell({ target: of.target, from, length: of.length, worst, first: begun, end: index }, around);
      [from, worst, begun] = [at, of.worst(thing), index];
    }
  }
  if (index > begun) layCell({ target: of.target, from, length: of.length, worst, first: begun, end: index }, around);
}

const windowAt = (window: WindowModel): number => window.expectedAt;
const windowMark = (window: WindowModel): MarkName => window.mark;
const bucketAt = (bucket: BucketModel): number => bucket.from;
const bucketWorst = (bucket: BucketModel): MarkName => bucket.worst;

function layBand(band: BandModel, index: number, around: Around): void {
  const { laid, sheet } = around;
  const [x0, x1] = [X(band.from, laid), Math.max(X(band.to, laid), X(band.from, laid) + LEAST_BRACKET)];
  sheet.marks.push(KIND.band, 0, x0, x1);
  sheet.marks.push(KIND.step, 0, x0, x0);
  const { confirmedAt, revertedAt } = band;
  if (confirmedAt !== null) sheet.marks.push(KIND.step, 1, X(confirmedAt, laid), X(confirmedAt, laid));
  if (revertedAt !== null) sheet.marks.push(KIND.step, 2, X(revertedAt, laid), X(revertedAt, laid));
  sheet.hits.push(TARGET.band, x0, x1, index);
}

function layGround(lane: LaneFacts, around: Around): void {
  const { laid, sheet } = around;
  for (let index = 0; index < lane.shades.length; index++) {
    const shade = lane.shades[index];
    if (!shade || shade.to <= laid.from || shade.from >= laid.to) continue;
    const [x0, x1] = [Math.max(0, X(shade.from, laid)), X(Math.min(shade.to, laid.to), laid)];
    sheet.marks.push(KIND.shade, 0, x0, Math.max(x1, x0 + 1));
    sheet.hits.push(TARGET.shade, x0, x1, index);
  }
  for (let index = 0; index < lane.bands.length; index++) {
    const band = lane.bands[index];
    if (band && band.to > laid.from && band.from < laid.to) layBand(band, index, around);
  }
  for (let index = 0; index < lane.notches.length; index++) {
    const at = lane.notches[index] ?? Number.NaN;
    if (!(at >= laid.from && at <= laid.to)) continue;
    sheet.marks.push(KIND.notch, 0, X(at, laid), X(at, laid));
    sheet.hits.push(TARGET.notch, X(at, laid) - 3, X(at, laid) + 3, index);
  }
}

function layLoose(runs: readonly RunModel[], around: Around): void {
  const { laid, now, sheet } = around;
  for (let index = 0; index < runs.length; index++) {
    const run = runs[index];
    if (!run) continue;
    const to = run.to ?? Math.max(now, run.from);
    if (to < laid.from || run.from > laid.to) continue;
    const x0 = X(run.from, laid);
    const x1 = Math.max(X(to, laid), x0 + LEAST_BAR);
    sheet.marks.push(KIND.loose, TONES.indexOf(run.failed ? "bad" : run.to === null ? "running" : "idle"), x0, x1);
    sheet.hits.push(TARGET.loose, x0, x1, index);
  }
}

/** Fills the sheet with what is drawn of a lane; whatever it held before is gone. */
export function layLane(lane: LaneFacts, on: Around): void {
  const { marks, hits } = on.sheet;
  const { perMilli } = on.laid;
  marks.clear();
  hits.clear();
  layGround(lane, on);
  const length = cellAt(perMilli);
  const first = lane.buckets[0];
  if (first) {
    const wide = Math.max(length, first.to - first.from);
    layCells(lane.buckets, { target: TARGET.bucket, at: bucketAt, worst: bucketWorst, length: wide }, on);
  }
  if (lane.windows.length > 0) {
    const measure = measureOf(lane.windows);
    if (isDrawnSingly(measure, perMilli)) layWindows(lane.windows, measure, on);
    else layCells(lane.windows, { target: TARGET.cell, at: windowAt, worst: windowMark, length }, on);
  }
  layLoose(lane.unscheduled, on);
  hits.seal();
}
