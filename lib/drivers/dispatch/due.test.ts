import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "#lib/testing/seed.ts";
import { type Instant, instant, MINUTE } from "#lib/time/instant.ts";
import { type DueWindow, dueNow, overlapping } from "./due.ts";

/** Minutes of one hour, with seconds where they are given: `5:10`. */
const at = (text: string): Instant => {
  const [minutes = "0", seconds = "0"] = text.split(":");
  return instant(Date.UTC(2027, 0, 12, 1, Number(minutes), Number(seconds)));
};
const window = (minute: string, more: Partial<DueWindow> = {}): DueWindow => ({
  ...{ expectedAt: at(minute), dueBy: instant(at(minute) + 2 * MINUTE), excused: false },
  ...more,
});
const told = (windows: readonly DueWindow[], now: string, upSince: string, catchUp: "run" | "skip" = "skip") => {
  const due = dueNow(windows, { now: at(now), upSince: at(upSince), catchUp });
  const minute = (one: Instant) => new Date(one).getUTCMinutes();
  return {
    fire: due.fire.map(minute),
    out: due.leftOut.map((one) => `${minute(one.expectedAt)} ${one.reason}`),
  };
};

describe("what is fired when a schedule is looked at", () => {
  test("a window whose time has come", () => {
    expect(told([window("5")], "5", "0")).toEqual({ fire: [5], out: [] });
  });

  test("what an engine that is there comes to late is fired inside its grace, and not after it", () => {
    expect(told([window("5")], "6:30", "0")).toEqual({ fire: [5], out: [] });
    expect(told([window("5")], "7:01", "0")).toEqual({ fire: [], out: ["5 too_late"] });
  });

  test("an engine that begins a moment after a window has not missed it", () => {
    expect(told([window("5")], "5:04", "5:03")).toEqual({ fire: [5], out: [] });
  });

  test("what was missed while nobody was there is skipped, or run once if it is still inside its grace", () => {
    const missed = [window("1"), window("2"), window("3")];
    expect(told(missed, "4", "4")).toEqual({ fire: [], out: ["1", "2", "3"].map((one) => `${one} missed_while_down`) });
    expect(told(missed, "4", "4", "run")).toEqual({ fire: [3], out: ["1 missed_while_down", "2 missed_while_down"] });
    expect(told(missed, "6", "6", "run").fire).toEqual([]);
  });

  test("nothing is made up for where the next one is due at this very moment", () => {
    expect(told([window("3"), window("4")], "4", "4", "run")).toEqual({ fire: [4], out: ["3 missed_while_down"] });
  });

  test("a window that is paused or in maintenance at its time is neither fired nor left out", () => {
    expect(told([window("5", { excused: true })], "5", "0")).toEqual({ fire: [], out: [] });
    expect(told([window("5", { excused: true })], "6", "6", "run")).toEqual({ fire: [], out: [] });
  });

  test("each window is fired or left out, once; at most one of those that were missed is fired", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat({ max: 3_000 }), { maxLength: 12 }),
        fc.nat({ max: 3_600 }),
        fc.integer({ min: 0, max: 900 }),
        fc.constantFrom("run" as const, "skip" as const),
        (seconds, up, grace, catchUp) => {
          const now = at("60");
          const windows = seconds
            .sort((a, b) => a - b)
            .map((second): DueWindow => {
              const expectedAt = instant(at("0") + second * 1_000);
              return { expectedAt, dueBy: instant(expectedAt + grace * 1_000), excused: second % 7 === 0 };
            });
          const upSince = instant(at("0") + up * 1_000);
          const { fire, leftOut } = dueNow(windows, { now, upSince, catchUp });
          const all = [...fire, ...leftOut.map((one) => one.expectedAt)].sort((a, b) => a - b);
          expect(all).toEqual(windows.filter((one) => !one.excused).map((one) => one.expectedAt));
          const missed = fire.filter((one) => one < upSince && now - one > 5_000);
          expect(missed.length).toBeLessThanOrEqual(catchUp === "run" ? 1 : 0);
        },
      ),
    );
  });
});

describe("the overlap policy", () => {
  const policies = ["allow", "skip", "wait"] as const;
  const says = (policy: (typeof policies)[number], now: string, underWay = true) =>
    overlapping({ policy, underWay, now: at(now), dueBy: at("7") });

  test("allow, skip, or wait", () => {
    expect(policies.map((policy) => says(policy, "5"))).toEqual(["fire", "leave_out", "wait"]);
  });

  test("whoever waits does so inside the window, and fires once the run before it is over", () => {
    expect(says("wait", "7:01")).toBe("leave_out");
    expect(says("wait", "6", false)).toBe("fire");
  });

  test("nothing under way, nothing in the way", () => {
    expect(policies.map((policy) => says(policy, "5", false))).toEqual(["fire", "fire", "fire"]);
  });
});
