/** Draws the axis above the lanes: its labels, the changes, and the present as a pill. */
import type { Palette } from "./palette.ts";
import type { Tick } from "./ticks.ts";

export const AXIS = 34;
const BASELINE = 21;

export interface AxisPicture {
  width: number;
  from: number;
  perMilli: number;
  ticks: readonly Tick[];
  changes: readonly { readonly at: number; readonly title: string }[];
  now: number;
  /** What the pill says. */
  clock: string;
  ratio: number;
}

/** A label nearer than this to another thing is left out. */
const AIR = 8;
/** A title is cut when it is longer. */
const LONGEST_TITLE = 28;

const short = (title: string): string =>
  title.length > LONGEST_TITLE ? `${title.slice(0, LONGEST_TITLE - 1)}…` : title;

/** Taken stretches of the line, so that nothing is written over anything. */
class Room {
  readonly #taken: number[] = [];

  isFree(x0: number, x1: number): boolean {
    for (let at = 0; at < this.#taken.length; at += 2) {
      if (x0 < (this.#taken[at + 1] ?? 0) + AIR && x1 > (this.#taken[at] ?? 0) - AIR) return false;
    }
    return true;
  }

  take(x0: number, x1: number): void {
    this.#taken.push(x0, x1);
  }

  clear(): void {
    this.#taken.length = 0;
  }
}

/** One for all frames, since they come one after the other. */
const room = new Room();

function paintPill(context: CanvasRenderingContext2D, axis: AxisPicture, palette: Palette): void {
  const x = (axis.now - axis.from) * axis.perMilli;
  if (x < 0 || x > axis.width) return;
  context.font = `600 11px ${palette.font}`;
  const half = context.measureText(axis.clock).width / 2 + 7;
  const centre = Math.min(Math.max(x, half), axis.width - half);
  context.fillStyle = palette.accent;
  context.beginPath();
  context.roundRect(centre - half, 8, 2 * half, 18, 9);
  context.fill();
  context.fillStyle = palette.onAccent;
  context.textAlign = "center";
  context.fillText(axis.clock, centre, BASELINE);
  room.take(centre - half, centre + half);
}

function paintChanges(context: CanvasRenderingContext2D, axis: AxisPicture, palette: Palette): void {
  context.font = `11px ${palette.font}`;
  context.textAlign = "right";
  for (let at = axis.changes.length - 1; at >= 0; at--) {
    const change = axis.changes[at];
    const x = change ? (change.at - axis.from) * axis.perMilli : -1;
    if (!change || x < 0 || x > axis.width) continue;
    context.fillStyle = palette.ink2;
    context.beginPath();
    context.moveTo(x - 4, AXIS - 8);
    context.lineTo(x + 4, AXIS - 8);
    context.lineTo(x, AXIS - 2);
    context.fill();
    if (axis.width < 500) continue;
    const title = short(change.title);
    const long = context.measureText(title).width;
    if (x - 10 - long < 0 || !room.isFree(x - 10 - long, x + 4)) continue;
    context.fillText(title, x - 10, BASELINE);
    room.take(x - 10 - long, x + 4);
  }
}

/** The stronger claim first: the present, what changed, then the clock's marks. */
export function paintAxis(context: CanvasRenderingContext2D, axis: AxisPicture, palette: Palette): void {
  context.setTransform(axis.ratio, 0, 0, axis.ratio, 0, 0);
  context.clearRect(0, 0, axis.width, AXIS);
  room.clear();
  paintPill(context, axis, palette);
  paintChanges(context, axis, palette);
  context.textAlign = "center";
  for (let at = 0; at < axis.ticks.length; at++) {
    const tick = axis.ticks[at];
    if (!tick) continue;
    const x = (tick.at - axis.from) * axis.perMilli;
    context.font = tick.day ? `550 11.5px ${palette.font}` : `11.5px ${palette.font}`;
    const half = context.measureText(tick.label).width / 2;
    if (x < -half || x > axis.width + half) continue;
    const centre = Math.min(Math.max(x, half + 2), axis.width - half - 2);
    if (Math.abs(centre - x) > half || !room.isFree(centre - half, centre + half)) continue;
    context.fillStyle = tick.day ? palette.ink2 : palette.ink3;
    context.fillText(tick.label, centre, BASELINE);
    room.take(centre - half, centre + half);
  }
}
