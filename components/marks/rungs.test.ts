import { describe, expect, it } from "vitest";
import type { ListedWindow, Run } from "#components/api/shapes.ts";
import { rungsOf } from "./rungs.ts";

const window = (more: Partial<ListedWindow>): ListedWindow => ({
  ...{ expectedAt: "2026-11-24T02:00:00.000Z", opensAt: "2026-11-24T01:59:00.000Z" },
  ...{
    dueBy: "2026-11-24T02:12:00.000Z",
    verdict: "on_time",
    runs: [],
    attempts: [],
    decisions: [],
    doubleFire: false,
  },
  ...more,
});

const run = (more: Partial<Run>): Run => ({
  ...{
    id: "1",
    rid: null,
    schedule: "s",
    startedAt: "2026-11-24T02:00:05.000Z",
    finishedAt: "2026-11-24T02:01:00.000Z",
  },
  ...{ outcome: "success", exitStatus: 0, durationSeconds: 55, windowExpectedAt: null, windowNamed: null },
  ...{ unscheduled: false, doubleFire: false, manual: false, logBytes: 0, source: "ping", remoteAddress: null },
  userAgent: null,
  ...more,
});

const stops = (shown: ListedWindow) =>
  rungsOf(shown)
    .filter(({ stopped }) => stopped)
    .map(({ rung, mark }) => [rung, mark]);

describe("how far up the rungs a window came", () => {
  it("has four rungs, whatever came", () => {
    for (const verdict of ["on_time", "missing", "upcoming", "blind"] as const) {
      expect(rungsOf(window({ verdict })).map(({ rung }) => rung)).toEqual(["attempt", "decision", "run", "outcome"]);
    }
  });

  it("stops nowhere for a run that went well, and tells its times", () => {
    const rungs = rungsOf(window({ runs: [run({})] }));
    expect(rungs.some(({ stopped }) => stopped)).toBe(false);
    expect(rungs.map(({ at }) => at)).toEqual([null, null, "2026-11-24T02:00:05.000Z", "2026-11-24T02:01:00.000Z"]);
  });

  it("stops where a missing run died, by its cause", () => {
    const missing = (cause: ListedWindow["cause"]) =>
      stops(window({ verdict: "missing", ...(cause ? { cause } : {}) }));
    expect(missing("silent")).toEqual([["attempt", "missing"]]);
    expect(missing("not_fired")).toEqual([["attempt", "missing"]]);
    expect(missing("unreached")).toEqual([["attempt", "missing"]]);
    expect(missing("rejected")).toEqual([["decision", "rejected"]]);
    expect(missing("lost")).toEqual([["run", "missing"]]);
  });

  it("stops at the outcome of a run that failed, or went past its limit", () => {
    const failed = window({ verdict: "failed", runs: [run({ outcome: "fail", exitStatus: 7 })] });
    expect(stops(failed)).toEqual([["outcome", "failed"]]);
    expect(rungsOf(failed)[3]?.words).toBe("Failed, exit status 7");
    const hung = window({ verdict: "overrun", runs: [run({ outcome: "running", finishedAt: null })] });
    expect(stops(hung)).toEqual([["outcome", "overrun"]]);
  });

  it("awaits what is still to come", () => {
    expect(stops(window({ verdict: "due" }))).toEqual([]);
    expect(rungsOf(window({ verdict: "due" }))[2]?.words).toBe("Run is awaited");
  });
});
