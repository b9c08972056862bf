/** What is drawn with. */
import type { Palette } from "./palette.ts";

export interface Pen {
  readonly context: CanvasRenderingContext2D;
  readonly palette: Palette;
  /** Hatching, made once a theme. */
  readonly hatch: CanvasPattern | null;
  readonly overHatch: CanvasPattern | null;
}

function pattern(context: CanvasRenderingContext2D, hatch: { size: number; width: number; colour: string }) {
  const tile = document.createElement("canvas");
  tile.width = tile.height = hatch.size * 2;
  const pen = tile.getContext("2d");
  if (!pen) return null;
  pen.strokeStyle = hatch.colour;
  pen.lineWidth = hatch.width;
  pen.beginPath();
  for (let at = -2; at <= 2; at++) {
    pen.moveTo(at * hatch.size - 2, hatch.size * 2 + 2);
    pen.lineTo((at + 2) * hatch.size + 2, -2);
  }
  pen.stroke();
  return context.createPattern(tile, "repeat");
}

export const makePen = (context: CanvasRenderingContext2D, palette: Palette): Pen => ({
  context,
  palette,
  hatch: pattern(context, { size: 5, width: 0.8, colour: palette.ink3 }),
  overHatch: pattern(context, { size: 4, width: 1.8, colour: palette.fill.bad }),
});
