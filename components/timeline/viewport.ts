/**
 * What is seen of time, outside of React: gestures move it many times a second, and what draws asks it once a frame.
 * React hears of it when it rests, and at most a few times a second while it moves.
 */
import type { Stretch } from "./model.ts";
import { NOW_AT, SHORTEST, withinReach } from "./range.ts";

type Listener = () => void;

/** What React knows of it: a new object whenever it changed. */
export interface Settled extends Stretch {
  readonly follow: boolean;
  /** Nothing moves. */
  readonly rests: boolean;
}

/** How long nothing has to move until it rests, and how often it is told of while it moves, in ms. */
const REST_AFTER = 220;
const TELL_EVERY = 160;
/** A throw slows down to a third within so many ms. */
const GLIDE = 300;
const LEAST_SPEED = 0.02;

export class Viewport {
  from: number;
  to: number;
  width = 0;
  follow: boolean;
  now: number;
  #settled: Settled;
  #rested: Settled;
  readonly #painters = new Set<Listener>();
  readonly #watchers = new Set<Listener>();
  #frame = 0;
  #rest: ReturnType<typeof setTimeout> | undefined;
  #toldAt = 0;
  #glide = 0;

  constructor({ from, to, follow, now }: Stretch & { readonly follow: boolean; readonly now: number }) {
    [this.from, this.to, this.follow, this.now] = [from, to, follow, now];
    this.#settled = { from, to, follow, rests: true };
    this.#rested = this.#settled;
  }

  get length(): number {
    return this.to - this.from;
  }

  /** Pixels a millisecond. */
  get perMilli(): number {
    return this.width / this.length;
  }

  readonly settled = (): Settled => this.#settled;

  /** What was seen when it last rested: what a hand passes by on its way there is not asked for. */
  readonly rested = (): Settled => this.#rested;

  /** Told when React ought to look. */
  readonly watch = (listener: Listener): Listener => {
    this.#watchers.add(listener);
    return () => this.#watchers.delete(listener);
  };

  /** Called once in a frame in which something changed. */
  readonly paint = (listener: Listener): Listener => {
    this.#painters.add(listener);
    this.request();
    return () => this.#painters.delete(listener);
  };

  readonly request = (): void => {
    if (this.#frame !== 0 || typeof requestAnimationFrame === "undefined") return;
    this.#frame = requestAnimationFrame(this.#draw);
  };

  readonly #draw = (): void => {
    this.#frame = 0;
    for (const painter of this.#painters) painter();
  };

  setWidth(width: number): void {
    if (width === this.width) return;
    this.width = width;
    this.request();
  }

  /** Time went on. */
  tick(now: number): void {
    this.now = now;
    if (this.follow) this.#place(now - this.length * NOW_AT, this.length);
    this.request();
    // Only what moved by a pixel is worth drawing a page anew. Before there is a canvas nobody knows what a pixel is.
    const moved = Math.abs(this.from - this.#settled.from) * this.perMilli;
    if (this.follow && (this.width === 0 || moved >= 1)) this.#tell(true);
  }

  /** By the address, or a button: at once, and it rests. */
  show({ from, to }: Stretch, { follow }: { readonly follow: boolean }): void {
    this.stop();
    clearTimeout(this.#rest);
    const seen = follow ? { from, to } : withinReach({ from, to }, this.now);
    this.follow = follow;
    this.#place(seen.from, seen.to - seen.from);
    this.request();
    this.#tell(true);
  }

  /** By a gesture: it goes on, and leaves the present behind. */
  move({ from, to }: Stretch): void {
    const seen = withinReach({ from, to }, this.now);
    this.follow = false;
    this.#place(seen.from, seen.to - seen.from);
    this.#moved();
  }

  panBy(millis: number): void {
    this.stop();
    this.move({ from: this.from + millis, to: this.to + millis });
  }

  /** By a key or a button: about the present where it is followed, else about the middle. */
  zoomBy(factor: number): void {
    this.stop();
    const share = this.follow ? NOW_AT : 0.5;
    const fixed = this.from + this.length * share;
    const length = Math.max(SHORTEST, this.length * factor);
    const wanted = withinReach({ from: fixed - length * share, to: fixed + length * (1 - share) }, this.now);
    const { follow } = this;
    this.move(
      follow
        ? {
            from: this.now - (wanted.to - wanted.from) * NOW_AT,
            to: this.now + (wanted.to - wanted.from) * (1 - NOW_AT),
          }
        : wanted,
    );
    this.follow = follow;
  }

  /** Goes on by itself after a throw. @param speed ms of the timeline in a ms of ours */
  throwOn(speed: number): void {
    this.stop();
    let [at, rate] = [performance.now(), speed];
    const glide = (time: number): void => {
      const passed = Math.min(64, time - at);
      at = time;
      rate *= Math.exp(-passed / GLIDE);
      // Slower than a fiftieth of a pixel in a ms is standing.
      if (Math.abs(rate) * this.perMilli < LEAST_SPEED) {
        this.#glide = 0;
        return;
      }
      this.move({ from: this.from + rate * passed, to: this.to + rate * passed });
      this.#glide = requestAnimationFrame(glide);
    };
    this.#glide = requestAnimationFrame(glide);
  }

  stop(): void {
    if (this.#glide !== 0) cancelAnimationFrame(this.#glide);
    this.#glide = 0;
  }

  /** Nothing of it runs on. */
  end(): void {
    this.stop();
    clearTimeout(this.#rest);
    if (this.#frame !== 0) cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  #place(from: number, length: number): void {
    this.from = from;
    this.to = from + length;
  }

  #moved(): void {
    this.request();
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#tell(true), REST_AFTER);
    const now = performance.now();
    if (now - this.#toldAt >= TELL_EVERY) {
      this.#toldAt = now;
      this.#tell(false);
    }
  }

  #tell(rests: boolean): void {
    const { from, to, follow } = this;
    this.#settled = { from, to, follow, rests };
    if (rests) this.#rested = this.#settled;
    for (const watcher of this.#watchers) watcher();
  }
}
