/**
 * Draws what the layout says: a loop over marks for each style, all lanes at once, so that a thousand brackets are one
 * path and one stroke.
 */
import { isBadMark, MARKS, type MarkName, toneOf } from "#components/marks/look.ts";
import { paintGlyph } from "./glyphs.ts";
import { BRACKETS, KIND, type Kind, type MarkPool, markAt, TONES } from "./mark-pool.ts";
import type { Pen } from "./pen.ts";

/** Height of a lane, and of its parts from the middle. */
export const ROW = 38;
const HALF = 9;
const BAR = 4;
/** Half a bar that others lie on, or that lies beside another. */
const THIN = 1.5;
const BESIDE = 3;

/** A lane to be drawn. */
export interface PaintRow {
  pool: MarkPool | null;
  /** Of its upper edge. */
  top: number;
}

export interface Rows {
  readonly rows: readonly PaintRow[];
  /** So many of them. */
  count: number;
  /** From the left edge of the layout to that of the picture. */
  shift: number;
  width: number;
}

type Trace = (pen: Pen, x0: number, x1: number, middle: number, lift: number) => void;

/** Traces every mark of a kind and look that is seen; answers whether there was one. */
function traceAll(pen: Pen, of: Rows, kind: Kind, look: number, trace: Trace): boolean {
  const { rows, count, shift, width } = of;
  let any = false;
  for (let row = 0; row < count; row++) {
    const one = rows[row];
    const pool = one?.pool;
    if (!one || !pool?.holds(kind, look)) continue;
    const middle = one.top + ROW / 2;
    for (let at = 0; at < pool.count; at++) {
      if (pool.kind[at] !== kind || (look >= 0 && pool.look[at] !== look)) continue;
      const [x0, x1] = [(pool.x0[at] ?? 0) + shift, (pool.x1[at] ?? 0) + shift];
      if (x1 < -8 || x0 > width + 8) continue;
      trace(pen, x0, x1, middle, pool.lift[at] ?? 0);
      any = true;
    }
  }
  return any;
}

const traceBracket: Trace = ({ context }, x0, x1, middle) => {
  const foot = Math.min(4, (x1 - x0) / 3);
  const [top, bottom] = [middle - HALF, middle + HALF];
  context.moveTo(x0 + foot, top);
  context.lineTo(x0, top);
  context.lineTo(x0, bottom);
  context.lineTo(x0 + foot, bottom);
  context.moveTo(x1 - foot, top);
  context.lineTo(x1, top);
  context.lineTo(x1, bottom);
  context.lineTo(x1 - foot, bottom);
};

const traceGap: Trace = ({ context }, x0, x1, middle) => context.rect(x0, middle - HALF, x1 - x0, 2 * HALF);

const traceBar: Trace = ({ context }, x0, x1, middle, lift) => {
  const half = lift === 0 ? BAR : lift === 2 ? THIN : BESIDE;
  const centre = lift === -1 ? middle - 4 : lift === 1 ? middle + 4 : middle;
  // Rounding what is hardly wider than its corners costs much and shows nothing.
  if (x1 - x0 < 6) context.rect(x0, centre - half, x1 - x0, 2 * half);
  else context.roundRect(x0, centre - half, x1 - x0, 2 * half, Math.min(2, half));
};

const traceDistance: Trace = ({ context }, x0, x1, middle) => {
  context.moveTo(x0, middle);
  context.lineTo(x1, middle);
};
const traceAttempt: Trace = ({ context }, x0, _, middle) => context.rect(x0 - 0.5, middle + HALF - 3, 1, 6);
const traceBarrier: Trace = ({ context }, x0, _, middle) => context.rect(x0 - 1.5, middle - 11, 3, 22);
const traceStripes: Trace = ({ context }, x0, _, middle) => {
  for (let y = -5; y <= 7; y += 6) {
    context.moveTo(x0 - 3.5, middle + y);
    context.lineTo(x0 + 3.5, middle + y - 4);
  }
};
const traceLimit: Trace = ({ context }, x0, _, middle) => {
  context.moveTo(x0, middle - 8);
  context.lineTo(x0, middle + 8);
};
const traceShade: Trace = ({ context }, x0, x1, middle) => context.rect(x0, middle - ROW / 2 + 1, x1 - x0, ROW - 1);
const traceBand: Trace = ({ context }, x0, x1, middle) =>
  context.roundRect(x0, middle - 15, x1 - x0, 30, Math.min(4, (x1 - x0) / 2));
const traceNotch: Trace = ({ context }, x0, _, middle) => {
  const top = middle - ROW / 2 + 1;
  context.moveTo(x0 - 3, top);
  context.lineTo(x0 + 3, top);
  context.lineTo(x0, top + 5);
  context.closePath();
};
/** Beside the middle, so that it is seen to belong to no bracket: a lozenge with a bar to its right. */
const traceLoose: Trace = ({ context }, x0, x1, middle) => {
  const y = middle + HALF + 2;
  context.moveTo(x0, y - 4);
  context.lineTo(x0 + 4, y);
  context.lineTo(x0, y + 4);
  context.lineTo(x0 - 4, y);
  context.closePath();
  if (x1 - x0 > 4) context.rect(x0, y - 1.5, x1 - x0, 3);
};
const CELL_HALF = { loud: HALF, quiet: 6, ahead: 3 } as const;
const traceLoud: Trace = ({ context }, x0, x1, middle) =>
  context.rect(x0, middle - CELL_HALF.loud, x1 - x0, 2 * CELL_HALF.loud);
const traceQuiet: Trace = ({ context }, x0, x1, middle) =>
  context.rect(x0, middle - CELL_HALF.quiet, x1 - x0, 2 * CELL_HALF.quiet);
const traceAhead: Trace = ({ context }, x0, x1, middle) =>
  context.rect(x0, middle - CELL_HALF.ahead, x1 - x0, 2 * CELL_HALF.ahead);

function fill(pen: Pen, of: Rows, how: { kind: Kind; look: number; colour: string | CanvasPattern; trace: Trace }) {
  pen.context.beginPath();
  if (!traceAll(pen, of, how.kind, how.look, how.trace)) return;
  pen.context.fillStyle = how.colour;
  pen.context.fill();
}

const SOLID: number[] = [];

function stroke(
  pen: Pen,
  of: Rows,
  how: { kind: Kind; look: number; colour: string; trace: Trace; width: number; dash?: number[] },
) {
  pen.context.beginPath();
  if (!traceAll(pen, of, how.kind, how.look, how.trace)) return;
  pen.context.lineWidth = how.width;
  pen.context.strokeStyle = how.colour;
  pen.context.setLineDash(how.dash ?? SOLID);
  pen.context.stroke();
  pen.context.setLineDash(SOLID);
}

const isLoud = (mark: MarkName): boolean => isBadMark(mark) || mark === "late";

/** The quiet first, then from the least to the worst: the worst wins its pixels. */
const CELLS: readonly { readonly look: number; readonly mark: MarkName }[] = MARKS.map((mark, look) => ({ mark, look }))
  .reverse()
  .sort((a, b) => Number(isLoud(a.mark)) - Number(isLoud(b.mark)));

function paintCells(pen: Pen, of: Rows): void {
  for (const { mark, look } of CELLS) {
    const loud = isLoud(mark);
    const trace = loud ? traceLoud : mark === "upcoming" || mark === "due" ? traceAhead : traceQuiet;
    pen.context.globalAlpha = loud ? 1 : 0.38;
    fill(pen, of, { kind: KIND.cell, look, colour: pen.palette.fill[toneOf(mark)], trace });
  }
  pen.context.globalAlpha = 1;
}

const GAPS = ["missing", "rejected"] as const;
const DASH = [3, 2];

function paintBrackets(pen: Pen, of: Rows): void {
  const { palette } = pen;
  for (const [look, name] of BRACKETS.entries()) {
    if (name === "missing" || name === "rejected") continue;
    const colour = name === "due" ? palette.fill.idle : palette.lineStrong;
    stroke(pen, of, { kind: KIND.bracket, look, colour, trace: traceBracket, width: 1.2 });
  }
  for (const name of GAPS) {
    const tone = toneOf(name);
    const look = BRACKETS.indexOf(name);
    fill(pen, of, { kind: KIND.bracket, look, colour: palette.soft[tone], trace: traceGap });
    const colour = palette.fill[tone];
    stroke(pen, of, { kind: KIND.bracket, look, colour, trace: traceBracket, width: 1.2, dash: DASH });
  }
}

function paintRuns(pen: Pen, of: Rows): void {
  const { palette } = pen;
  const dash = [2, 2];
  stroke(pen, of, { kind: KIND.distance, look: -1, colour: palette.fill.late, trace: traceDistance, width: 1.4, dash });
  for (const [look, tone] of TONES.entries()) {
    fill(pen, of, { kind: KIND.bar, look, colour: palette.fill[tone], trace: traceBar });
  }
  fill(pen, of, { kind: KIND.over, look: -1, colour: palette.soft.bad, trace: traceBar });
  if (pen.overHatch) fill(pen, of, { kind: KIND.over, look: -1, colour: pen.overHatch, trace: traceBar });
  stroke(pen, of, { kind: KIND.over, look: -1, colour: palette.fill.bad, trace: traceBar, width: 1 });
  stroke(pen, of, { kind: KIND.limit, look: -1, colour: palette.fill.bad, trace: traceLimit, width: 1.5 });
  fill(pen, of, { kind: KIND.attempt, look: -1, colour: palette.ink3, trace: traceAttempt });
  for (const [look, tone] of TONES.entries()) {
    fill(pen, of, { kind: KIND.loose, look, colour: palette.fill[tone], trace: traceLoose });
  }
}

function paintRefusals(pen: Pen, of: Rows): void {
  const { palette } = pen;
  const colour = palette.fill.rejected;
  stroke(pen, of, { kind: KIND.starved, look: -1, colour, trace: traceDistance, width: 1 });
  fill(pen, of, { kind: KIND.barrier, look: -1, colour, trace: traceBarrier });
  stroke(pen, of, { kind: KIND.barrier, look: -1, colour: palette.surface, trace: traceStripes, width: 1.3 });
}

const traceStart: Trace = ({ context }, x0, _, middle) => {
  context.moveTo(x0, middle - 11);
  context.lineTo(x0, middle + 11);
};
const traceConfirmed: Trace = ({ context }, x0, _, middle) => context.rect(x0 - 2, middle - 5, 5, 10);
/** A line with a hook back: the original stands again. */
const traceRevert: Trace = ({ context }, x0, _, middle) => {
  context.moveTo(x0, middle + 9);
  context.lineTo(x0, middle - 9);
  context.lineTo(x0 - 4, middle - 5);
  context.moveTo(x0, middle - 9);
  context.lineTo(x0 + 4, middle - 5);
};

function paintBands(pen: Pen, of: Rows): void {
  const { palette } = pen;
  fill(pen, of, { kind: KIND.band, look: -1, colour: palette.accentSoft, trace: traceBand });
  stroke(pen, of, { kind: KIND.band, look: -1, colour: palette.accent, trace: traceBand, width: 1 });
  stroke(pen, of, { kind: KIND.step, look: 0, colour: palette.accent, trace: traceStart, width: 2 });
  fill(pen, of, { kind: KIND.step, look: 1, colour: palette.fill.ok, trace: traceConfirmed });
  stroke(pen, of, { kind: KIND.step, look: 2, colour: palette.accent, trace: traceRevert, width: 1.5 });
}

function paintGlyphs(pen: Pen, of: Rows): void {
  for (let row = 0; row < of.count; row++) {
    const one = of.rows[row];
    const pool = one?.pool;
    if (!one || !pool?.holds(KIND.glyph, -1)) continue;
    for (let at = 0; at < pool.count; at++) {
      if (pool.kind[at] !== KIND.glyph) continue;
      const x = (pool.x0[at] ?? 0) + of.shift;
      if (x > -8 && x < of.width + 8) paintGlyph(pen, { name: markAt(pool.look[at] ?? 0), x, y: one.top + ROW / 2 });
    }
  }
}

/** All marks of some lanes, what is wrong on top. */
export function paintRows(pen: Pen, of: Rows): void {
  const { palette } = pen;
  fill(pen, of, { kind: KIND.shade, look: -1, colour: palette.soft.idle, trace: traceShade });
  paintBands(pen, of);
  fill(pen, of, { kind: KIND.notch, look: -1, colour: palette.ink3, trace: traceNotch });
  paintCells(pen, of);
  paintBrackets(pen, of);
  paintRuns(pen, of);
  paintRefusals(pen, of);
  paintGlyphs(pen, of);
}
