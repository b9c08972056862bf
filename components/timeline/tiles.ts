/**
 * What to fetch of the timeline: tiles, cut by time and by lanes so that neighbours share them.
 *
 * A tile holds 128 cells of one length of the ladder (`lib/views/ladder.ts`), aligned in UTC, and a block of up to 16
 * lanes. The length is the least at which a cell is four pixels wide or more, so while one pans, and while one zooms
 * within a level, every question is one that was asked before. Pure.
 */
import { cellLength, LEAST_PIXELS } from "#lib/views/ladder.ts";
import type { Stretch } from "./model.ts";

export const CELLS = 128;
/** In pixels, as the API is asked: a cell is four wide then, whatever it is on the screen. */
export const TILE_WIDTH = CELLS * LEAST_PIXELS;
export const BLOCK = 16;

/** Wider than seen: what was expected before the left edge reaches into it, and time goes on. */
const BEFORE = 0.25;
const AFTER = 0.05;

export interface Tile extends Stretch {
  /** ms of a cell: tiles of one length make a level. */
  readonly cell: number;
}

/** The length of a cell at which a span is drawn at a width, in ms. */
const cellOf = (span: Stretch, width: number): number =>
  cellLength((span.to - span.from) / Math.max(1, Math.floor(width / LEAST_PIXELS)));

const tileAt = (cell: number, index: number): Tile => {
  const length = cell * CELLS;
  return { cell, from: index * length, to: (index + 1) * length };
};

/** The tiles that hold a span at a width, and a margin around it; ascending. */
export function tilesOf(span: Stretch, width: number): readonly Tile[] {
  if (!(span.to > span.from) || width <= 0) return [];
  const cell = cellOf(span, width);
  const length = cell * CELLS;
  const [before, after] = [(span.to - span.from) * BEFORE, (span.to - span.from) * AFTER];
  const tiles: Tile[] = [];
  const last = Math.ceil((span.to + after) / length);
  for (let index = Math.floor((span.from - before) / length); index < last; index++) tiles.push(tileAt(cell, index));
  return tiles;
}

/** The tile that comes next when one goes on panning that way: fetched before it is seen. */
export function tileAhead(tiles: readonly Tile[], towards: "past" | "future"): Tile | null {
  const edge = towards === "past" ? tiles[0] : tiles[tiles.length - 1];
  return edge ? tileAt(edge.cell, Math.round(edge.from / (edge.cell * CELLS)) + (towards === "past" ? -1 : 1)) : null;
}

export const holdsMoment = (tile: Stretch, at: number): boolean => tile.from <= at && at < tile.to;

/** Which block each lane was put into when it was first seen: blocks stay though the order of lanes changes. */
export interface BlockBook {
  readonly of: Map<string, readonly string[]>;
}

export const emptyBook = (): BlockBook => ({ of: new Map() });

/**
 * The blocks that hold the lanes that are seen. A lane without one takes those that follow it in the order of the
 * screen along into a block of its own, so that scrolling on finds them.
 */
export function blocksOf(
  book: BlockBook,
  seen: readonly string[],
  order: readonly string[] = seen,
): readonly (readonly string[])[] {
  const blocks = new Set<readonly string[]>();
  let places: Map<string, number> | null = null;
  for (const slug of seen) {
    let block = book.of.get(slug);
    if (!block) {
      places ??= new Map(order.map((one, place) => [one, place]));
      block = newBlock(book, slug, order.slice(places.get(slug) ?? order.length));
    }
    blocks.add(block);
  }
  return [...blocks];
}

function newBlock(book: BlockBook, slug: string, following: readonly string[]): readonly string[] {
  const block = [slug];
  for (const one of following) {
    if (block.length === BLOCK) break;
    if (one !== slug && !book.of.has(one)) block.push(one);
    else if (one !== slug) break;
  }
  for (const one of block) book.of.set(one, block);
  return block;
}
