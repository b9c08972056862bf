import fc from "fast-check";
import { expect, it } from "vitest";
import { histogram } from "./histogram.ts";

const seconds = fc
  .array(fc.integer({ min: -300, max: 90_000 }), { minLength: 1 })
  .map((all) => all.sort((a, b) => a - b));

it("counts every start once, and those after the grace alone as late", () => {
  fc.assert(
    fc.property(seconds, fc.integer({ min: 0, max: 100_000 }), (all, graceSeconds) => {
      const { bars } = histogram(all, { graceSeconds, bars: 20 });
      expect(bars).toHaveLength(20);
      const sum = (some: typeof bars) => some.reduce((total, { count }) => total + count, 0);
      expect(sum(bars)).toBe(all.length);
      const late = all.filter((one) => one > graceSeconds).length;
      // Without any grace what is on the dot has no bar of its own.
      if (graceSeconds > 0) expect(sum(bars.filter((bar) => bar.late))).toBe(late);
    }),
  );
});

it("draws the grace inside", () => {
  const { bars, to, median } = histogram([10, 20, 30], { graceSeconds: 300, bars: 20 });
  expect(to).toBeGreaterThan(300);
  expect(bars.some(({ late }) => late)).toBe(true);
  expect(median).toBe(20);
});
