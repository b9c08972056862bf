/** The shapes of verdicts as a painter draws them, twelve pixels wide. */
import { type MarkName, toneOf } from "#components/marks/look.ts";
import type { Pen } from "./pen.ts";

type Draw = (context: CanvasRenderingContext2D, colours: { readonly mark: string; readonly ground: string }) => void;

function square(context: CanvasRenderingContext2D, colours: { readonly mark: string; readonly ground: string }): void {
  context.fillStyle = colours.mark;
  context.beginPath();
  context.roundRect(-6, -6, 12, 12, 2);
  context.fill();
  context.strokeStyle = colours.ground;
  context.lineWidth = 1.6;
}

function strokes(context: CanvasRenderingContext2D, lines: readonly (readonly [number, number])[][]): void {
  context.beginPath();
  for (const [first, ...rest] of lines) {
    if (!first) continue;
    context.moveTo(...first);
    for (const point of rest) context.lineTo(...point);
  }
  context.stroke();
}

const SHAPES: Readonly<Partial<Record<MarkName, Draw>>> = {
  missing(context, { mark }) {
    context.strokeStyle = mark;
    context.lineWidth = 1.5;
    context.setLineDash([2.4, 1.8]);
    context.strokeRect(-4.5, -4.5, 9, 9);
    context.setLineDash([]);
  },
  rejected(context, { mark }) {
    context.strokeStyle = mark;
    context.lineWidth = 1.4;
    context.strokeRect(-5, -2.5, 10, 4);
    strokes(context, [
      [
        [-3, 1.5],
        [0, -2.5],
      ],
      [
        [0.5, 1.5],
        [3.5, -2.5],
      ],
      [
        [-3.5, 1.5],
        [-3.5, 5],
      ],
      [
        [3.5, 1.5],
        [3.5, 5],
      ],
    ]);
  },
  failed(context, colours) {
    square(context, colours);
    strokes(context, [
      [
        [0, -3],
        [0, 0.6],
      ],
      [
        [0, 2.8],
        [0, 2.9],
      ],
    ]);
  },
  overrun(context, colours) {
    square(context, colours);
    strokes(context, [
      [
        [0, -3],
        [0, 0],
        [2.2, 1.6],
      ],
    ]);
  },
  excused(context, { mark }) {
    context.strokeStyle = mark;
    context.lineWidth = 2;
    strokes(context, [
      [
        [-4, 0],
        [4, 0],
      ],
    ]);
  },
  blind(context, { mark }) {
    context.strokeStyle = mark;
    context.lineWidth = 1.2;
    strokes(context, [
      [
        [-5, -1],
        [-1, -5],
      ],
      [
        [-5, 3],
        [3, -5],
      ],
      [
        [-3, 5],
        [5, -3],
      ],
      [
        [1, 5],
        [5, 1],
      ],
    ]);
  },
};

export function paintGlyph(
  { context, palette }: Pen,
  at: { readonly name: MarkName; readonly x: number; readonly y: number },
): void {
  const draw = SHAPES[at.name];
  if (!draw) return;
  context.save();
  context.translate(at.x, at.y);
  context.lineCap = "round";
  draw(context, { mark: palette.fill[toneOf(at.name)], ground: palette.surface });
  context.restore();
}
