import fc from "fast-check";
import { expect, it } from "vitest";
import { backtestStretch } from "./backtest-stretch.ts";

const [MINUTE, HOUR, DAY] = [60_000, 3_600_000, 86_400_000];

it("looks back a week, further for what is rare, less for what is dense", () => {
  expect(backtestStretch(HOUR, HOUR)).toBe(7 * DAY);
  expect(backtestStretch(DAY, DAY)).toBe(40 * DAY);
  expect(backtestStretch(30 * DAY, 30 * DAY)).toBe(90 * DAY);
  expect(backtestStretch(null, 5 * MINUTE)).toBe(7 * DAY);
  expect(backtestStretch(MINUTE, HOUR)).toBeLessThan(1.5 * DAY);
});

it("never asks for more windows than are judged while one types", () => {
  const gap = fc.integer({ min: 1_000, max: 400 * DAY });
  fc.assert(
    fc.property(gap, gap, (typed, present) => {
      const back = backtestStretch(typed, present);
      expect(Math.max(back / typed, back / present)).toBeLessThanOrEqual(2_016);
      expect(back).toBeLessThanOrEqual(90 * DAY);
    }),
  );
});
