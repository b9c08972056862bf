import { describe, expect, it } from "vitest";
import type { Lane, Window } from "#components/api/shapes.ts";
import { hitIn } from "./hit.ts";
import { bracketOf, extentOf, inOrder, laneMarks } from "./lanes.ts";
import type { Mark } from "./marks.ts";
import { countsOf, type LaneModel, laneModel, timelineModel } from "./model.ts";
import { makeScale } from "./scale.ts";
import { thin } from "./thin.ts";

const T = Date.parse("2026-11-24T02:00:00Z");
const MINUTE = 60_000;
const iso = (minutes: number): string => new Date(T + minutes * MINUTE).toISOString();
/** A pixel a second: an hour around 02:00 is 3,600 wide. */
const scale = makeScale({ from: T - 30 * MINUTE, to: T + 30 * MINUTE }, 3_600);
const now = T + 18 * MINUTE;

const run = (from: number, to: number | null, outcome: "running" | "success" | "fail" = "success") => ({
  ...{ id: `${from}`, rid: null, schedule: "nightly", startedAt: iso(from), outcome, exitStatus: null },
  ...{ finishedAt: to === null ? null : iso(to), durationSeconds: null, windowExpectedAt: null, windowNamed: null },
  ...{ unscheduled: false, doubleFire: false, manual: false, logBytes: 0, source: "ping", remoteAddress: null },
  userAgent: null,
});

const expected = (at: number, verdict: Window["verdict"], more: Partial<Window> = {}): Window => ({
  ...{ expectedAt: iso(at), opensAt: iso(at - 1), dueBy: iso(at + 5), verdict },
  ...{ runs: [], attempts: [], decisions: [], version: 1, doubleFire: false },
  ...more,
});

const lane = (windows: readonly Window[], more: Partial<Lane> = {}): LaneModel =>
  laneModel(
    {
      ...{ slug: "nightly", name: "nightly", cadence: "Every hour", status: "on_time", nextExpectedAt: null },
      ...{ environment: "production", tags: [], owner: null, route: null, driver: "external" },
      ...{ maintenance: [], pauses: [], versions: [] },
      windows,
      ...more,
    },
    { bucketSeconds: 60, end: scale.to },
  );

const of = <K extends Mark["kind"]>(marks: readonly Mark[], kind: K): Extract<Mark, { kind: K }>[] =>
  marks.filter((mark): mark is Extract<Mark, { kind: K }> => mark.kind === kind);

describe("the layout of a lane", () => {
  it("draws the expected window from opensAt to dueBy, and the run inside it from start to finish", () => {
    const marks = laneMarks(lane([expected(0, "on_time", { runs: [run(1, 3)] })]), scale, now);
    expect(of(marks, "bracket")).toEqual([{ kind: "bracket", x0: 1_740, x1: 2_100, look: "plain" }]);
    expect(of(marks, "bar")).toEqual([
      { kind: "bar", x0: 1_860, x1: 1_980, tone: "ok", over: false, open: false, under: false },
    ]);
  });

  it("shows lateness as the distance from the end of the grace to the start", () => {
    const marks = laneMarks(lane([expected(0, "late", { runs: [run(9, 10)] })]), scale, now);
    expect(of(marks, "distance")).toEqual([{ kind: "distance", x0: 2_100, x1: 2_340 }]);
    expect(of(marks, "bar")[0]).toMatchObject({ x0: 2_340, tone: "late" });
  });

  it("leaves the bracket of a missing run empty, with its glyph in the middle", () => {
    const marks = laneMarks(lane([expected(0, "missing", { cause: "silent" })]), scale, now);
    expect(of(marks, "bracket")[0]).toMatchObject({ look: "missing" });
    expect(of(marks, "bar")).toEqual([]);
    expect(of(marks, "glyph")).toEqual([{ kind: "glyph", x: 1_920, name: "missing" }]);
  });

  it("marks a refusal at its moment, and calls the window rejected", () => {
    const decision = {
      id: "d",
      at: iso(0.5),
      outcome: "rejected",
      reason: "wrong_contract",
      via: "scheduler",
    } as const;
    const window = expected(0, "missing", { cause: "rejected", decisions: [decision] });
    const marks = laneMarks(lane([window]), scale, now);
    expect(of(marks, "bracket")[0]).toMatchObject({ look: "rejected" });
    expect(of(marks, "barrier")).toEqual([{ kind: "barrier", x: 1_830 }]);
    expect(of(marks, "glyph")).toEqual([]);
  });

  it("draws a run under way up to now, and one past its limit hatched with its glyph", () => {
    const running = laneMarks(lane([expected(0, "running", { runs: [run(1, null, "running")] })]), scale, now);
    expect(of(running, "bar")[0]).toMatchObject({ x1: scale.x(now), tone: "running", open: true, over: false });
    const over = laneMarks(lane([expected(0, "overrun", { runs: [run(1, null, "running")] })]), scale, now);
    expect(of(over, "bar")[0]).toMatchObject({ tone: "bad", open: true, over: true });
    expect(of(over, "glyph")[0]).toMatchObject({ name: "overrun" });
  });

  it("lets a run that goes on for long lie under those of later windows", () => {
    const long = expected(0, "overrun", { runs: [run(1, null, "running")] });
    const bars = of(laneMarks(lane([long, expected(10, "on_time", { runs: [run(10, 11)] })]), scale, now), "bar");
    expect(bars.map(({ over, under }) => [over, under])).toEqual([
      [false, false],
      [true, true],
    ]);
  });

  it("lets the run that started last decide the colour, and keeps the failed one before it red", () => {
    const runs = [run(0, 1, "fail"), run(2, 3)];
    const bars = of(laneMarks(lane([expected(0, "on_time", { runs })]), scale, now), "bar");
    expect(bars.map(({ tone }) => tone)).toEqual(["bad", "ok"]);
  });

  it("never draws a bracket or a bar too narrow to be seen", () => {
    const far = makeScale({ from: T - 7 * 1_440 * MINUTE, to: T + 1_440 * MINUTE }, 1_000);
    const window = expected(0, "failed", { runs: [run(0, 0.1, "fail")] });
    const model = lane([window]);
    const [first] = model.windows;
    if (!first) throw new Error("a window was given");
    const { x0, x1 } = bracketOf(first, far);
    expect(x1 - x0).toBe(5);
    const [bar] = of(laneMarks(model, far, now), "bar");
    expect((bar?.x1 ?? 0) - (bar?.x0 ?? 0)).toBe(3);
  });

  it("leaves out what lies beyond the edges, and keeps a run that reaches in", () => {
    const before = expected(-60, "on_time", { runs: [run(-60, -50)] });
    const reaching = expected(-60, "running", { runs: [run(-60, null, "running")] });
    expect(laneMarks(lane([before]), scale, now)).toEqual([]);
    expect(of(laneMarks(lane([reaching]), scale, now), "bar")).toHaveLength(1);
  });

  it("draws what is wrong last, so that nothing lies on it", () => {
    const marks = laneMarks(lane([expected(0, "missing"), expected(10, "upcoming")]), scale, now);
    expect(of(marks, "bracket").map(({ look }) => look)).toEqual(["future", "missing"]);
  });

  it("shades maintenance, and a pause without an end up to the edge", () => {
    const marks = laneMarks(
      lane([], { pauses: [{ from: iso(20), to: null, reason: null }], maintenance: [] }),
      scale,
      now,
    );
    expect(marks).toEqual([{ kind: "shade", x0: 3_000, x1: 3_600 }]);
  });

  it("turns counts into cells by the worst of them, the bad ones last", () => {
    const buckets = [
      { at: iso(0), counts: { missing: 1, on_time: 3 }, worst: "missing" as const },
      { at: iso(1), counts: { on_time: 4 }, worst: "on_time" as const },
      { at: iso(25), counts: { upcoming: 4 }, worst: "upcoming" as const },
    ];
    const marks = laneMarks(lane([], { buckets }), scale, now);
    expect(of(marks, "cell").map(({ worst, x0 }) => [worst, x0])).toEqual([
      ["on_time", 1_860],
      ["upcoming", 3_300],
      ["missing", 1_800],
    ]);
  });
});

describe("windows too near to each other", () => {
  const dense = lane(Array.from({ length: 40 }, (_, at) => expected(at / 2, at === 7 ? "missing" : "on_time")));

  it("stay windows where each can be seen, and become cells where not", () => {
    expect(thin(dense, 4_000)).toBe(dense);
    const cells = thin(dense, 10_000).buckets;
    expect(thin(dense, 10_000).windows).toEqual([]);
    expect(cells.every(({ from, to }) => to - from === 64_000)).toBe(true);
  });

  it("lose none, and a cell shows the worst of its own", () => {
    const cells = thin(dense, 10_000);
    expect(countsOf(cells, { from: T, to: T + 60 * MINUTE })).toEqual(
      countsOf(dense, { from: T, to: T + 60 * MINUTE }),
    );
    expect(cells.buckets.filter(({ worst }) => worst === "missing")).toHaveLength(1);
  });
});

describe("what lies under a pointer", () => {
  const two = lane([expected(0, "on_time", { runs: [run(1, 3)] }), expected(10, "missing")]);

  it("is the window whose bracket or run is there, with some pixels of forbearance", () => {
    expect(hitIn(two, { x: 1_737, scale, now })).toMatchObject({ window: { mark: "on_time" } });
    expect(hitIn(two, { x: 2_400, scale, now })).toMatchObject({ window: { mark: "missing" } });
    expect(hitIn(two, { x: 100, scale, now })).toBeNull();
  });

  it("reaches as far as the run does", () => {
    const [window] = lane([expected(0, "overrun", { runs: [run(1, null, "running")] })]).windows;
    if (!window) throw new Error("a window was given");
    expect(extentOf(window, scale, now)).toEqual({ x0: 1_740, x1: scale.x(now) });
  });
});

describe("order and counts", () => {
  it("sorts by what is wrong, then by name", () => {
    const named = (name: string, status: Lane["status"]) => lane([], { slug: name, name, status });
    const sorted = inOrder([named("b", "on_time"), named("a", "on_time"), named("z", "missing"), named("m", "late")]);
    expect(sorted.map(({ name }) => name)).toEqual(["z", "m", "a", "b"]);
  });

  it("counts within the stretch that is seen, and not what is still to come", () => {
    const counted = lane([
      expected(-60, "failed"),
      expected(0, "missing", { cause: "rejected" }),
      expected(10, "upcoming"),
    ]);
    expect(countsOf(counted, scale)).toEqual({ rejected: 1 });
  });

  it("reads what the API answers", () => {
    const model = timelineModel({
      ...{ from: iso(-30), to: iso(30), bucketSeconds: null, nextCursor: null, lanes: [] },
      blind: [{ from: iso(-5), to: iso(-4) }],
      changes: [{ id: "c", at: iso(-2), title: "deploy" }],
    });
    expect(model).toMatchObject({ more: false, blind: [{ to: T - 4 * MINUTE }], changes: [{ title: "deploy" }] });
  });
});
