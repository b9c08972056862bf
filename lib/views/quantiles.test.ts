import fc from "fast-check";
import { expect, test } from "vitest";
import { quantiles } from "./quantiles.ts";

test("half lie at or below the median, and nothing above the largest", () => {
  expect(quantiles([])).toBeNull();
  expect(quantiles([7])).toEqual({ p50: 7, p95: 7, max: 7 });
  expect(quantiles([4, 1, 3, 2])).toEqual({ p50: 2, p95: 4, max: 4 });
  fc.assert(
    fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
      const told = quantiles(values);
      if (!told) throw new Error("nothing told of something");
      const below = (limit: number): number => values.filter((value) => value <= limit).length / values.length;
      expect(below(told.p50)).toBeGreaterThanOrEqual(0.5);
      expect(below(told.p95)).toBeGreaterThanOrEqual(0.95);
      expect(below(told.max)).toBe(1);
      expect(values).toContain(told.p50);
      expect(told.p50 <= told.p95 && told.p95 <= told.max).toBe(true);
    }),
  );
});
