import fc from "fast-check";
import "#lib/testing/seed.ts";
import { describe, expect, it } from "vitest";
import { BLOCK, blocksOf, CELLS, emptyBook, tileAhead, tilesOf } from "./tiles.ts";

const span = fc
  .record({
    from: fc.integer({ min: 1_600_000_000_000, max: 1_900_000_000_000 }),
    length: fc.integer({ min: 60_000, max: 90 * 86_400_000 }),
  })
  .map(({ from, length }) => ({ from, to: from + length }));
const width = fc.integer({ min: 200, max: 4_000 });

describe("the tiles of a span", () => {
  it("hold it and a margin, lie beside each other on the grid, and are few", () => {
    fc.assert(
      fc.property(span, width, (seen, pixels) => {
        const tiles = tilesOf(seen, pixels);
        expect(tiles[0]?.from).toBeLessThan(seen.from);
        expect(tiles.at(-1)?.to).toBeGreaterThan(seen.to);
        for (const [i, tile] of tiles.entries()) {
          expect(tile.to - tile.from).toBe(tile.cell * CELLS);
          expect(tile.from % (tile.cell * CELLS)).toBe(0);
          if (i > 0) expect(tile.from).toBe(tiles[i - 1]?.to);
        }
        // 1.3 times what is seen at four pixels a cell, and one cut by each edge.
        expect(tiles.length).toBeLessThanOrEqual(Math.ceil((pixels * 1.3) / (CELLS * 4)) + 2);
        // A cell is at least four pixels wide.
        expect(((tiles[0]?.cell ?? 0) * pixels) / (seen.to - seen.from)).toBeGreaterThanOrEqual(4 * (1 - 4 / pixels));
      }),
    );
  });

  it("are the same ones after panning away and back, and the next one ahead lies beside them", () => {
    const seen = { from: Date.parse("2027-01-12T00:00:00Z"), to: Date.parse("2027-01-13T00:00:00Z") };
    const tiles = tilesOf(seen, 1_200);
    const moved = tilesOf({ from: seen.from + 600_000, to: seen.to + 600_000 }, 1_200);
    expect(moved.slice(0, 2)).toEqual(tiles.slice(0, 2));
    expect(tileAhead(tiles, "past")?.to).toBe(tiles[0]?.from);
    expect(tileAhead(tiles, "future")?.from).toBe(tiles.at(-1)?.to);
  });

  it("are none before the first layout", () => {
    expect(tilesOf({ from: 0, to: 1_000 }, 0)).toEqual([]);
    expect(tileAhead([], "past")).toBeNull();
  });
});

describe("blocks of lanes", () => {
  const order = Array.from({ length: 100 }, (_, i) => `job-${i}`);

  it("stay as they are while one scrolls, and when the order changes", () => {
    const book = emptyBook();
    const first = blocksOf(book, order.slice(0, 30), order);
    expect(first.map((block) => block.length)).toEqual([BLOCK, BLOCK]);
    expect(blocksOf(book, order.slice(2, 32), order)).toEqual(first);
    const turned = [...order].reverse();
    expect(new Set(blocksOf(book, order.slice(0, 30), turned))).toEqual(new Set(first));
    expect(blocksOf(book, order.slice(20, 50), order)[0]).toBe(first[1]);
  });

  it("hold every lane that is seen, once", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(99), fc.nat(40)), { minLength: 1, maxLength: 8 }), (looks) => {
        const book = emptyBook();
        for (const [from, many] of looks) {
          const seen = order.slice(from, from + many);
          const held = blocksOf(book, seen, order).flat();
          expect(new Set(held).size).toBe(held.length);
          for (const slug of seen) expect(held).toContain(slug);
        }
      }),
    );
  });
});
