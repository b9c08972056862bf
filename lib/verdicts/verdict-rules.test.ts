import { describe, expect, test } from "vitest";
import {
  clock,
  everyHour,
  judgedOf,
  type Story,
  tellRun,
  tellVerdicts,
  verdictOf,
  windowOf,
} from "#lib/testing/rules.ts";

/** Hourly from 01:00, grace 10 minutes, 5 minutes early. */
const given = (rest: Partial<Story> & { now: string }): Story => rest;

describe("the first row that fits is the verdict", () => {
  test("excused: paused or in maintenance at `expectedAt`, or at any time from then to `dueBy` while no run had come; or excused by a person afterwards", () => {
    expect(verdictOf(given({ pauses: ["0:50-1:05"], now: "2:00" }), "1:00")).toBe("excused");
    expect(verdictOf(given({ pauses: ["1:08-1:20"], now: "2:00" }), "1:00")).toBe("excused");
    expect(verdictOf(given({ pauses: ["1:10-1:20"], now: "2:00" }), "1:00")).toBe("excused");
    // A run had come before the pause, and the pause after the grace touches nothing.
    expect(verdictOf(given({ pauses: ["1:08-1:20"], checkIns: ["1:05 fail"], now: "2:00" }), "1:00")).toBe("failed");
    expect(verdictOf(given({ pauses: ["1:10:00.001-1:20"], now: "2:00" }), "1:00")).toBe("missing");
    expect(verdictOf(given({ pauses: ["0:30-1:00"], now: "2:00" }), "1:00")).toBe("missing");
    expect(verdictOf(given({ excusedByPerson: ["1:00"], now: "2:00" }), "1:00")).toBe("excused");
  });

  test("overrun: an unfinished run is past its maximum run time, and no blind span touches it", () => {
    const started = given({ checkIns: ["1:00 start"], maxRuntimeSeconds: 1_200, now: "1:20" });
    expect(verdictOf(started, "1:00")).toBe("running");
    expect(verdictOf({ ...started, now: "1:20:00.001" }, "1:00")).toBe("overrun");
    expect(verdictOf({ ...started, blind: ["1:18-1:20"], now: "1:20:00.001" }, "1:00")).toBe("blind");
    // A newer run that is well does not hide it.
    const newer = { ...started, checkIns: ["1:00 start a", "1:05 start b", "1:10 success b"], now: "1:30" };
    expect(verdictOf(newer, "1:00")).toBe("overrun");
  });

  test("running: a run is under way within its maximum run time", () => {
    expect(verdictOf(given({ checkIns: ["1:00 start"], now: "1:30" }), "1:00")).toBe("running");
    // Also beside one that failed.
    expect(verdictOf(given({ checkIns: ["1:00 fail", "1:05 start"], now: "1:06" }), "1:00")).toBe("running");
  });

  test("failed: the last run failed", () => {
    expect(verdictOf(given({ checkIns: ["1:00 success a", "1:05 fail b"], now: "2:00" }), "1:00")).toBe("failed");
    expect(clock(windowOf(given({ checkIns: ["1:00 start a", "1:05 fail a"], now: "2:00" }), "1:00").since)).toBe(
      "01:05",
    );
  });

  test("overrun: the last run succeeded, but took longer than its maximum", () => {
    const long = given({ checkIns: ["1:00 start", "1:21 success"], maxRuntimeSeconds: 1_200, now: "1:30" });
    expect(verdictOf(long, "1:00")).toBe("overrun");
    expect(clock(windowOf(long, "1:00").since)).toBe("01:20");
    expect(verdictOf({ ...long, checkIns: ["1:00 start", "1:20 success"] }, "1:00")).toBe("on_time");
  });

  test("on_time: the last run succeeded, the first started by `dueBy`", () => {
    expect(verdictOf(given({ checkIns: ["0:55 success"], now: "2:00" }), "1:00")).toBe("on_time");
    expect(verdictOf(given({ checkIns: ["1:10 success"], now: "2:00" }), "1:00")).toBe("on_time");
    // A retry that succeeds heals the window, however late.
    expect(verdictOf(given({ checkIns: ["1:05 fail", "1:40 success"], now: "2:00" }), "1:00")).toBe("on_time");
  });

  test("late: the last run succeeded, the first started after `dueBy`", () => {
    expect(verdictOf(given({ checkIns: ["1:10:00.001 success"], now: "2:00" }), "1:00")).toBe("late");
  });

  test("upcoming: now is before `opensAt`", () => {
    expect(verdictOf(given({ now: "0:54:59.999" }), "1:00")).toBe("upcoming");
  });

  test("due: now is not after `dueBy`", () => {
    expect(verdictOf(given({ now: "0:55" }), "1:00")).toBe("due");
    expect(verdictOf(given({ now: "1:10" }), "1:00")).toBe("due");
    expect(verdictOf(given({ now: "1:10:00.001" }), "1:00")).toBe("missing");
  });

  test("missing: no run, and evidence says so (a rejected decision and none admitted; or a driver's history that covers the window and is empty)", () => {
    const blind = ["0:58-1:02"];
    expect(verdictOf(given({ blind, now: "2:00" }), "1:00")).toBe("blind");
    expect(verdictOf(given({ blind, decisions: ["1:00 rejected"], now: "2:00" }), "1:00")).toBe("missing");
    expect(verdictOf(given({ blind, decisions: ["1:00 rejected", "1:01 admitted"], now: "2:00" }), "1:00")).toBe(
      "blind",
    );
    expect(verdictOf(given({ blind, covered: ["0:00-2:00"], now: "2:00" }), "1:00")).toBe("missing");
    expect(verdictOf(given({ blind, covered: ["0:56-2:00"], now: "2:00" }), "1:00")).toBe("blind");
  });

  test("blind: a blind span touches the window, or its unfinished run that is past the limit", () => {
    expect(verdictOf(given({ blind: ["1:00-1:01"], now: "1:11" }), "1:00")).toBe("blind");
    const hangs = given({ checkIns: ["1:00 start"], maxRuntimeSeconds: 1_200, blind: ["1:10-1:12"], now: "1:21" });
    expect(verdictOf(hangs, "1:00")).toBe("blind");
  });

  test("missing: otherwise", () => {
    const silent = windowOf(given({ now: "1:30" }), "1:00");
    expect([silent.verdict, silent.cause, clock(silent.since)]).toEqual(["missing", "silent", "01:10"]);
  });

  test("Excused windows stay excused whatever runs in them, but for a run that hangs past its limit and past the end of the excuse: overrun.", () => {
    const paused = given({ pauses: ["0:50-1:30"], maxRuntimeSeconds: 600, now: "2:00" });
    expect(verdictOf({ ...paused, checkIns: ["1:00 fail"] }, "1:00")).toBe("excused");
    expect(verdictOf({ ...paused, checkIns: ["1:00 start", "1:20 success"] }, "1:00")).toBe("excused");
    const hangs = { ...paused, checkIns: ["1:00 start"] };
    expect(verdictOf({ ...hangs, now: "1:30" }, "1:00")).toBe("excused");
    expect(verdictOf({ ...hangs, now: "1:31" }, "1:00")).toBe("overrun");
    expect(windowOf(hangs, "1:00").runs.map(tellRun)).toEqual(["01:00– running"]);
    // Without an end, it never is past it.
    expect(verdictOf({ ...hangs, pauses: ["0:50-"] }, "1:00")).toBe("excused");
  });
});

describe("A missing window carries a cause, the highest rung that was reached:", () => {
  const cause = (rest: Partial<Story>): string | null => windowOf({ ...rest, now: "1:30" }, "1:00").cause;

  test("lost: an admitted decision, or an attempt that was answered well, and yet no run record", () => {
    expect(cause({ decisions: ["1:00 admitted", "1:01 rejected"] })).toBe("lost");
    expect(cause({ attempts: ["1:00 answered 200"] })).toBe("lost");
    expect(cause({ attempts: ["1:00 answered 500"] })).toBe("unreached");
  });

  test("rejected: at least one rejected decision or refused attempt, and no admitted decision; carries the reason and its diagnosis", () => {
    expect(windowOf({ decisions: ["1:00 rejected"], now: "1:30" }, "1:00")).toMatchObject({
      ...{ cause: "rejected", reason: "no_credentials" },
    });
    expect(cause({ attempts: ["1:00 refused 403"] })).toBe("rejected");
  });

  test("unreached: an attempt that got no answer (DNS, TCP, TLS, time-out), an error, or an answer that is not known; or one that a gate known to be up never saw", () => {
    expect(cause({ attempts: ["1:00 no_answer"] })).toBe("unreached");
    expect(cause({ attempts: ["1:00 answered 500"] })).toBe("unreached");
    // The gate is up: it saw a stranger, and never what was attempted.
    expect(cause({ attempts: ["1:00 answer_unknown"], decisions: ["1:02 rejected stranger"] })).toBe("unreached");
    expect(cause({ attempts: ["1:00 answer_unknown"] })).toBe("unreached");
  });

  test("not_fired: a driver that reports attempts covers the window and reports none", () => {
    expect(cause({ covered: ["0:00-1:20"] })).toBe("not_fired");
    expect(cause({ covered: ["0:00-1:05"] })).toBe("silent");
  });

  test("silent: nothing of any kind", () => {
    expect(cause({})).toBe("silent");
  });

  test("Evidence is what the scheduler sent: decisions with `via: scheduler`.", () => {
    expect(cause({ decisions: ["1:00 admitted manual", "1:01 rejected scheduler"] })).toBe("rejected");
  });

  test("Those of a person, a stranger, or Rollcall's own probes and matrix are kept and shown, and are evidence for no window.", () => {
    for (const via of ["manual", "stranger", "probe"])
      expect(cause({ decisions: [`1:00 rejected ${via}`] })).toBe("silent");
  });

  test("Attempts and decisions are placed in the same way: by the scheduled time that they name, else by their moment.", () => {
    const story = given({ decisions: ["2:05 rejected window=1:00"], now: "3:30" });
    expect(windowOf(story, "1:00").cause).toBe("rejected");
    expect(windowOf(story, "2:00").cause).toBe("silent");
    expect(windowOf(given({ attempts: ["2:05 no_answer window=1:00"], now: "3:30" }), "1:00").cause).toBe("unreached");
    expect(windowOf(given({ attempts: ["2:05 no_answer"], now: "3:30" }), "2:00").cause).toBe("unreached");
  });

  test("Late evidence re-judges its window by its own timestamp; a rejection that is reported late gives a silent window its cause.", () => {
    expect(windowOf(given({ now: "2:30" }), "1:00").cause).toBe("silent");
    expect(windowOf(given({ decisions: ["1:01 rejected"], now: "2:30" }), "1:00").cause).toBe("rejected");
    expect(verdictOf(given({ checkIns: ["1:05 success"], now: "2:30" }), "1:00")).toBe("on_time");
  });
});

describe("which window a run belongs to", () => {
  const runsOf = (rest: Partial<Story> & { now: string }): string[] =>
    judgedOf(rest).windows.flatMap((window) => window.runs.map((run) => `${clock(window.expectedAt)} ${tellRun(run)}`));

  test("A run belongs to the window that it names, else to the window that owns its start.", () => {
    expect(runsOf({ checkIns: ["2:20 success window=1:00", "2:21 success"], now: "2:30" })).toEqual([
      ...["01:00 02:20–02:20 success", "02:00 02:21–02:21 success"],
    ]);
    // Up to, not including, the next window's opening.
    expect(runsOf({ checkIns: ["1:54:59.999 success", "1:55 success"], now: "2:30" })).toHaveLength(2);
    expect(verdictOf({ checkIns: ["1:55 success"], now: "2:30" }, "2:00")).toBe("on_time");
    expect(verdictOf({ checkIns: ["1:54:59.999 success"], now: "2:30" }, "1:00")).toBe("late");
  });

  test("A name counts when it equals an `expectedAt` (to the second) whose `opensAt` has passed at the run's start and that lies at most 7 days before it; else the run is placed by its start, and the name is shown as not matched.", () => {
    expect(runsOf({ checkIns: ["3:20 success window=1:00:00.400"], now: "3:30" })).toEqual([
      "01:00 03:20–03:20 success",
    ]);
    expect(runsOf({ checkIns: ["3:20 success window=1:00:01"], now: "3:30" })).toEqual(["03:00 03:20–03:20 success"]);
    expect(runsOf({ checkIns: ["3:20 success window=5:00"], now: "3:30" })).toEqual(["03:00 03:20–03:20 success"]);
    expect(runsOf({ checkIns: ["3:55 success window=4:00"], now: "4:30" })).toEqual(["04:00 03:55–03:55 success"]);
    const week = { every: 86_400, graceSeconds: 600 };
    expect(runsOf({ ...week, checkIns: ["192:00 success window=24:00"], now: "193:00" })).toEqual([
      "24:00 192:00–192:00 success",
    ]);
    expect(runsOf({ ...week, checkIns: ["192:00:00.001 success window=24:00"], now: "193:00" })).toEqual([
      "192:00 192:00:0.001–192:00:0.001 success",
    ]);
  });

  test("Several runs may belong to a window: the one that started first decides punctuality, the one that started last decides the outcome (so a retry that succeeds heals the window; of equal starts the later finish is the last, none being the latest, and then the fail), and the count is shown.", () => {
    const two = (...checkIns: string[]) => verdictOf({ checkIns, now: "1:50" }, "1:00");
    expect(two("1:05 fail a", "1:20 success b")).toBe("on_time");
    expect(two("1:15 fail a", "1:20 success b")).toBe("late");
    expect(two("1:05 start a", "1:05 start b", "1:06 fail a", "1:07 success b")).toBe("on_time");
    expect(two("1:05 start a", "1:05 start b", "1:07 fail a", "1:06 success b")).toBe("failed");
    expect(two("1:05 start a", "1:05 start b", "1:07 fail a", "1:07 success b")).toBe("failed");
    expect(two("1:05 fail a", "1:05 start b")).toBe("running");
    expect(windowOf({ checkIns: ["1:05 fail a", "1:20 success b"], now: "1:50" }, "1:00").runs).toHaveLength(2);
  });

  test("Unscheduled is a run with no name that counts which starts before the first `opensAt`, or after the `dueBy` of its window when the run of that window that started last before it had succeeded, in time, before it started: it is kept and shown, and touches no verdict until it hangs: past its maximum run time it belongs to the window that owns its start (before the first `opensAt` it is only shown as hung).", () => {
    const unscheduled = (rest: Partial<Story> & { now: string }) =>
      judgedOf(rest).unscheduled.map(({ run, hung }) => `${tellRun(run)}${hung ? " hung" : ""}`);
    expect(unscheduled({ checkIns: ["0:20 fail"], now: "0:40" })).toEqual(["00:20–00:20 fail"]);
    const manual = { checkIns: ["1:00 success", "1:30 start x", "1:31 fail x"], maxRuntimeSeconds: 600, now: "1:50" };
    expect(unscheduled(manual)).toEqual(["01:30–01:31 fail x"]);
    expect(verdictOf(manual, "1:00")).toBe("on_time");
    // By `dueBy` it is one more run of the window; so is one after a run that failed.
    expect(verdictOf({ ...manual, checkIns: ["1:00 success", "1:10 fail"] }, "1:00")).toBe("failed");
    expect(verdictOf({ ...manual, checkIns: ["1:00 fail", "1:30 success"] }, "1:00")).toBe("on_time");
    // It hangs.
    const hangs = { ...manual, checkIns: ["1:00 success", "1:30 start"] };
    expect(verdictOf({ ...hangs, now: "1:40" }, "1:00")).toBe("on_time");
    expect(verdictOf({ ...hangs, now: "1:41" }, "1:00")).toBe("overrun");
    expect(unscheduled({ ...hangs, now: "1:41" })).toEqual([]);
    expect(unscheduled({ checkIns: ["0:20 start"], maxRuntimeSeconds: 600, now: "0:40" })).toEqual([
      "00:20– running hung",
    ]);
    // A name that counts makes it one of the window, which then hears of it.
    const named = { ...manual, checkIns: ["1:00 success", "1:30 fail window=1:00"] };
    expect(verdictOf(named, "1:00")).toBe("failed");
  });
});

describe("a double fire", () => {
  const double = (...checkIns: string[]) => windowOf({ checkIns, now: "1:50" }, "1:00").doubleFire;

  test("Two runs of a window are a double fire when they are not known to be one (another `rid`, or none and two start check-ins) and overlap, or start within the early tolerance of each other while the earlier had not failed.", () => {
    expect(double("1:00 start a", "1:08 start b", "1:09 success a", "1:10 success b")).toBe(true);
    expect(double("1:00 start", "1:08 start", "1:09 success", "1:10 success")).toBe(true);
    expect(double("1:00 start a", "1:01 success a", "1:04 start b", "1:05 success b")).toBe(true);
    expect(double("1:00 start a", "1:01 success a", "1:08 start b", "1:09 success b")).toBe(false);
    // A retry after a failure.
    expect(double("1:00 start a", "1:01 fail a", "1:02 start b", "1:03 success b")).toBe(false);
  });

  test("The same execution id twice is one too.", () => {
    expect(double("1:00 success a execution=x", "1:09 success b execution=x")).toBe(true);
    expect(double("1:00 success a execution=x", "1:09 success b execution=y")).toBe(false);
  });

  test("Two runs that only report their end without a `rid` are never one.", () => {
    expect(double("1:00 success", "1:00:01 success")).toBe(false);
  });
});

describe("windows without a run to come", () => {
  test("Incidents are history: only verdicts are independent of the order of arrival.", () => {
    // The same evidence, told in another order: `run.test.ts` and `judge.property.test.ts` have it at random.
    const checkIns = ["1:00 start a", "1:05 fail a", "1:20 success b", "2:00 success c"];
    const story = { checkIns, now: "3:30", spec: everyHour() };
    const other = { ...story, checkIns: [...checkIns].reverse() };
    expect(tellVerdicts(other)).toBe(tellVerdicts(story));
    expect(tellVerdicts(story)).toBe("01:00 on_time, 02:00 on_time, 03:00 missing");
  });
});
