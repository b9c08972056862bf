/** Tiles as the cache holds them: models by slug, so that an answer is read once, however often it is drawn. Pure. */
import type { Span, Timeline } from "#components/api/shapes.ts";
import { type ChangeModel, changeModel, type LaneFacts, laneFacts, type Stretch, stretch } from "./model.ts";
import type { Tile } from "./tiles.ts";

export interface TileFacts extends Tile {
  readonly lanes: ReadonlyMap<string, LaneFacts>;
  readonly blind: readonly Stretch[];
  readonly changes: readonly ChangeModel[];
  /** Windows and buckets in it: what it weighs. */
  readonly weight: number;
}

/** Reads the pages of one tile's answer. */
export function tileFacts(tile: Tile, pages: readonly Timeline[]): TileFacts {
  const lanes = new Map<string, LaneFacts>();
  let weight = 0;
  for (const page of pages) {
    const around = { bucketSeconds: page.bucketSeconds ?? tile.cell / 1_000, end: tile.to };
    for (const lane of page.lanes) {
      const facts = laneFacts(lane, around);
      weight += facts.windows.length * 4 + facts.buckets.length;
      lanes.set(lane.slug, facts);
    }
  }
  const [first] = pages;
  return {
    ...tile,
    lanes,
    blind: (first?.blind ?? []).map((one: Span) => stretch(one, tile.to)),
    changes: (first?.changes ?? []).map(changeModel),
    weight,
  };
}

const meets = (a: Stretch, b: Stretch): boolean => a.from < b.to && b.from < a.to;

/**
 * Which of the tiles at hand show a lane: those of the wanted level, and, where one of these has not come yet, the
 * others that lie nearest to it in level and cover that stretch. So zooming never shows emptiness where something is
 * known.
 */
export function tilesToShow(
  wanted: readonly Tile[],
  here: readonly TileFacts[],
): readonly { readonly facts: TileFacts; readonly only: Stretch }[] {
  const shown: { readonly facts: TileFacts; readonly only: Stretch }[] = [];
  for (const tile of wanted) {
    const exact = here.find(({ cell, from }) => cell === tile.cell && from === tile.from);
    if (exact) {
      shown.push({ facts: exact, only: tile });
      continue;
    }
    // A coarser one covers more of it and costs less to draw: of two equally near ones it comes first.
    const others = here
      .filter((one) => one.cell !== tile.cell && meets(one, tile))
      .sort((a, b) => distance(a.cell, tile.cell) - distance(b.cell, tile.cell) || b.cell - a.cell);
    const [level] = others;
    for (const one of others) {
      if (one.cell !== level?.cell) break;
      shown.push({ facts: one, only: { from: Math.max(one.from, tile.from), to: Math.min(one.to, tile.to) } });
    }
  }
  return shown;
}

const distance = (a: number, b: number): number => Math.abs(Math.log2(a / b));

const inside = (at: number, only: Stretch): boolean => at >= only.from && at < only.to;

const EMPTY: LaneFacts = { shades: [], bands: [], notches: [], windows: [], unscheduled: [], buckets: [] };

/** The same stretch from two tiles is one: what touches is joined. */
export function joined<T extends Stretch>(all: readonly T[]): readonly T[] {
  const sorted = [...all].sort((a, b) => a.from - b.from || a.to - b.to);
  const found: T[] = [];
  for (const one of sorted) {
    const last = found[found.length - 1];
    if (last && one.from <= last.to) {
      if (one.to > last.to) found[found.length - 1] = { ...last, to: one.to };
    } else found.push(one);
  }
  return found;
}

/** What a tile tells of a lane, and the stretch for which it is taken. */
interface Part {
  readonly lane: LaneFacts;
  readonly only: Stretch;
}

const samePart = (a: Part, b: Part | undefined): boolean =>
  a.lane === b?.lane && a.only.from === b.only.from && a.only.to === b.only.to;

/** Lanes that are remembered, seen or not. */
const REMEMBERED = 400;

/** Puts lanes together from their tiles; what it answers stays the same object while no tile of the lane is another. */
export class LaneBook {
  readonly #kept = new Map<string, { readonly parts: readonly Part[]; readonly facts: LaneFacts }>();

  /** A lane out of the tiles that show it; `null` where none of them holds it. */
  factsIn(slug: string, shown: ReturnType<typeof tilesToShow>): LaneFacts | null {
    const parts = shown.flatMap(({ facts, only }): readonly Part[] => {
      const lane = facts.lanes.get(slug);
      return lane ? [{ lane, only }] : [];
    });
    if (parts.length === 0) return null;
    const before = this.#kept.get(slug);
    const stays = before?.parts.length === parts.length && parts.every((part, at) => samePart(part, before.parts[at]));
    const kept = before && stays ? before : { parts, facts: joinedParts(parts) };
    // What was asked for last stands last: the first is forgotten.
    this.#kept.delete(slug);
    this.#kept.set(slug, kept);
    const [first] = this.#kept.keys();
    if (this.#kept.size > REMEMBERED && first !== undefined) this.#kept.delete(first);
    return kept.facts;
  }
}

function joinedParts(parts: readonly Part[]): LaneFacts {
  const windows = parts.flatMap(({ lane, only }) => lane.windows.filter((window) => inside(window.expectedAt, only)));
  const buckets = parts.flatMap(({ lane, only }) => lane.buckets.filter((bucket) => meets(bucket, only)));
  const unscheduled = parts.flatMap(({ lane, only }) => lane.unscheduled.filter((run) => inside(run.from, only)));
  const notches = new Set(parts.flatMap(({ lane }) => lane.notches));
  return {
    ...EMPTY,
    shades: joined(parts.flatMap(({ lane }) => lane.shades)),
    bands: [...new Map(parts.flatMap(({ lane }) => lane.bands.map((band) => [band.id, band]))).values()],
    notches: [...notches].sort((a, b) => a - b),
    windows,
    unscheduled,
    buckets,
  };
}
