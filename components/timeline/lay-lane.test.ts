import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Lane, Window } from "#components/api/shapes.ts";
import { isBadMark, MARKS, type MarkName, toneOf } from "#components/marks/look.ts";
import { VERDICTS } from "#lib/verdicts/verdict.ts";
import { hitAt, meantBy } from "./hit.ts";
import type { Laid } from "./laid.ts";
import { layLane, type Sheet } from "./lay-lane.ts";
import { BRACKETS, HitIndex, KIND, type KindName, MarkPool, markAt, TONES } from "./mark-pool.ts";
import { countsOf, type LaneFacts, laneModel } from "./model.ts";
import { paintRows, ROW } from "./paint.ts";
import type { Pen } from "./pen.ts";
import { Scene } from "./scene.ts";

const T = Date.parse("2026-11-24T02:00:00Z");
const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const iso = (minutes: number): string => new Date(T + minutes * MINUTE).toISOString();
/** A pixel a second: an hour around 02:00 is 3,600 wide. */
const laid: Laid = { from: T - 30 * MINUTE, to: T + 30 * MINUTE, perMilli: 0.001 };
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

const refused = (at: number) =>
  ({ id: "d", at: iso(at), outcome: "rejected", reason: "wrong_contract", via: "scheduler" }) as const;

const lane = (windows: readonly Window[], more: Partial<Lane> = {}): LaneFacts =>
  laneModel(
    {
      ...{ slug: "nightly", name: "nightly", cadence: "Every hour", status: "on_time", nextExpectedAt: null },
      ...{ environment: "production", tags: [], maintenance: [], pauses: [], versions: [] },
      ...{ owner: null, route: null, driver: "external" },
      windows,
      ...more,
    },
    { bucketSeconds: 64, end: laid.to },
  );

const emptySheet = (): Sheet => ({ marks: new MarkPool(), hits: new HitIndex() });

function lay(one: LaneFacts, on = laid, at = now): Sheet {
  const sheet = emptySheet();
  layLane(one, { laid: on, now: at, sheet });
  return sheet;
}

interface Seen {
  readonly kind: KindName;
  readonly look: number;
  readonly x0: number;
  readonly x1: number;
  readonly lift: number;
}

const NAMES = Object.keys(KIND) as KindName[];
const seenIn = ({ marks }: Sheet): Seen[] =>
  Array.from({ length: marks.count }, (_, at) => ({
    kind: NAMES[marks.kind[at] ?? -1] ?? "shade",
    look: marks.look[at] ?? 0,
    x0: marks.x0[at] ?? 0,
    x1: marks.x1[at] ?? 0,
    lift: marks.lift[at] ?? 0,
  }));
const of = (sheet: Sheet, kind: KindName): Seen[] => seenIn(sheet).filter((mark) => mark.kind === kind);
const at = (sheet: Sheet, kind: KindName) => of(sheet, kind).map(({ x0, x1 }) => [Math.round(x0), Math.round(x1)]);

describe("the layout of a lane", () => {
  it("draws the expected window from opensAt to dueBy, and the run inside it from start to finish", () => {
    const sheet = lay(lane([expected(0, "on_time", { runs: [run(1, 3)] })]));
    expect(at(sheet, "bracket")).toEqual([[1_740, 2_100]]);
    expect(at(sheet, "bar")).toEqual([[1_860, 1_980]]);
    expect(TONES[of(sheet, "bar")[0]?.look ?? -1]).toBe("ok");
  });

  it("shows lateness as the distance from the end of the grace to the start", () => {
    const sheet = lay(lane([expected(0, "late", { runs: [run(9, 10)] })]));
    expect(at(sheet, "distance")).toEqual([[2_100, 2_340]]);
    expect(TONES[of(sheet, "bar")[0]?.look ?? -1]).toBe("late");
  });

  it("leaves the bracket of a missing run empty, with its glyph in the middle", () => {
    const sheet = lay(lane([expected(0, "missing", { cause: "silent" })]));
    expect(BRACKETS[of(sheet, "bracket")[0]?.look ?? -1]).toBe("missing");
    expect(of(sheet, "bar")).toEqual([]);
    expect(at(sheet, "glyph")).toEqual([[1_920, 1_920]]);
  });

  it("marks a refusal at its moment, with a line to the window that it starved", () => {
    const inside = lay(lane([expected(0, "missing", { cause: "rejected", decisions: [refused(0.5)] })]));
    expect(BRACKETS[of(inside, "bracket")[0]?.look ?? -1]).toBe("rejected");
    expect([at(inside, "barrier"), at(inside, "starved")]).toEqual([[[1_830, 1_830]], [[1_830, 2_100]]]);
    expect(of(inside, "glyph")).toEqual([]);
    const after = lay(lane([expected(0, "missing", { cause: "rejected", decisions: [refused(8)] })]));
    expect(at(after, "starved")).toEqual([[2_100, 2_280]]);
  });

  it("draws a run under way up to now, and one without a known limit hatched as a whole", () => {
    const running = lay(lane([expected(0, "running", { runs: [run(1, null, "running")] })]));
    expect(at(running, "bar")).toEqual([[1_860, 2_880]]);
    const over = lay(lane([expected(0, "overrun", { runs: [run(1, null, "running")] })]));
    expect([at(over, "over"), at(over, "bar")]).toEqual([[[1_860, 2_880]], []]);
    expect(markAt(of(over, "glyph")[0]?.look ?? -1)).toBe("overrun");
  });

  it("hatches a run only past its limit", () => {
    const one = lane([expected(0, "overrun", { runs: [run(1, null, "running")], limitAt: iso(11) })]);
    const sheet = lay(one);
    expect([at(sheet, "bar"), at(sheet, "limit"), at(sheet, "over")]).toEqual([
      [[1_860, 2_460]],
      [[2_460, 2_460]],
      [[2_460, 2_880]],
    ]);
    expect(TONES[of(sheet, "bar")[0]?.look ?? -1]).toBe("running");
  });

  it("lets a run that goes on for long lie thin under those of later windows", () => {
    const long = expected(0, "running", { runs: [run(1, null, "running")] });
    const bars = of(lay(lane([long, expected(10, "on_time", { runs: [run(10, 11)] })])), "bar");
    expect(bars.map(({ lift }) => lift)).toEqual([2, 0]);
  });

  it("draws two runs of one window that overlap apart, and a retry after its fail in one line", () => {
    const twice = of(lay(lane([expected(0, "on_time", { runs: [run(0, 3), run(1, 4)] })])), "bar");
    expect(twice.map(({ lift }) => lift)).toEqual([-1, 1]);
    const retried = of(lay(lane([expected(0, "on_time", { runs: [run(0, 1, "fail"), run(2, 3)] })])), "bar");
    expect(retried.map(({ lift, look }) => [lift, TONES[look]])).toEqual([
      [0, "bad"],
      [0, "ok"],
    ]);
  });

  it("marks attempts, versions, and runs that nobody expected", () => {
    const attempt = { id: "a", at: iso(0.1), status: 200, outcome: "answered" } as const;
    const one = lane([expected(0, "on_time", { runs: [run(1, 3)], attempts: [attempt] })], {
      versions: [
        { version: 1, at: iso(-20) },
        { version: 2, at: iso(-10) },
      ],
    });
    const loose = { id: "l", from: T + 12 * MINUTE, to: T + 14 * MINUTE, failed: false };
    const sheet = lay({ ...one, unscheduled: [loose] });
    expect([at(sheet, "attempt"), at(sheet, "notch"), at(sheet, "loose")]).toEqual([
      [[1_806, 1_806]],
      [[1_200, 1_200]],
      [[2_520, 2_640]],
    ]);
    expect(meantBy({ ...one, unscheduled: [loose] }, hitAt(sheet.hits, 2_600) ?? never(), laid)).toEqual({
      kind: "loose",
      run: loose,
    });
  });

  it("draws an acceleration as a band with its start, its confirmed run and its revert", () => {
    const band = { id: "a", from: T, to: T + 10 * MINUTE, confirmedAt: T + 4 * MINUTE, revertedAt: T + 10 * MINUTE };
    const one = { ...lane([]), bands: [band] };
    const sheet = lay(one);
    expect(at(sheet, "band")).toEqual([[1_800, 2_400]]);
    expect(of(sheet, "step").map(({ look, x0 }) => [look, x0])).toEqual([
      [0, 1_800],
      [1, 2_040],
      [2, 2_400],
    ]);
    expect(meantBy(one, hitAt(sheet.hits, 2_100) ?? never(), laid)).toEqual({ kind: "band", band });
  });

  it("shades maintenance, and a pause without an end up to the edge", () => {
    const sheet = lay(lane([], { pauses: [{ from: iso(20), to: null, reason: null }], maintenance: [] }));
    expect(at(sheet, "shade")).toEqual([[3_000, 3_600]]);
  });

  it("leaves out what lies beyond the edges, and keeps a run that reaches in", () => {
    expect(seenIn(lay(lane([expected(-60, "on_time", { runs: [run(-60, -50)] })])))).toEqual([]);
    expect(of(lay(lane([expected(-60, "running", { runs: [run(-60, null, "running")] })])), "bar")).toHaveLength(1);
  });
});

function never(): never {
  throw new Error("something was to be found there");
}

describe("windows narrower than a few pixels", () => {
  const dense = lane(
    Array.from({ length: 40 }, (_, index) => expected(index / 2, index === 7 ? "missing" : "on_time")),
  );
  const far: Laid = { from: T - 60 * MINUTE, to: T + 60 * MINUTE, perMilli: 1 / 10_000 };

  it("stay windows where each can be seen, and become cells by the worst of them where not", () => {
    expect(of(lay(dense), "bracket")).toHaveLength(40);
    const sheet = lay(dense, far);
    expect(of(sheet, "bracket")).toEqual([]);
    expect(of(sheet, "cell").filter(({ look }) => markAt(look) === "missing")).toHaveLength(1);
  });

  it("lose none: what is under the cells is what there was", () => {
    const { hits } = lay(dense, far);
    let windows = 0;
    for (let index = 0; index < hits.count; index++) windows += (hits.end[index] ?? 0) - (hits.first[index] ?? 0);
    expect(windows).toBe(40);
  });

  it("show one missing among 8,640 at thirty days, and find it under the pointer", () => {
    const every = Array.from({ length: 8_640 }, (_, index) =>
      expected(-index * 5, index === 3_456 ? "missing" : "on_time"),
    ).reverse();
    const month: Laid = { from: T - 30 * DAY, to: T, perMilli: 900 / (30 * DAY) };
    const one = lane(every);
    const sheet = lay(one, month, T);
    const bad = of(sheet, "cell").filter(({ look }) => isBadMark(markAt(look)));
    expect(bad).toHaveLength(1);
    const [{ x0, x1 }] = bad as [Seen];
    expect(x1 - x0).toBeGreaterThanOrEqual(3);
    expect((x0 + x1) / 2).toBeCloseTo((30 * DAY - 3_456 * 5 * MINUTE) * month.perMilli, -1);
    expect(meantBy(one, hitAt(sheet.hits, (x0 + x1) / 2) ?? never(), month)).toMatchObject({ worst: "missing" });
  });

  it("lays out a year of hours without a browser, as many cells as there is room for", () => {
    const year = lane(Array.from({ length: 8_760 }, (_, index) => expected(index * 60, "on_time")));
    const whole: Laid = { from: T, to: T + 365 * DAY, perMilli: 1_200 / (365 * DAY) };
    const cells = of(lay(year, whole, T + 365 * DAY), "cell");
    expect(cells.length).toBeGreaterThan(150);
    expect(cells.length).toBeLessThanOrEqual(300);
  });

  it("turn counts that were fetched into cells likewise, and put narrow ones together", () => {
    const buckets = [
      {
        at: new Date(Math.floor(T / 64_000) * 64_000).toISOString(),
        counts: { missing: 1 },
        worst: "missing" as const,
      },
      {
        at: new Date(Math.floor(T / 64_000) * 64_000 + 64_000).toISOString(),
        counts: { on_time: 4 },
        worst: "on_time" as const,
      },
    ];
    const one = lane([], { buckets });
    expect(of(lay(one), "cell")).toHaveLength(2);
    const sheet = lay(one, { ...laid, perMilli: 1 / 100_000 });
    expect(of(sheet, "cell").map(({ look }) => markAt(look))).toContain("missing");
  });
});

describe("whatever a lane holds", () => {
  const verdict = fc.constantFrom(...VERDICTS);
  const windows = fc
    .array(
      fc.record({
        gap: fc.integer({ min: 1, max: 600 }),
        grace: fc.double({ min: 0.01, max: 90, noNaN: true }),
        verdict,
        refusedAfter: fc.option(fc.double({ min: -2, max: 30, noNaN: true }), { nil: null }),
        run: fc.option(
          fc.tuple(fc.double({ min: -1, max: 60, noNaN: true }), fc.double({ min: 0, max: 300, noNaN: true })),
          {
            nil: null,
          },
        ),
      }),
      { minLength: 1, maxLength: 60 },
    )
    .map((list) => {
      let moment = 0;
      return list.map((one) => {
        moment += one.gap;
        const { run: ran, refusedAfter } = one;
        return {
          ...expected(moment, one.verdict),
          dueBy: iso(moment + one.grace),
          runs: ran === null ? [] : [run(moment + ran[0], moment + ran[0] + ran[1])],
          decisions: refusedAfter === null ? [] : [refused(moment + refusedAfter)],
        };
      });
    });
  const scale = fc
    .tuple(fc.double({ min: -600, max: 36_000, noNaN: true }), fc.double({ min: 1, max: 129_600, noNaN: true }))
    .map(([from, length]): Laid => {
      const start = T + from * MINUTE;
      return { from: start, to: start + length * MINUTE, perMilli: 1_000 / (length * MINUTE) };
    });

  it("a bad window that is seen has a mark of at least two pixels, and is found under its middle", () => {
    fc.assert(
      fc.property(windows, scale, (told, on) => {
        const one = lane(told);
        const sheet = lay(one, on, on.to);
        for (const window of one.windows) {
          if (!isBadMark(window.mark) || window.expectedAt < on.from || window.expectedAt > on.to) continue;
          const x = (window.expectedAt - on.from) * on.perMilli;
          const tone = toneOf(window.mark);
          const drawn = seenIn(sheet).some(({ kind, look, x0, x1 }) => {
            const wide = x1 - x0 >= 2 && x0 <= x + 6 && x1 >= x - 6;
            if (kind === "cell") return wide && isBadMark(markAt(look));
            if (kind === "bracket") return wide;
            return (kind === "bar" || kind === "over") && wide && TONES[look] === tone;
          });
          expect(drawn).toBe(true);
          expect(hitAt(sheet.hits, x)).not.toBeNull();
        }
      }),
    );
  });

  it("the worst of the windows in a cell is the one that is shown", () => {
    fc.assert(
      fc.property(windows, scale, (told, on) => {
        const one = lane(told);
        const sheet = lay(one, on, on.to);
        for (let index = 0; index < sheet.hits.count; index++) {
          const [x0, x1] = [sheet.hits.x0[index] ?? 0, sheet.hits.x1[index] ?? 0];
          const meant = meantBy(
            one,
            {
              target: sheet.hits.target[index] as 2,
              first: sheet.hits.first[index] ?? 0,
              end: sheet.hits.end[index] ?? 0,
              x0,
              x1,
            },
            on,
          );
          if (meant?.kind !== "cell") continue;
          const rank = (mark: MarkName) => MARKS.indexOf(mark);
          const ranks = Object.keys(meant.counts).map((mark) => rank(mark as MarkName));
          expect(rank(meant.worst)).toBe(Math.min(...ranks));
        }
      }),
    );
  });

  it("no mark begins after it ends, and what is pointed at is found whatever its order", () => {
    fc.assert(
      fc.property(windows, scale, (told, on) => {
        const sheet = lay(lane(told), on, on.to);
        for (const { x0, x1 } of seenIn(sheet)) expect(x1).toBeGreaterThanOrEqual(x0 - 0.01);
        const { hits } = sheet;
        for (let index = 1; index < hits.count; index++) {
          expect(hits.x0[index] ?? 0).toBeGreaterThanOrEqual(hits.x0[index - 1] ?? 0);
          expect(hits.reach[index] ?? 0).toBeGreaterThanOrEqual(hits.x1[index] ?? 0);
        }
      }),
    );
  });

  it("halving finds what looking at each finds", () => {
    fc.assert(
      fc.property(windows, scale, fc.double({ min: -50, max: 1_050, noNaN: true }), (told, on, x) => {
        const { hits } = lay(lane(told), on, on.to);
        let any = false;
        for (let index = 0; index < hits.count; index++) {
          any ||= (hits.x0[index] ?? 0) <= x + 4 && (hits.x1[index] ?? 0) >= x - 4;
        }
        expect(hitAt(hits, x) !== null).toBe(any);
      }),
    );
  });

  it("no mark reaches into another lane", () => {
    fc.assert(
      fc.property(windows, scale, (told, on) => {
        const facts = {
          ...lane(told),
          bands: [{ id: "a", from: on.from, to: on.to, confirmedAt: on.from, revertedAt: on.to }],
          unscheduled: [{ id: "l", from: on.from, to: on.to, failed: true }],
          notches: [on.from + 1],
        };
        const { marks } = lay(facts, on, on.to);
        const heights: number[] = [];
        const top = 3 * ROW;
        paintRows(recordingPen(heights), { rows: [{ pool: marks, top }], count: 1, shift: 0, width: 1_000 });
        expect(Math.min(...heights)).toBeGreaterThanOrEqual(top);
        expect(Math.max(...heights)).toBeLessThanOrEqual(top + ROW);
      }),
    );
  });
});

/** A pen that writes down how far up and down it gets. */
function recordingPen(heights: number[]): Pen {
  let origin = 0;
  const kept: number[] = [];
  const at = (...ys: readonly number[]) => void heights.push(...ys.map((y) => origin + y));
  const context = {
    ...{ beginPath() {}, closePath() {}, fill() {}, stroke() {}, setLineDash() {} },
    save: () => void kept.push(origin),
    restore: () => {
      origin = kept.pop() ?? 0;
    },
    translate: (_: number, y: number) => {
      origin += y;
    },
    moveTo: (_: number, y: number) => at(y),
    lineTo: (_: number, y: number) => at(y),
    rect: (_x: number, y: number, _w: number, h: number) => at(y, y + h),
    roundRect: (_x: number, y: number, _w: number, h: number) => at(y, y + h),
    strokeRect: (_x: number, y: number, _w: number, h: number) => at(y, y + h),
  };
  const tones = Object.fromEntries(TONES.map((tone) => [tone, "#888"]));
  const palette = { fill: tones, soft: tones };
  return { context, palette, hatch: null, overHatch: null } as unknown as Pen;
}

describe("a scene", () => {
  const one = lane([expected(0, "on_time", { runs: [run(1, 3)] })]);
  const perMilli = 0.001;
  const view = (minutes: number) => ({ from: T + (minutes - 10) * MINUTE, to: T + (minutes + 10) * MINUTE });

  it("only moves what is laid out while one pans within its margin", () => {
    const scene = new Scene();
    const first = scene.cover(view(0), perMilli);
    const { marks } = scene.sheetOf("a", one, now);
    const before = marks.x0.slice(0, marks.count);
    const round = scene.round;
    const second = scene.cover(view(5), perMilli);
    expect(scene.round).toBe(round);
    expect(first - second).toBeCloseTo(5 * MINUTE * perMilli, 6);
    expect(scene.sheetOf("a", one, now).marks).toBe(marks);
    expect(marks.x0.slice(0, marks.count)).toEqual(before);
  });

  it("lays out anew beyond the margin and at another scale, into the same columns", () => {
    const scene = new Scene();
    scene.cover(view(0), perMilli);
    const sheet = scene.sheetOf("a", one, now);
    scene.cover(view(60), perMilli);
    expect(scene.round).toBe(2);
    expect(scene.sheetOf("a", one, now)).toBe(sheet);
    scene.cover(view(60), perMilli * 2);
    expect(scene.round).toBe(3);
  });

  it("follows the end of a run under way", () => {
    const going = lane([expected(0, "running", { runs: [run(1, null, "running")] })]);
    const scene = new Scene();
    const shift = scene.cover(view(15), perMilli);
    const end = (at: number) => {
      const { marks } = scene.sheetOf("a", going, at);
      return (marks.x1[1] ?? 0) + shift;
    };
    const before = end(now);
    expect(end(now + 10_000) - before).toBeCloseTo(10, 3);
  });

  it("keeps a bounded number of sheets, those in sight among them", () => {
    const scene = new Scene();
    scene.cover(view(0), perMilli);
    const first = scene.sheetOf("lane-0", one, now);
    for (let index = 1; index < 500; index++) {
      scene.cover(view(0), perMilli);
      scene.sheetOf("lane-0", one, now);
      scene.sheetOf(`lane-${index}`, one, now);
    }
    expect(scene.laidOf("lane-0")).toBe(first);
    expect(scene.laidOf("lane-1")).toBeNull();
    expect(scene.laidOf("lane-499")).not.toBeNull();
  });
});

it("counts within the stretch that is seen, and not what is still to come", () => {
  const counted = lane([
    expected(-60, "failed"),
    expected(0, "missing", { cause: "rejected" }),
    expected(10, "upcoming"),
  ]);
  expect(countsOf(counted, laid)).toEqual({ rejected: 1 });
});
