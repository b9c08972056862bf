import fc from "fast-check";
import { expect, it } from "vitest";
import { NOTHING_SELECTED, ranged, toggled, within } from "./selection.ts";

const rows = ["a", "b", "c", "d", "e"];
const row = fc.constantFrom(...rows);

it("selects one, lets it go, and selects a range either way from the last", () => {
  const one = toggled(NOTHING_SELECTED, "b");
  expect([...one.ids]).toEqual(["b"]);
  expect([...toggled(one, "b").ids]).toEqual([]);
  expect([...ranged(one, "d", rows).ids].sort()).toEqual(["b", "c", "d"]);
  const both = ranged(ranged(toggled(NOTHING_SELECTED, "c"), "e", rows), "a", rows);
  expect([...both.ids].sort()).toEqual(rows);
  expect([...ranged(NOTHING_SELECTED, "c", rows).ids]).toEqual(["c"]);
});

it("holds only what is listed, and every row between two that were chosen", () => {
  fc.assert(
    fc.property(row, row, fc.subarray(rows), (from, to, left) => {
      const selection = ranged(toggled(NOTHING_SELECTED, from), to, rows);
      const [first, last] = [rows.indexOf(from), rows.indexOf(to)].sort();
      expect([...selection.ids].sort()).toEqual(rows.slice(first, (last ?? 0) + 1));
      const kept = within(selection, left);
      expect([...kept.ids].every((id) => left.includes(id) && selection.ids.has(id))).toBe(true);
    }),
  );
});
