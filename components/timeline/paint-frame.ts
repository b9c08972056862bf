/** Draws the lanes that are seen, and what runs through all of them: time, blind spans, changes, now. */
import { laneMarks } from "./lanes.ts";
import type { LaneModel, TimelineModel } from "./model.ts";
import { paintMark, ROW } from "./paint.ts";
import type { Palette } from "./palette.ts";
import { makePen, type Pen } from "./pen.ts";
import type { Scale } from "./scale.ts";
import type { Tick } from "./ticks.ts";

export interface Picture {
  readonly timeline: Pick<TimelineModel, "blind" | "changes">;
  /** Those that are seen, in order. */
  readonly lanes: readonly LaneModel[];
  readonly scale: Scale;
  readonly ticks: readonly Tick[];
  readonly now: number;
  /** The window that is chosen or pointed at. */
  readonly lit: { readonly slug: string; readonly x0: number; readonly x1: number } | null;
}

function upright({ context }: Pen, x: number, height: number): void {
  context.beginPath();
  context.moveTo(x, 0);
  context.lineTo(x, height);
  context.stroke();
}

/** @param ratio pixels of the screen in one of ours */
export function paintPicture(
  context: CanvasRenderingContext2D,
  picture: Picture,
  on: { readonly palette: Palette; readonly ratio: number },
): void {
  const { lanes, scale, ticks, timeline, now, lit } = picture;
  const { palette, ratio } = on;
  const height = lanes.length * ROW;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, scale.width, height);
  const pen = makePen(context, palette);

  context.lineWidth = 1;
  context.strokeStyle = palette.line;
  for (const tick of ticks) upright(pen, Math.round(tick.x) + 0.5, height);
  for (const [index, lane] of lanes.entries()) {
    const top = index * ROW;
    if (lit?.slug === lane.slug) {
      context.fillStyle = palette.soft.idle;
      context.beginPath();
      context.roundRect(lit.x0 - 5, top + 4, lit.x1 - lit.x0 + 10, ROW - 8, 4);
      context.fill();
    }
    for (const mark of laneMarks(lane, scale, now)) paintMark(pen, mark, top);
    context.strokeStyle = palette.line;
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(0, top + 0.5);
    context.lineTo(scale.width, top + 0.5);
    context.stroke();
  }
  for (const blind of timeline.blind) {
    const [x0, x1] = [scale.x(blind.from), scale.x(blind.to)];
    if (x1 < 0 || x0 > scale.width || !pen.hatch) continue;
    context.globalAlpha = 0.55;
    context.fillStyle = pen.hatch;
    context.fillRect(x0, 0, Math.max(x1 - x0, 2), height);
    context.globalAlpha = 1;
  }
  context.strokeStyle = palette.ink3;
  context.setLineDash([1, 3]);
  for (const change of timeline.changes) {
    if (change.at >= scale.from && change.at <= scale.to) upright(pen, Math.round(scale.x(change.at)) + 0.5, height);
  }
  context.setLineDash([]);
  context.strokeStyle = palette.accent;
  context.lineWidth = 1.5;
  upright(pen, scale.x(now), height);
}
