/** Draws the lanes that are seen, and what runs through all of them: time, blind spans, changes, now. */
import type { Stretch } from "./model.ts";
import { type PaintRow, paintRows, ROW, type Rows } from "./paint.ts";
import type { Pen } from "./pen.ts";

/** What lies under a pointer, or is chosen: in pixels of the picture. */
export interface Lit {
  row: number;
  x0: number;
  x1: number;
  on: boolean;
}

/** One picture; its owner fills it anew for each frame, and keeps it. */
export interface Picture extends Rows {
  readonly rows: PaintRow[];
  height: number;
  from: number;
  perMilli: number;
  readonly lines: number[];
  /** So many of them. */
  lineCount: number;
  blind: readonly Stretch[];
  changes: readonly { readonly at: number }[];
  now: number;
  readonly pointed: Lit;
  readonly chosen: Lit;
  ratio: number;
}

export const emptyPicture = (): Picture => ({
  ...{ rows: [], count: 0, shift: 0, width: 0, height: 0, from: 0, perMilli: 0 },
  ...{ lines: [], lineCount: 0, blind: [], changes: [], now: 0, ratio: 1 },
  pointed: { row: -1, x0: 0, x1: 0, on: false },
  chosen: { row: -1, x0: 0, x1: 0, on: false },
});

const upright = (context: CanvasRenderingContext2D, x: number, height: number): void => {
  context.moveTo(x, 0);
  context.lineTo(x, height);
};

const X = (at: number, { from, perMilli }: Picture): number => (at - from) * perMilli;

function paintLit({ context, palette }: Pen, lit: Lit, rows: readonly PaintRow[], edge: boolean): void {
  const row = rows[lit.row];
  if (!lit.on || !row) return;
  context.beginPath();
  context.roundRect(lit.x0 - 5, row.top + 4, lit.x1 - lit.x0 + 10, ROW - 8, 4);
  context.fillStyle = edge ? palette.accentSoft : palette.soft.idle;
  context.fill();
  if (!edge) return;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.stroke();
}

function paintGrid({ context, palette }: Pen, picture: Picture): void {
  context.lineWidth = 1;
  context.strokeStyle = palette.line;
  context.beginPath();
  for (let at = 0; at < picture.lineCount; at++) {
    const x = Math.round(picture.lines[at] ?? 0) + 0.5;
    if (x >= 0 && x <= picture.width) upright(context, x, picture.height);
  }
  for (let row = 0; row < picture.count; row++) {
    const top = (picture.rows[row]?.top ?? 0) + 0.5;
    context.moveTo(0, top);
    context.lineTo(picture.width, top);
  }
  context.stroke();
}

function paintBlind(pen: Pen, picture: Picture): void {
  const { context, hatch } = pen;
  if (!hatch) return;
  context.globalAlpha = 0.55;
  context.fillStyle = hatch;
  for (let at = 0; at < picture.blind.length; at++) {
    const one = picture.blind[at];
    if (!one) continue;
    const [x0, x1] = [Math.max(0, X(one.from, picture)), Math.min(picture.width, X(one.to, picture))];
    if (x1 >= 0 && x0 <= picture.width) context.fillRect(x0, 0, Math.max(x1 - x0, 2), picture.height);
  }
  context.globalAlpha = 1;
}

const DOTS = [1, 3];
const SOLID: number[] = [];

export function paintFrame(pen: Pen, picture: Picture): void {
  const { context, palette } = pen;
  const { width, height, ratio } = picture;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  // All of the canvas: it is taller than the lanes where there were more of them before.
  context.clearRect(0, 0, width, context.canvas.height / ratio);
  paintGrid(pen, picture);
  paintLit(pen, picture.chosen, picture.rows, true);
  paintLit(pen, picture.pointed, picture.rows, false);
  paintRows(pen, picture);
  paintBlind(pen, picture);
  context.lineWidth = 1;
  context.strokeStyle = palette.ink3;
  context.setLineDash(DOTS);
  context.beginPath();
  for (let at = 0; at < picture.changes.length; at++) {
    const x = Math.round(X(picture.changes[at]?.at ?? 0, picture)) + 0.5;
    if (x >= 0 && x <= width) upright(context, x, height);
  }
  context.stroke();
  context.setLineDash(SOLID);
  const x = X(picture.now, picture);
  if (x < 0 || x > width) return;
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  context.beginPath();
  upright(context, x, height);
  context.stroke();
}
