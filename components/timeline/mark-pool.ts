/**
 * What is drawn in a lane, and what of it can be pointed at, as columns of numbers: a lane is laid out anew many times a
 * second while one zooms, and must leave no garbage behind.
 */
import { MARKS, type MarkName, type Tone } from "#components/marks/look.ts";

/** In the order in which they lie over each other. */
export const KIND = {
  /** Maintenance or a pause. */
  shade: 0,
  /** An acceleration. */
  band: 1,
  /** A mark within a band: look 0 start, 1 a confirmed run, 2 its revert. */
  step: 2,
  /** Another version came into force. */
  notch: 3,
  /** Windows too narrow to be drawn, by the worst of them. */
  cell: 4,
  /** The expected window, from `opensAt` to `dueBy`. */
  bracket: 5,
  /** From the end of the grace to the start of a run: lateness as a distance. */
  distance: 6,
  /** A run. */
  bar: 7,
  /** What of a run lies past its limit. */
  over: 8,
  /** The limit itself. */
  limit: 9,
  /** The scheduler fired. */
  attempt: 10,
  /** From a refusal to the window that it starved. */
  starved: 11,
  /** Refused at the boundary at this moment. */
  barrier: 12,
  /** A run that nobody expected. */
  loose: 13,
  glyph: 14,
} as const;
export type Kind = (typeof KIND)[keyof typeof KIND];
export type KindName = keyof typeof KIND;

/** How a bracket looks. `plain`: past; `due`: open now; `future`: still to come; the others are gaps. */
export const BRACKETS = ["plain", "due", "future", "missing", "rejected", "blind", "excused"] as const;
export type BracketLook = (typeof BRACKETS)[number];
export const TONES: readonly Tone[] = ["ok", "late", "running", "bad", "rejected", "idle"];

/** What a mark that can be pointed at stands for. `cell`: some of the windows; `bucket`: some of the buckets. */
export const TARGET = { shade: 0, band: 1, cell: 2, bucket: 3, window: 4, loose: 5, notch: 6 } as const;
export type Target = (typeof TARGET)[keyof typeof TARGET];

export const markAt = (look: number): MarkName => MARKS[look] ?? "upcoming";
export const lookOfMark = (name: MarkName): number => MARKS.indexOf(name);

export class MarkPool {
  count = 0;
  kind = new Uint8Array(64);
  look = new Uint8Array(64);
  /** −1 above the middle, 1 below it, 0 in it: two runs at once lie apart. */
  lift = new Int8Array(64);
  /** Pixels from the left edge of what is laid out. */
  x0 = new Float32Array(64);
  x1 = new Float32Array(64);
  /** For each kind a bit for every look that is in it: most lanes have few of them, and are passed over for the rest. */
  readonly #looks = new Uint32Array(Object.keys(KIND).length);

  clear(): void {
    this.count = 0;
    this.#looks.fill(0);
  }

  /** @param look −1: any */
  holds(kind: Kind, look: number): boolean {
    const looks = this.#looks[kind] ?? 0;
    return look < 0 ? looks !== 0 : (looks & (1 << look)) !== 0;
  }

  push(kind: Kind, look: number, x0: number, x1: number, lift = 0): void {
    const at = this.count;
    if (at === this.kind.length) this.#grow();
    this.kind[at] = kind;
    this.look[at] = look;
    this.lift[at] = lift;
    this.x0[at] = x0;
    this.x1[at] = x1;
    this.count = at + 1;
    this.#looks[kind] = (this.#looks[kind] ?? 0) | (1 << look);
  }

  #grow(): void {
    const size = this.kind.length * 2;
    const { kind, look, lift, x0, x1 } = this;
    this.kind = new Uint8Array(size);
    this.look = new Uint8Array(size);
    this.lift = new Int8Array(size);
    this.x0 = new Float32Array(size);
    this.x1 = new Float32Array(size);
    this.kind.set(kind);
    this.look.set(look);
    this.lift.set(lift);
    this.x0.set(x0);
    this.x1.set(x1);
  }
}

/** What can be pointed at, by its left edge, with the furthest right edge so far beside it: found by halving. */
export class HitIndex {
  count = 0;
  x0 = new Float64Array(64);
  x1 = new Float64Array(64);
  reach = new Float64Array(64);
  target = new Uint8Array(64);
  /** Places in the facts of the lane: [first, end). */
  first = new Int32Array(64);
  end = new Int32Array(64);

  clear(): void {
    this.count = 0;
  }

  push(target: Target, x0: number, x1: number, first: number, end = first + 1): void {
    if (this.count === this.x0.length) this.#grow();
    let at = this.count;
    // They come nearly in order, so that moving the few that do not is cheaper than sorting.
    while (at > 0 && (this.x0[at - 1] ?? 0) > x0) {
      this.#copy(at - 1, at);
      at--;
    }
    this.x0[at] = x0;
    this.x1[at] = x1;
    this.target[at] = target;
    this.first[at] = first;
    this.end[at] = end;
    this.count++;
  }

  /** After the last push. */
  seal(): void {
    let reach = Number.NEGATIVE_INFINITY;
    for (let at = 0; at < this.count; at++) {
      reach = Math.max(reach, this.x1[at] ?? reach);
      this.reach[at] = reach;
    }
  }

  #copy(from: number, to: number): void {
    this.x0[to] = this.x0[from] ?? 0;
    this.x1[to] = this.x1[from] ?? 0;
    this.target[to] = this.target[from] ?? 0;
    this.first[to] = this.first[from] ?? 0;
    this.end[to] = this.end[from] ?? 0;
  }

  #grow(): void {
    const size = this.x0.length * 2;
    const { x0, x1, target, first, end } = this;
    this.x0 = new Float64Array(size);
    this.x1 = new Float64Array(size);
    this.reach = new Float64Array(size);
    this.target = new Uint8Array(size);
    this.first = new Int32Array(size);
    this.end = new Int32Array(size);
    this.x0.set(x0);
    this.x1.set(x1);
    this.target.set(target);
    this.first.set(first);
    this.end.set(end);
  }
}
