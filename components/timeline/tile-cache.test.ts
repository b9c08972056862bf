import { describe, expect, it } from "vitest";
import type { Lane, Timeline } from "#components/api/shapes.ts";
import { joined, LaneBook, type TileFacts, tileFacts, tilesToShow } from "./tile-cache.ts";

const T = Date.parse("2027-01-12T00:00:00Z");
const MINUTE = 60_000;
const iso = (minutes: number): string => new Date(T + minutes * MINUTE).toISOString();

const lane = (more: Partial<Lane>): Lane => ({
  ...{ slug: "etl", name: "etl", cadence: "every minute", environment: "", tags: [], owner: null, route: null },
  ...{ driver: "none", status: "on_time", nextExpectedAt: null, maintenance: [], pauses: [], versions: [] },
  ...more,
});
const answer = (lanes: readonly Lane[], more: Partial<Timeline> = {}): Timeline => ({
  ...{ from: iso(0), to: iso(0), bucketSeconds: 60, blind: [], changes: [], lanes, nextCursor: null },
  ...more,
});
const tile = (cell: number, from: number, to: number) => ({
  ...{ cell: cell * MINUTE, from: T + from * MINUTE, to: T + to * MINUTE },
});
const bucket = (minutes: number) => ({ at: iso(minutes), counts: { on_time: 1 }, worst: "on_time" as const });

describe("what a tile's answer says", () => {
  it("gives what was refused at the boundary a mark of its own, and leaves the rest of what is missing", () => {
    const told = { at: iso(0), worst: "missing", counts: { missing: 5, on_time: 2 } } as const;
    const read = (rejected?: number) =>
      tileFacts(tile(1, 0, 10), [answer([lane({ buckets: [{ ...told, ...(rejected ? { rejected } : {}) }] })])])
        .lanes.get("etl")
        ?.buckets.map(({ worst, counts }) => [worst, counts]);
    expect(read(3)).toEqual([["rejected", { rejected: 3, missing: 2, on_time: 2 }]]);
    expect(read(5)).toEqual([["rejected", { rejected: 5, on_time: 2 }]]);
    expect(read()).toEqual([["missing", { missing: 5, on_time: 2 }]]);
  });

  it("takes the lanes of all pages, and blind spans of the first, cut off at its end where they go on", () => {
    const first = answer([lane({})], { blind: [{ from: iso(8), to: iso(20) }] });
    const facts = tileFacts(tile(1, 0, 10), [first, answer([lane({ slug: "other" })])]);
    expect([...facts.lanes.keys()]).toEqual(["etl", "other"]);
    expect(facts.blind).toEqual([{ from: T + 8 * MINUTE, to: T + 20 * MINUTE }]);
  });
});

describe("the tiles that show a lane", () => {
  const of = (one: ReturnType<typeof tile>, more: Partial<Lane>): TileFacts => tileFacts(one, [answer([lane(more)])]);
  const fine = of(tile(1, 0, 10), { buckets: [bucket(1), bucket(9)] });
  const finer = of(tile(1, 10, 20), { buckets: [bucket(11)] });
  const coarse = of(tile(4, 0, 40), { buckets: [bucket(8), bucket(16), bucket(36)] });

  it("are those of the wanted level; where one has not come, the nearest other level fills its stretch alone", () => {
    const wanted = [tile(1, 0, 10), tile(1, 10, 20)];
    expect(tilesToShow(wanted, [coarse, fine, finer]).map(({ facts }) => facts)).toEqual([fine, finer]);
    const shown = tilesToShow(wanted, [coarse, fine]);
    expect(shown.map(({ facts }) => facts)).toEqual([fine, coarse]);
    expect(shown[1]?.only).toEqual({ from: T + 10 * MINUTE, to: T + 20 * MINUTE });
    const starts = new LaneBook().factsIn("etl", shown)?.buckets.map(({ from }) => (from - T) / MINUTE);
    expect(starts).toEqual([1, 9, 16]);
    expect(new LaneBook().factsIn("nobody", shown)).toBeNull();
  });

  it("make a lane that stays the same object until one of them is another", () => {
    const [wanted, book] = [[tile(1, 0, 10), tile(1, 10, 20)], new LaneBook()];
    const facts = book.factsIn("etl", tilesToShow(wanted, [fine, finer]));
    expect(book.factsIn("etl", tilesToShow(wanted, [coarse, finer, fine]))).toBe(facts);
    const read = of(tile(1, 10, 20), { buckets: [bucket(12)] });
    expect(book.factsIn("etl", tilesToShow(wanted, [fine, read]))?.buckets).toHaveLength(3);
    expect(book.factsIn("etl", tilesToShow(wanted, [fine]))?.buckets).toHaveLength(2);
    expect(book.factsIn("etl", [])).toBeNull();
  });

  it("show a run that nobody expected once, though two of them know it", () => {
    const run = { id: "r", startedAt: iso(12), finishedAt: null, outcome: "running" } as const;
    const both = [of(tile(1, 0, 10), { unscheduled: [run] }), of(tile(1, 10, 20), { unscheduled: [run] })];
    const shown = tilesToShow([tile(1, 0, 10), tile(1, 10, 20)], both);
    expect(new LaneBook().factsIn("etl", shown)?.unscheduled).toEqual([
      { id: "r", from: T + 12 * MINUTE, to: null, failed: false },
    ]);
  });
});

describe("stretches of several tiles", () => {
  it("become one where they touch", () => {
    const all = [
      { from: 5, to: 9 },
      { from: 0, to: 5 },
      { from: 12, to: 14 },
      { from: 6, to: 7 },
    ];
    expect(joined(all)).toEqual([
      { from: 0, to: 9 },
      { from: 12, to: 14 },
    ]);
  });
});
