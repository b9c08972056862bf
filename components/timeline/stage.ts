/** The canvas of some lanes and of the axis above them, drawn by what a viewport shows. Outside of React. */
import { clockInZone } from "#components/time/words.ts";
import { type Found, hitAt, type Meant, meantBy } from "./hit.ts";
import { endOf } from "./measure.ts";
import type { ChangeModel, LaneFacts, Stretch } from "./model.ts";
import { ROW } from "./paint.ts";
import { AXIS, type AxisPicture, paintAxis } from "./paint-axis.ts";
import { emptyPicture, type Lit, paintFrame } from "./paint-frame.ts";
import { readPalette } from "./palette.ts";
import { makePen, type Pen } from "./pen.ts";
import { Scene } from "./scene.ts";
import { type Tick, ticksOf } from "./ticks.ts";
import type { Viewport } from "./viewport.ts";

/** A lane and where it stands in the picture. */
export interface StageLane {
  readonly slug: string;
  readonly top: number;
}

export interface Selection {
  readonly slug: string;
  readonly expectedAt: number;
}

/** What is to be drawn, as React knows it. */
export interface Script {
  readonly lanes: readonly StageLane[];
  readonly height: number;
  readonly factsOf: (slug: string) => LaneFacts | null;
  readonly blind: readonly Stretch[];
  readonly changes: readonly ChangeModel[];
  readonly zone: string;
  readonly selection: Selection | null;
}

export interface Pointed {
  readonly slug: string;
  /** Of the lane, in the picture. */
  readonly top: number;
  /** Of what is meant, in pixels of the picture. */
  readonly x0: number;
  readonly x1: number;
  /** The moment under the pointer. */
  readonly at: number;
  /** `null`: nothing lies there. */
  readonly meant: Meant | null;
}

const NOTHING: Script = {
  ...{ lanes: [], height: 0, factsOf: () => null, blind: [], changes: [], zone: "UTC", selection: null },
};
/** Between two labels of the axis, in pixels; on a phone less. */
const APART = { wide: 84, narrow: 70, below: 500 };

export class Stage {
  readonly scene = new Scene();
  readonly #viewport: Viewport;
  readonly #picture = emptyPicture();
  readonly #axis: AxisPicture = { width: 0, from: 0, perMilli: 0, ticks: [], changes: [], now: 0, clock: "", ratio: 1 };
  #script = NOTHING;
  #lanes: HTMLCanvasElement | null = null;
  #head: HTMLCanvasElement | null = null;
  #pen: Pen | null = null;
  #ticks: readonly Tick[] = [];
  #ticksFor = "";
  #pointed: Pointed | null = null;
  /** What was told last was read from it. */
  #toldOf: Script["factsOf"] = NOTHING.factsOf;

  constructor(viewport: Viewport) {
    this.#viewport = viewport;
  }

  /** The canvases to draw on; `null` when they are gone. */
  take(lanes: HTMLCanvasElement | null, head: HTMLCanvasElement | null): void {
    [this.#lanes, this.#head] = [lanes, head];
    this.repaint();
  }

  /** Takes another script, and draws it at once: in a frame of its own it would be seen to come after its rows. */
  play(script: Script): void {
    this.#script = script;
    this.draw();
  }

  /** The colours are others. */
  repaint(): void {
    this.#pen = null;
    this.#viewport.request();
  }

  light(pointed: Pointed | null): void {
    this.#pointed = pointed;
    this.#viewport.request();
  }

  /** What lies at a point of the picture; `null` beside all lanes. */
  at(x: number, y: number): Pointed | null {
    const lane = this.#script.lanes.find(({ top }) => y >= top && y < top + ROW);
    if (!lane) return null;
    const { from, perMilli } = this.#viewport;
    const at = from + x / perMilli;
    const facts = this.#script.factsOf(lane.slug);
    const sheet = this.scene.laidOf(lane.slug);
    const shift = this.#picture.shift;
    const found: Found | null = facts && sheet ? hitAt(sheet.hits, x - shift) : null;
    const meant = facts && found ? meantBy(facts, found, this.scene.laid) : null;
    const [x0, x1] = found && meant ? [found.x0 + shift, found.x1 + shift] : [x, x];
    return { ...lane, x0, x1, at, meant };
  }

  /** What is on the canvases, for a picture of it; `null` before the first drawing. */
  drawn() {
    const [canvas, head] = [this.#lanes, this.#head];
    if (!canvas || !head || canvas.width === 0 || this.#picture.width === 0) return null;
    const { width, height, ratio } = this.#picture;
    return { canvas, head, rows: this.#script.lanes, width, height, ratio };
  }

  readonly draw = (): void => {
    const [lanes, head, viewport] = [this.#lanes, this.#head, this.#viewport];
    if (!lanes || !head || viewport.width <= 0) return;
    const pen = this.#penOn(lanes);
    if (!pen) return;
    const ratio = window.devicePixelRatio || 1;
    sizeTo(lanes, viewport.width, tallOf(this.#script.height, lanes.height / ratio), ratio);
    sizeTo(head, viewport.width, AXIS, ratio);
    this.#lay(ratio);
    paintFrame(pen, this.#picture);
    this.#drawAxis(head, pen, ratio);
    this.#tellDrawn(lanes);
  };

  /** How many lanes stand on the canvas, and how new they are: for whoever tests, or measures, that they were drawn. */
  #tellDrawn(canvas: HTMLCanvasElement): void {
    const { factsOf, lanes } = this.#script;
    if (factsOf === this.#toldOf) return;
    this.#toldOf = factsOf;
    let [newest, drawn] = [Number.NEGATIVE_INFINITY, 0];
    for (const { slug } of lanes) {
      const facts = factsOf(slug);
      if (facts) drawn++;
      newest = Math.max(newest, newestIn(facts));
    }
    canvas.dataset["lanes"] = String(drawn);
    canvas.dataset["newest"] = Number.isFinite(newest) ? String(newest) : "";
  }

  #penOn(canvas: HTMLCanvasElement): Pen | null {
    const context = this.#pen ? null : canvas.getContext("2d");
    if (context) this.#pen = makePen(context, readPalette(canvas));
    return this.#pen;
  }

  #lay(ratio: number): void {
    const { viewport, picture, script } = { viewport: this.#viewport, picture: this.#picture, script: this.#script };
    const { perMilli, now } = viewport;
    picture.shift = this.scene.cover(viewport, perMilli);
    picture.count = script.lanes.length;
    for (let row = 0; row < script.lanes.length; row++) {
      const lane = script.lanes[row];
      if (!lane) continue;
      const facts = script.factsOf(lane.slug);
      let place = picture.rows[row];
      if (!place) {
        place = { pool: null, top: 0 };
        picture.rows[row] = place;
      }
      place.top = lane.top;
      place.pool = facts ? this.scene.sheetOf(lane.slug, facts, now).marks : null;
    }
    this.#layTicks();
    [picture.from, picture.perMilli, picture.width] = [viewport.from, perMilli, viewport.width];
    [picture.height, picture.now, picture.ratio] = [script.height, now, ratio];
    [picture.blind, picture.changes] = [script.blind, script.changes];
    this.#layLit(picture.pointed, picture.chosen);
  }

  /** Labels are worked out for all that is laid out, and move with it. */
  #layTicks(): void {
    const { viewport, picture } = { viewport: this.#viewport, picture: this.#picture };
    const apart = viewport.width < APART.below ? APART.narrow : APART.wide;
    const wanted = `${this.scene.round} ${this.#script.zone}`;
    if (wanted !== this.#ticksFor) {
      this.#ticksFor = wanted;
      this.#ticks = ticksOf(this.scene.laid, this.#script.zone, apart / viewport.perMilli);
    }
    picture.lineCount = this.#ticks.length;
    for (let at = 0; at < this.#ticks.length; at++) {
      picture.lines[at] = ((this.#ticks[at]?.at ?? 0) - viewport.from) * viewport.perMilli;
    }
  }

  #layLit(pointed: Lit, chosen: Lit): void {
    const { lanes, selection, factsOf } = this.#script;
    const { from, perMilli, now } = this.#viewport;
    const under = this.#pointed;
    pointed.on = under?.meant?.kind === "window" || under?.meant?.kind === "cell";
    if (under) {
      pointed.row = lanes.findIndex(({ slug, top }) => slug === under.slug && top === under.top);
      [pointed.x0, pointed.x1] = [under.x0, under.x1];
    }
    chosen.row = selection ? lanes.findIndex(({ slug }) => slug === selection.slug) : -1;
    chosen.on = chosen.row >= 0;
    if (!selection || !chosen.on) return;
    const window = factsOf(selection.slug)?.windows.find(({ expectedAt }) => expectedAt === selection.expectedAt);
    const end = window ? Math.min(endOf(window), Math.max(now, window.dueBy)) : selection.expectedAt;
    chosen.x0 = ((window?.opensAt ?? selection.expectedAt) - from) * perMilli;
    chosen.x1 = Math.max((end - from) * perMilli, chosen.x0 + 5);
  }

  #drawAxis(head: HTMLCanvasElement, pen: Pen, ratio: number): void {
    const context = head.getContext("2d");
    if (!context) return;
    const axis = this.#axis;
    const { width, from, perMilli, now, length } = this.#viewport;
    [axis.width, axis.from, axis.perMilli, axis.now, axis.ratio] = [width, from, perMilli, now, ratio];
    [axis.ticks, axis.changes] = [this.#ticks, this.#script.changes];
    axis.clock = clockInZone(now, this.#script.zone, { seconds: length <= 900_000 });
    paintAxis(context, axis, pen.palette);
  }
}

/** The last moment that a run of a lane tells of; minus infinite where it has none. */
function newestIn(lane: LaneFacts | null): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const { runs } of lane?.windows ?? []) for (const run of runs) newest = Math.max(newest, run.to ?? run.from);
  for (const run of lane?.unscheduled ?? []) newest = Math.max(newest, run.to ?? run.from);
  return newest;
}

/** A canvas grows by so many pixels at once, and shrinks when half of it is not needed. */
const STEP = 4 * ROW;

/** How tall the canvas is for lanes of a height: while one scrolls a row comes and goes, and it stays as it is. */
function tallOf(height: number, before: number): number {
  return height <= before && height > before / 2 ? before : Math.ceil(height / STEP) * STEP;
}

/** Sizes a canvas only where it is another, since that clears it and costs a frame. */
function sizeTo(canvas: HTMLCanvasElement, width: number, height: number, ratio: number): void {
  const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height === high && canvas.style.height !== "") return;
  canvas.height = high;
  canvas.style.height = `${height}px`;
}
