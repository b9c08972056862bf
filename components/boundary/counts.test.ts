import fc from "fast-check";
import { expect, it } from "vitest";
import type { DecisionCount } from "#components/api/boundary.ts";
import { barsOf, reasonsOf, totalsOf } from "./counts.ts";

const count = (more: Partial<DecisionCount>): DecisionCount => ({
  ...{ at: "2027-01-12T01:00:00.000Z", route: "cron-api", outcome: "rejected", reason: "wrong_contract" },
  ...{ via: "scheduler", count: 1, ...more },
});

it("strangers are counted apart, and Rollcall's own probes nowhere", () => {
  const items = [
    count({ outcome: "admitted", reason: "admitted", count: 41 }),
    count({ outcome: "admitted", reason: "admitted_manual", via: "manual" }),
    count({ count: 14 }),
    count({ via: "stranger", reason: "missing_credentials", count: 3 }),
    count({ via: "probe", count: 31 }),
  ];
  expect(totalsOf(items)).toEqual({ admitted: 42, refused: 14, strangers: 3 });
  expect(reasonsOf(items)).toEqual([{ name: "wrong_contract", count: 14 }]);
});

it("a bar for each bucket, also for those in which nothing came", () => {
  const asked = { from: "2027-01-12T00:30:00.000Z", to: "2027-01-12T03:00:00.000Z", bucketSeconds: 3_600 };
  const items = [count({ count: 2 }), count({ outcome: "admitted", count: 5 }), count({ via: "stranger", count: 9 })];
  const bars = barsOf({ ...asked, items }, ["admitted", "rejected"], ({ via, outcome }) =>
    via === "stranger" ? null : outcome,
  );
  expect(bars.map(({ at, total }) => [at.slice(11, 16), total])).toEqual([
    ["00:00", 0],
    ["01:00", 7],
    ["02:00", 0],
  ]);
  expect(bars[1]?.parts).toEqual([
    { name: "admitted", count: 5 },
    { name: "rejected", count: 2 },
  ]);
});

it("the rarer reasons are one, and none of them is lost", () => {
  const reason = fc.constantFrom("a", "b", "c", "d", "e", "f", "g");
  fc.assert(
    fc.property(fc.array(fc.tuple(reason, fc.integer({ min: 1, max: 99 })), { maxLength: 30 }), (given) => {
      const items = given.map(([name, times]) => count({ reason: name, count: times }));
      const reasons = reasonsOf(items);
      expect(reasons.length).toBeLessThanOrEqual(5);
      const sum = (all: readonly { readonly count: number }[]) => all.reduce((total, one) => total + one.count, 0);
      expect(sum(reasons)).toBe(sum(items));
    }),
  );
});
