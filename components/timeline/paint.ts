/** Draws what the layout says: a loop over marks. */
import { isBadMark, toneOf } from "#components/marks/look.ts";
import { paintGlyph } from "./glyphs.ts";
import type { BracketLook, Mark } from "./marks.ts";
import type { Pen } from "./pen.ts";

/** Height of a lane. */
export const ROW = 38;
const HALF = 9;
const BAR = 4;
/** Half a bar that others lie on. */
const UNDER = 1.5;

const DASHED: ReadonlySet<BracketLook> = new Set(["missing", "rejected"]);

function bracket(pen: Pen, mark: Extract<Mark, { kind: "bracket" }>, middle: number): void {
  const { context, palette } = pen;
  const { x0, x1, look } = mark;
  const [top, bottom] = [middle - HALF, middle + HALF];
  const tone = look === "missing" ? "bad" : "rejected";
  if (DASHED.has(look)) {
    context.fillStyle = palette.soft[tone];
    context.beginPath();
    context.roundRect(x0, top, x1 - x0, bottom - top, 2);
    context.fill();
  }
  const foot = Math.min(4, (x1 - x0) / 3);
  context.lineWidth = 1.2;
  context.setLineDash(DASHED.has(look) ? [3, 2] : []);
  context.strokeStyle = DASHED.has(look) ? palette.fill[tone] : look === "due" ? palette.fill.idle : palette.lineStrong;
  context.beginPath();
  context.moveTo(x0 + foot, top);
  context.lineTo(x0, top);
  context.lineTo(x0, bottom);
  context.lineTo(x0 + foot, bottom);
  context.moveTo(x1 - foot, top);
  context.lineTo(x1, top);
  context.lineTo(x1, bottom);
  context.lineTo(x1 - foot, bottom);
  context.stroke();
  context.setLineDash([]);
}

function bar(pen: Pen, mark: Extract<Mark, { kind: "bar" }>, middle: number): void {
  const { context, palette } = pen;
  const { x0, x1, tone, over, open, under } = mark;
  const half = under ? UNDER : BAR;
  context.beginPath();
  // One that has not ended has no round end.
  context.roundRect(x0, middle - half, x1 - x0, 2 * half, open ? [2, 0, 0, 2] : 2);
  context.fillStyle = over ? palette.soft.bad : palette.fill[tone];
  context.fill();
  if (!over) return;
  if (pen.overHatch) {
    context.fillStyle = pen.overHatch;
    context.fill();
  }
  context.strokeStyle = palette.fill.bad;
  context.lineWidth = 1;
  context.stroke();
}

function barrier({ context, palette }: Pen, x: number, middle: number): void {
  context.fillStyle = palette.fill.rejected;
  context.fillRect(x - 1.5, middle - 11, 3, 22);
  context.strokeStyle = palette.surface;
  context.lineWidth = 1.3;
  context.beginPath();
  for (const y of [-5, 1, 7]) {
    context.moveTo(x - 3.5, middle + y);
    context.lineTo(x + 3.5, middle + y - 4);
  }
  context.stroke();
}

function cell({ context, palette }: Pen, mark: Extract<Mark, { kind: "cell" }>, middle: number): void {
  const { x0, x1, worst } = mark;
  const loud = isBadMark(worst) || worst === "late";
  // What is still to come is a thin line of cells.
  const half = loud ? HALF : worst === "upcoming" || worst === "due" ? 3 : 6;
  context.globalAlpha = loud ? 1 : 0.38;
  context.fillStyle = palette.fill[toneOf(worst)];
  context.beginPath();
  context.roundRect(x0, middle - half, x1 - x0, 2 * half, 1);
  context.fill();
  context.globalAlpha = 1;
}

/** One mark of a lane whose top edge lies at `top`. */
export function paintMark(pen: Pen, mark: Mark, top: number): void {
  const { context, palette } = pen;
  const middle = top + ROW / 2;
  switch (mark.kind) {
    case "shade":
      context.fillStyle = palette.soft.idle;
      context.fillRect(mark.x0, top + 1, mark.x1 - mark.x0, ROW - 1);
      return;
    case "bracket":
      bracket(pen, mark, middle);
      return;
    case "distance":
      context.strokeStyle = palette.fill.late;
      context.lineWidth = 1.4;
      context.setLineDash([2, 2]);
      context.beginPath();
      context.moveTo(mark.x0, middle);
      context.lineTo(mark.x1, middle);
      context.stroke();
      context.setLineDash([]);
      return;
    case "bar":
      bar(pen, mark, middle);
      return;
    case "glyph":
      paintGlyph(pen, { name: mark.name, x: mark.x, y: middle });
      return;
    case "barrier":
      barrier(pen, mark.x, middle);
      return;
    case "attempt":
      context.fillStyle = palette.ink3;
      context.fillRect(mark.x - 0.5, middle + HALF - 3, 1, 6);
      return;
    case "notch":
      context.fillStyle = palette.ink3;
      context.beginPath();
      context.moveTo(mark.x - 3, top + 1);
      context.lineTo(mark.x + 3, top + 1);
      context.lineTo(mark.x, top + 6);
      context.fill();
      return;
    case "cell":
      cell(pen, mark, middle);
      return;
  }
}
