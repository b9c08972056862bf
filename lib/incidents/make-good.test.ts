import { expect, test } from "vitest";
import { DAY, HOUR, instant } from "#lib/time/instant.ts";
import { planMakeGood } from "./make-good.ts";

const NOW = instant(Date.UTC(2027, 0, 12));
const bad = (hoursAgo: number, verdict = "missing") => ({
  expectedAt: instant(NOW - hoursAgo * HOUR),
  verdict,
  bad: true,
});
const listed = [bad(4), { ...bad(3, "late"), bad: false }, bad(2, "failed"), bad(1)];
const will = (mode: "once" | "each" | "excuse", max = 100, windows = listed) =>
  planMakeGood(windows, { mode, max, now: NOW }).map((one) => one.will);

test("run once: one run, for the newest that is still bad", () => {
  expect(will("once")).toEqual(["skip", "skip", "skip", "run"]);
});

test("run each: one for each, the oldest first, and no more than the cap", () => {
  expect(will("each")).toEqual(["run", "skip", "run", "run"]);
  expect(will("each", 2)).toEqual(["run", "skip", "run", "skip"]);
  expect(will("excuse", 1)).toEqual(["excuse", "skip", "skip", "skip"]);
});

test("A name counts when it … lies at most 7 days before it: what is older can be excused, and not run", () => {
  const old = [{ ...bad(0), expectedAt: instant(NOW - 7 * DAY - 1) }, bad(1)];
  expect(will("each", 100, old)).toEqual(["skip", "run"]);
  expect(will("excuse", 100, old)).toEqual(["excuse", "excuse"]);
});
