/** Keeps lanes laid out, so that a pan draws the same marks at another place and nothing is worked out twice. Pure. */
import type { Laid } from "./laid.ts";
import { layLane, type Sheet } from "./lay-lane.ts";
import { HitIndex, MarkPool } from "./mark-pool.ts";
import { measureOf } from "./measure.ts";
import type { LaneFacts, Stretch } from "./model.ts";

/** Laid out beyond each edge of what is seen, as a share of it. */
const MARGIN = 0.5;
/** Lengths this near to each other are one: sums of moments are not exact. */
const SAME = 1e-9;
/** Sheets that are kept for lanes out of sight. */
const KEPT = 160;
/** The end of a run under way moves on when it has come so many pixels further. */
const STEP = 0.5;

interface Kept {
  readonly sheet: Sheet;
  facts: LaneFacts | null;
  round: number;
  now: number;
  seen: number;
}

export class Scene {
  laid: Laid = { from: 0, to: 0, perMilli: 0 };
  #round = 0;
  #frame = 0;
  readonly #kept = new Map<string, Kept>();

  /**
   * Sees to it that a stretch is laid out; answers how far the layout lies to the right of it, in pixels.
   * @param perMilli pixels a millisecond
   */
  cover({ from, to }: Stretch, perMilli: number): number {
    const { laid } = this;
    this.#frame++;
    const same = Math.abs(perMilli - laid.perMilli) <= perMilli * SAME;
    if (!same || from < laid.from || to > laid.to) {
      const beyond = (to - from) * MARGIN;
      this.laid = { from: from - beyond, to: to + beyond, perMilli };
      this.#round++;
    }
    return (this.laid.from - from) * perMilli;
  }

  /** A number that is another one whenever the layout is. */
  get round(): number {
    return this.#round;
  }

  /** The marks of a lane, laid out anew only when its facts, the layout, or a run under way have moved. */
  sheetOf(slug: string, facts: LaneFacts, now: number): Sheet {
    let kept = this.#kept.get(slug);
    if (!kept) {
      kept = this.#make(slug);
    }
    kept.seen = this.#frame;
    const goesOn = (now - kept.now) * this.laid.perMilli >= STEP && measureOf(facts.windows).live;
    if (kept.facts !== facts || kept.round !== this.#round || goesOn) {
      layLane(facts, { laid: this.laid, now, sheet: kept.sheet });
      [kept.facts, kept.round, kept.now] = [facts, this.#round, now];
    }
    return kept.sheet;
  }

  /** What was laid out of a lane last. */
  laidOf(slug: string): Sheet | null {
    const kept = this.#kept.get(slug);
    return kept && kept.round === this.#round ? kept.sheet : null;
  }

  #make(slug: string): Kept {
    const spare = this.#kept.size >= KEPT ? this.#unseen() : null;
    const sheet = spare?.sheet ?? { marks: new MarkPool(), hits: new HitIndex() };
    const kept: Kept = { sheet, facts: null, round: -1, now: 0, seen: this.#frame };
    this.#kept.set(slug, kept);
    return kept;
  }

  /** The sheet of a lane that has not been drawn for the longest time, taken from it. */
  #unseen(): Kept | null {
    let [oldest, slug]: [Kept | null, string] = [null, ""];
    for (const [name, kept] of this.#kept) {
      if (kept.seen < this.#frame && (!oldest || kept.seen < oldest.seen)) [oldest, slug] = [kept, name];
    }
    if (oldest) this.#kept.delete(slug);
    return oldest;
  }
}
