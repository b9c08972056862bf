import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "#lib/testing/seed.ts";
import { instant } from "#lib/time/instant.ts";
import { isSuccess, nextRetry, retryAfter } from "./retry.ts";

const NOW = instant(Date.UTC(2027, 0, 12, 1));
const by = (more: Partial<Parameters<typeof nextRetry>[0]> = {}) => ({
  ...{ retries: 5, done: 0, now: NOW, dueBy: instant(NOW + 600_000), retryAfterSeconds: null, chance: 0 },
  ...more,
});

describe("retries", () => {
  test("retries only where the schedule says so, with longer and longer pauses", () => {
    expect(nextRetry(by({ retries: 0 }))).toBeNull();
    const pauses = [0, 1, 2, 3, 4].map((done) => ((nextRetry(by({ done })) ?? 0) - NOW) / 1_000);
    expect(pauses).toEqual([2, 6, 18, 54, 162]);
    expect(nextRetry(by({ done: 5 }))).toBeNull();
  });

  test("none begins after the window's grace", () => {
    expect(nextRetry(by({ dueBy: instant(NOW + 1_999) }))).toBeNull();
    expect(nextRetry(by({ retryAfterSeconds: 601 }))).toBeNull();
  });

  test("a `Retry-After` is heeded, in either form", () => {
    expect(nextRetry(by({ retryAfterSeconds: 30 }))).toBe(NOW + 30_000);
    expect(retryAfter("120", NOW)).toBe(120);
    expect(retryAfter("Tue, 12 Jan 2027 01:00:30 GMT", NOW)).toBe(30);
    expect(["soon", "", "-3"].map((text) => retryAfter(text, NOW))).toEqual([null, null, expect.anything()]);
  });

  test("one always lies ahead and inside the window", () => {
    fc.assert(
      fc.property(
        fc.record({
          retries: fc.nat({ max: 10 }),
          done: fc.nat({ max: 10 }),
          chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
        }),
        fc.nat({ max: 3_600_000 }),
        fc.option(fc.nat({ max: 10_000 })),
        (rest, left, retryAfterSeconds) => {
          const dueBy = instant(NOW + left);
          const at = nextRetry(by({ ...rest, dueBy, retryAfterSeconds }));
          if (at === null) return;
          expect(rest.done).toBeLessThan(rest.retries);
          expect(at).toBeGreaterThan(NOW);
          expect(at).toBeLessThanOrEqual(dueBy);
        },
      ),
    );
  });
});

test.each([
  ["200-299", [200, 204, 299], [199, 300, 302, 404]],
  ["200-299,304", [201, 304], [303]],
  ["418", [418], [417, 419]],
])("success codes %s", (codes, good, bad) => {
  expect(good.every((status) => isSuccess(codes, status))).toBe(true);
  expect(bad.some((status) => isSuccess(codes, status))).toBe(false);
});
