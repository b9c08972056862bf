import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Instant, instant, seconds } from "#lib/time/instant.ts";
import type { ExpectedWindow, Spec, Version } from "./spec.ts";
import {
  expectedWindows,
  type History,
  maximumRuntime,
  nextWindow,
  previousWindow,
  versionAt,
  windowOwning,
} from "./windows.ts";

const at = (text: string): Instant => instant(Date.parse(text));
const MINUTE = 60_000;
const CREATED = "2026-01-01T00:00Z";

const cron = (expression: string): Spec => ({ kind: "cron", expression, dialect: "rollcall" });
const every = (everySeconds: number, anchor = CREATED): Spec => ({
  kind: "interval",
  everySeconds: seconds(everySeconds),
  anchor: at(anchor),
});
const rolling: Spec = { kind: "rolling", everySeconds: seconds(21_600) };

type Some = Partial<Omit<Version, "spec">>;
const version = (spec: Spec, rest: Some = {}): Version => ({
  number: 1,
  effectiveFrom: at(CREATED),
  spec,
  timezone: "UTC",
  graceSeconds: seconds(600),
  earlySeconds: null,
  maxRuntimeSeconds: null,
  ...rest,
});
const history = (...versions: readonly Version[]): History => ({
  createdAt: at(CREATED),
  versions: versions.map((one, i) => ({ ...one, number: i + 1 })),
});
const clock = (moment: number): string => new Date(moment).toISOString().slice(5, 19).replace("T", " ");
const told = (windows: readonly ExpectedWindow[]): string[] => windows.map(({ expectedAt }) => clock(expectedAt));
const between = (from: string, to: string) => ({ from: at(from), to: at(to) });
const JANUARY = between("2026-01-01T00:00Z", "2026-02-01T00:00Z");

describe("expected times", () => {
  test("`opensAt = expectedAt − early`, `dueBy = expectedAt + grace`.", () => {
    const [window] = expectedWindows(history(version(every(86_400, "2026-01-01T02:00Z"))), JANUARY).slice(1);
    expect(window).toMatchObject({
      expectedAt: at("2026-01-02T02:00Z"),
      opensAt: at("2026-01-02T01:55Z"),
      dueBy: at("2026-01-02T02:10Z"),
      early: 5 * MINUTE,
    });
    expect(window?.version.number).toBe(1);
  });

  test("Expected times lie after creation; an edit's own moment belongs to the new version.", () => {
    const hourly = history(version(every(3_600)));
    expect(told(expectedWindows(hourly, between("2025-12-31T00:00Z", "2026-01-01T02:00Z")))).toEqual([
      "01-01 01:00:00",
    ]);
    const edited = history(
      version(every(3_600)),
      version(every(3_600), { effectiveFrom: at("2026-01-01T03:00Z"), graceSeconds: seconds(60) }),
    );
    const windows = expectedWindows(edited, between("2026-01-01T02:00Z", "2026-01-01T04:30Z"));
    expect(windows.map((one) => one.version.number)).toEqual([1, 2, 2]);
    expect(told(windows)).toEqual(["01-01 02:00:00", "01-01 03:00:00", "01-01 04:00:00"]);
  });

  test("A window has the version in force at its `expectedAt`, for all fields but `missThreshold`, `recoverThreshold` and `alsoBad`, which are read as they stand now: editing a schedule never rewrites what was expected yesterday.", () => {
    const before = version(cron("0 2 * * *"));
    const after = version(cron("30 2 * * *"), { effectiveFrom: at("2026-01-03T12:00Z") });
    const span = between("2026-01-01T00:00Z", "2026-01-06T00:00Z");
    const plain = expectedWindows(history(before), span);
    const edited = expectedWindows(history(before, after), span);
    expect(told(edited)).toEqual([
      "01-01 02:00:00",
      "01-02 02:00:00",
      "01-03 02:00:00",
      "01-04 02:30:00",
      "01-05 02:30:00",
    ]);
    expect(edited.slice(0, 3)).toEqual(plain.slice(0, 3));
  });

  test("two edits at one moment: the later one counts", () => {
    const edited = history(
      version(every(3_600)),
      version(every(600), { effectiveFrom: at("2026-01-01T02:30Z") }),
      version(every(1_800), { effectiveFrom: at("2026-01-01T02:30Z") }),
    );
    const windows = expectedWindows(edited, between("2026-01-01T02:00Z", "2026-01-01T04:00Z"));
    expect(told(windows)).toEqual(["01-01 02:00:00", "01-01 02:30:00", "01-01 03:00:00", "01-01 03:30:00"]);
    expect(versionAt(edited, at("2026-01-01T02:30Z"))?.number).toBe(3);
    expect(versionAt(edited, instant(at("2026-01-01T02:30Z") - 1))?.number).toBe(1);
    expect(versionAt(edited, instant(at(CREATED) - 1))).toBeNull();
  });

  test("after archiving nothing is expected, and the last window owns what comes", () => {
    const archived = { ...history(version(every(3_600))), archivedAt: at("2026-01-01T03:00Z") };
    expect(told(expectedWindows(archived, JANUARY))).toEqual(["01-01 01:00:00", "01-01 02:00:00"]);
    expect(nextWindow(archived, at("2026-01-01T02:00Z"))).toBeNull();
    expect(windowOwning(archived, at("2026-01-09T00:00Z"))?.expectedAt).toBe(at("2026-01-01T02:00Z"));
  });

  test("a rolling version has no windows here, and those of others go round it", () => {
    const mixed = history(
      version(every(3_600)),
      version(rolling, { effectiveFrom: at("2026-01-01T02:30Z") }),
      version(every(3_600), { effectiveFrom: at("2026-01-01T05:30Z") }),
    );
    const span = between(CREATED, "2026-01-01T07:30Z");
    expect(told(expectedWindows(mixed, span))).toEqual([
      "01-01 01:00:00",
      "01-01 02:00:00",
      "01-01 06:00:00",
      "01-01 07:00:00",
    ]);
    expect(nextWindow(mixed, at("2026-01-01T02:00Z"))?.expectedAt).toBe(at("2026-01-01T06:00Z"));
    expect(expectedWindows(history(version(rolling)), span)).toEqual([]);
    expect(windowOwning(history(version(rolling)), at("2026-01-02T00:00Z"))).toBeNull();
  });

  test("One occurrence.", () => {
    const once = history(version({ kind: "at", at: at("2026-01-05T06:00Z") }));
    expect(told(expectedWindows(once, JANUARY))).toEqual(["01-05 06:00:00"]);
    expect(windowOwning(once, at("2026-01-05T05:54:59Z"))).toBeNull();
    expect(windowOwning(once, at("2026-01-05T05:55Z"))?.expectedAt).toBe(at("2026-01-05T06:00Z"));
    expect(nextWindow(once, at("2026-01-05T06:00Z"))).toBeNull();
  });
});

describe("The early tolerance defaults to the smaller of 5 min and a tenth of the gap to the previous occurrence of its own expression or interval (jobs on a clock that is a minute fast are common; 5 min where there is none), and is never more than half of that gap, whatever is set; and no window opens before the middle between itself and the window before it, of whatever version.", () => {
  const openings = (of: History, span = JANUARY): string[] =>
    expectedWindows(of, span).map(
      ({ expectedAt, opensAt }) => `${clock(expectedAt)} ${(expectedAt - opensAt) / 1_000}`,
    );
  const some = between(CREATED, "2026-01-01T03:00Z");

  test("a tenth of the gap, and 5 min at most", () => {
    expect(openings(history(version(every(300))), some)[1]).toBe("01-01 00:10:00 30");
    expect(openings(history(version(every(3_600))), some)[1]).toBe("01-01 02:00:00 300");
    expect(openings(history(version(cron("0,10 * * * *"))), some)).toEqual([
      "01-01 00:10:00 60",
      "01-01 01:00:00 300",
      "01-01 01:10:00 60",
      "01-01 02:00:00 300",
      "01-01 02:10:00 60",
    ]);
  });

  test("the occurrence before the creation counts as the previous one", () => {
    expect(openings(history(version(cron("*/10 * * * *"))), some)[0]).toBe("01-01 00:10:00 60");
  });

  test("5 min where there is none", () => {
    expect(openings(history(version(every(600, "2026-01-01T00:30Z"))), some)[0]).toBe("01-01 00:30:00 300");
    expect(openings(history(version({ kind: "at", at: at("2026-01-01T01:00Z") })), some)).toEqual([
      "01-01 01:00:00 300",
    ]);
  });

  test("what is set counts, up to half the gap", () => {
    expect(openings(history(version(every(600), { earlySeconds: seconds(0) })), some)[3]).toBe("01-01 00:40:00 0");
    expect(openings(history(version(every(600), { earlySeconds: seconds(120) })), some)[3]).toBe("01-01 00:40:00 120");
    expect(openings(history(version(every(600), { earlySeconds: seconds(3_600) })), some)[3]).toBe(
      "01-01 00:40:00 300",
    );
    const late = version(every(600, "2026-01-01T02:00Z"), { earlySeconds: seconds(3_600) });
    expect(openings(history(late), some)[0]).toBe("01-01 02:00:00 3600");
  });

  test("the middle shortens the first window of a version, and `early` still tells the tolerance", () => {
    const edited = history(
      version(every(3_600)),
      version(every(86_400, "2026-01-01T02:04Z"), { effectiveFrom: at("2026-01-01T02:01Z") }),
    );
    const [, , window] = expectedWindows(edited, some);
    expect(window).toMatchObject({
      expectedAt: at("2026-01-01T02:04Z"),
      opensAt: at("2026-01-01T02:02Z"),
      early: 5 * MINUTE,
    });
    expect(nextWindow(edited, at("2026-01-01T02:03Z"))).toEqual(window);
  });
});

describe("A window owns the time from its `opensAt` up to, not including, the next window's `opensAt`; so every moment from the first `opensAt` on belongs to exactly one window.", () => {
  const hourly = history(version(every(3_600)));
  test.each([
    ["2026-01-01T00:54:59.999Z", null],
    ["2026-01-01T00:55:00.000Z", "01-01 01:00:00"],
    ["2026-01-01T01:00:00.000Z", "01-01 01:00:00"],
    ["2026-01-01T01:54:59.999Z", "01-01 01:00:00"],
    ["2026-01-01T01:55:00.000Z", "01-01 02:00:00"],
  ])("%s belongs to %s", (moment, expected) => {
    const owner = windowOwning(hourly, at(moment));
    expect(owner === null ? null : clock(owner.expectedAt)).toBe(expected);
  });
});

describe("the single-window questions", () => {
  const spec = fc.oneof(
    fc
      .constantFrom("*/5 * * * *", "0 * * * *", "30 2 * * *", "0 9 * * 1-5", "0 0 29 2 *", "0 0 31 2 *", "* 3 * * 6")
      .map(cron),
    fc.tuple(fc.integer({ min: 60, max: 200_000 }), fc.integer({ min: -100_000, max: 400_000 })).map(
      ([length, shift]): Spec => ({
        kind: "interval",
        everySeconds: seconds(length),
        anchor: instant(at(CREATED) + shift * 1_000),
      }),
    ),
    fc.constant(rolling),
    fc
      .integer({ min: 0, max: 20 * 86_400 })
      .map((shift): Spec => ({ kind: "at", at: instant(at(CREATED) + shift * 1_000) })),
  );
  const early = fc.constantFrom(null, seconds(0), seconds(60), seconds(100_000));
  const histories = fc
    .tuple(
      fc.array(fc.tuple(spec, early, fc.integer({ min: 0, max: 10 * 86_400 })), { minLength: 1, maxLength: 4 }),
      fc.option(fc.integer({ min: 1, max: 20 * 86_400 }), { freq: 4 }),
    )
    .map(([parts, end]): History => {
      const starts = parts.map(([, , shift]) => shift).sort((a, b) => a - b);
      const versions = parts.map(([one, earlySeconds], i) =>
        version(one, {
          number: i + 1,
          earlySeconds,
          timezone: i % 2 === 0 ? "America/New_York" : "UTC",
          effectiveFrom: instant(at(CREATED) + (i === 0 ? 0 : (starts[i] ?? 0) * 1_000)),
        }),
      );
      return { createdAt: at(CREATED), versions, archivedAt: end === null ? null : instant(at(CREATED) + end * 1_000) };
    });
  /** Anywhere, or at the very edge of some window. */
  const moments = fc.array(
    fc.record({
      shift: fc.integer({ min: -86_400, max: 21 * 86_400 }),
      edge: fc.option(fc.nat()),
      delta: fc.constantFrom(-1, 0, 1),
    }),
    { minLength: 1, maxLength: 8 },
  );

  test("agree with all windows together, in whatever order they are asked", () => {
    const span = between("2025-12-01T00:00Z", "2026-04-01T00:00Z");
    fc.assert(
      fc.property(histories, moments, (of, asked) => {
        const all = expectedWindows(of, span);
        const edges = all.slice(0, 2_000).flatMap(({ opensAt, expectedAt }) => [opensAt, expectedAt]);
        for (const { shift, edge, delta } of asked) {
          const near = edge === null ? undefined : edges[edge % Math.max(1, edges.length)];
          const moment = instant((near ?? at(CREATED) + shift * 1_000) + delta);
          const next = all.find(({ expectedAt }) => expectedAt > moment) ?? null;
          const previous = all.findLast(({ expectedAt }) => expectedAt < moment) ?? null;
          const owner = all.findLast(({ opensAt }) => opensAt <= moment) ?? null;
          const found = nextWindow(of, moment);
          if (next !== null || found === null || found.expectedAt < span.to) expect(found).toEqual(next);
          expect(previousWindow(of, moment)).toEqual(previous);
          expect(windowOwning(of, moment)).toEqual(owner);
        }
      }),
      { numRuns: 250 },
    );
  });

  test("openings ascend with the expected times, and none lies before the middle", () => {
    fc.assert(
      fc.property(histories, (of) => {
        const all = expectedWindows(of, JANUARY);
        for (let i = 1; i < all.length; i++) {
          const [before, window] = [all[i - 1], all[i]];
          if (!before || !window) continue;
          expect(window.expectedAt).toBeGreaterThan(before.expectedAt);
          expect(2 * window.opensAt).toBeGreaterThanOrEqual(before.expectedAt + window.expectedAt);
          expect(window.version).toBe(versionAt(of, window.expectedAt));
        }
      }),
      { numRuns: 100 },
    );
  });

  test("a span in pieces gives the same windows as the span", () => {
    fc.assert(
      fc.property(histories, fc.integer({ min: 0, max: 20 * 1_440 }), (of, minutes) => {
        const middle = instant(at(CREATED) + minutes * MINUTE);
        const parts = [
          ...expectedWindows(of, { from: JANUARY.from, to: middle }),
          ...expectedWindows(of, { from: middle, to: JANUARY.to }),
        ];
        expect(parts).toEqual(expectedWindows(of, JANUARY));
      }),
      { numRuns: 100 },
    );
  });

  test("an edit of the same schedule is not answered from what was remembered before it", () => {
    const first = history(version(every(3_600)));
    expect(nextWindow(first, at("2026-01-01T01:30Z"))?.expectedAt).toBe(at("2026-01-01T02:00Z"));
    const edited = {
      ...first,
      versions: [...first.versions, version(every(600), { effectiveFrom: at("2026-01-01T01:00Z") })],
    };
    expect(nextWindow(edited, at("2026-01-01T01:30Z"))?.expectedAt).toBe(at("2026-01-01T01:40Z"));
    expect(nextWindow({ ...edited, archivedAt: at("2026-01-01T01:35Z") }, at("2026-01-01T01:30Z"))).toBeNull();
  });

  test("a yearly schedule that is edited to a busy one does not expand years of it", () => {
    const busy = version(cron("* * * * * *"), { effectiveFrom: at("2031-06-01T00:00Z") });
    const of = history(version(cron("0 0 1 1 *")), busy);
    expect(nextWindow(of, at("2026-06-01T00:00Z"))?.expectedAt).toBe(at("2027-01-01T00:00Z"));
    expect(nextWindow(of, at("2029-06-01T00:00Z"))?.expectedAt).toBe(at("2030-01-01T00:00Z"));
    expect(nextWindow(of, at("2031-03-01T00:00Z"))?.expectedAt).toBe(at("2031-06-01T00:00Z"));
  });
});

describe("The maximum run time is that of the version in force at the start.", () => {
  const minutes = (of: History, started: string): number => maximumRuntime(of, at(started)) / MINUTE;

  test("as it is set", () => {
    const edited = history(
      version(every(3_600), { maxRuntimeSeconds: seconds(120) }),
      version(every(3_600), { maxRuntimeSeconds: seconds(240), effectiveFrom: at("2026-01-01T05:00Z") }),
    );
    expect(minutes(edited, "2026-01-01T04:59:59Z")).toBe(2);
    expect(minutes(edited, "2026-01-01T05:00Z")).toBe(4);
  });

  describe("It defaults to the time to the next occurrence, at least 30 min and at most 24 h (rolling and at: 24 h).", () => {
    test.each<[string, Spec, string, number]>([
      ["the gap after the occurrence that owns the start", every(7_200), "2026-01-01T02:40Z", 120],
      ["also for a start before it, within the early tolerance", every(7_200), "2026-01-01T03:56Z", 120],
      ["from the start to the next one where none owns it", every(7_200, "2026-01-01T10:00Z"), "2026-01-01T09:00Z", 60],
      ["at least 30 min", every(300), "2026-01-01T02:01Z", 30],
      ["at most 24 h", every(7 * 86_400), "2026-01-09T00:00Z", 1_440],
      ["24 h for rolling", rolling, "2026-01-02T00:00Z", 1_440],
      ["24 h for at", { kind: "at", at: at("2026-01-02T00:00Z") }, "2026-01-02T00:00Z", 1_440],
      ["24 h where nothing follows", cron("0 0 31 2 *"), "2026-01-02T00:00Z", 1_440],
      ["the shorter day of a change of clocks", cron("0 0,12 * * *"), "2026-01-02T00:10Z", 720],
    ])("%s", (_says, spec, started, expected) => {
      expect(minutes(history(version(spec)), started)).toBe(expected);
    });

    test("an edit after the start changes nothing, one before it counts", () => {
      const edited = history(version(every(7_200)), version(every(3_600), { effectiveFrom: at("2026-01-01T02:50Z") }));
      expect(minutes(edited, "2026-01-01T02:40Z")).toBe(120);
      expect(minutes(edited, "2026-01-01T03:10Z")).toBe(60);
      // Owned by a window of the version before: counted from the start.
      expect(
        minutes(
          history(version(every(7_200)), version(every(14_400), { effectiveFrom: at("2026-01-01T02:50Z") })),
          "2026-01-01T02:52Z",
        ),
      ).toBe(68);
    });
  });
});
