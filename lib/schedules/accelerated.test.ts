import { describe, expect, it } from "vitest";
import { at, clock } from "#lib/testing/rules.ts";
import { seconds } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { type Applied, halfGap, withAccelerations, writtenVersions } from "./accelerated.ts";
import type { Spec, Version } from "./spec.ts";
import { expectedWindows, type History, maximumRuntime, nextWindow, previousWindow, windowOwning } from "./windows.ts";

const cron = (expression: string): Spec => ({ kind: "cron", expression, dialect: "rollcall" });
const version = (number: number, from: string, expression: string): Version => ({
  ...{ number, effectiveFrom: at(from), spec: cron(expression), timezone: "UTC", graceSeconds: seconds(600) },
  ...{ earlySeconds: null, maxRuntimeSeconds: null },
});
const hourly: History = { createdAt: at("0:00"), versions: [version(1, "0:00", "0 * * * *")] };
const everyTen: Applied = {
  ...{ id: "a", standIn: false, spec: cron("*/10 * * * *"), timezone: "UTC", halfGapSeconds: seconds(300) },
  ...{ appliedAt: at("3:05"), endsAt: at("3:35") },
};
const seen = (history: History, from: string, to: string) =>
  expectedWindows(history, span(at(from), at(to))).map(
    ({ expectedAt, version: its }) => `${clock(expectedAt)}${its.acceleration ? " temporary" : ""}`,
  );

describe("what is expected while a schedule is accelerated", () => {
  it("The windows of the temporary spec are expected from the moment at which it was read back to the moment at which the revert begins", () => {
    const history = withAccelerations(hourly, [everyTen]);
    expect(seen(history, "2:00", "5:00")).toEqual([
      ...["02:00", "03:00", "03:10 temporary", "03:20 temporary", "03:30 temporary", "04:00"],
    ]);
  });

  it("Their grace is the smaller of the original's and half their gap", () => {
    const graces = (applied: Applied) =>
      expectedWindows(withAccelerations(hourly, [applied]), span(at("3:06"), at("3:35"))).map(
        ({ expectedAt, dueBy }) => (dueBy - expectedAt) / 1_000,
      );
    expect(graces(everyTen)).toEqual([300, 300, 300]);
    expect(graces({ ...everyTen, halfGapSeconds: seconds(900) })).toEqual([600, 600, 600]);
    expect(halfGap(cron("0,10,40 * * * *"), "UTC", { from: at("0:00"), to: at("4:00") })).toBe(300);
    expect(halfGap({ kind: "at", at: at("3:00") }, "UTC", { from: at("0:00"), to: at("4:00") })).toBeNull();
  });

  it("is no version: what was written stays, and a version that is written meanwhile lies below it", () => {
    const edited: History = { ...hourly, versions: [...hourly.versions, version(2, "3:15", "30 * * * *")] };
    const history = withAccelerations(edited, [everyTen]);
    expect(seen(history, "3:00", "5:00")).toEqual([
      ...["03:00", "03:10 temporary", "03:20 temporary", "03:30 temporary", "04:30"],
    ]);
    expect(history.versions.map(({ number }) => number)).toEqual([1, 1, 2, 2]);
    expect(writtenVersions(history.versions).map(({ number }) => number)).toEqual([1, 2]);
  });

  it("expects the original's own windows beside those of a stand-in, and one where both fall together: the original's", () => {
    const history = withAccelerations(hourly, [{ ...everyTen, standIn: true, endsAt: at("4:15") }]);
    expect(seen(history, "3:00", "5:01")).toEqual([
      ...["03:00", "03:10 temporary", "03:20 temporary", "03:30 temporary", "03:40 temporary", "03:50 temporary"],
      ...["04:00", "04:10 temporary", "05:00"],
    ]);
    const both = expectedWindows(history, span(at("3:00"), at("5:01")));
    for (const [i, window] of both.entries()) {
      expect(windowOwning(history, window.opensAt)?.expectedAt).toBe(window.expectedAt);
      expect(nextWindow(history, window.expectedAt)?.expectedAt).toBe(both[i + 1]?.expectedAt ?? at("6:00"));
      if (i > 0) expect(previousWindow(history, window.expectedAt)?.expectedAt).toBe(both[i - 1]?.expectedAt);
    }
    // The grace of the original's own is its own.
    expect(both.map(({ expectedAt, dueBy }) => (dueBy - expectedAt) / 60_000)).toEqual([10, 5, 5, 5, 5, 5, 10, 5, 10]);
  });

  it("keeps the maximum run time of the original: a job is not faster because it runs more often", () => {
    const history = withAccelerations(hourly, [everyTen]);
    expect(maximumRuntime(history, at("3:10")) / 60_000).toBe(50);
    expect(maximumRuntime(history, at("4:00")) / 60_000).toBe(60);
  });
});
