import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Decision } from "#lib/boundary/decision.ts";
import type { Attempt } from "#lib/evidence/attempt.ts";
import type { CheckIn, CheckInKind } from "#lib/evidence/check-in.ts";
import { deriveRuns, type Run } from "#lib/evidence/run.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import type { Spec, Version } from "#lib/schedules/spec.ts";
import { type History, maximumRuntime } from "#lib/schedules/windows.ts";
import { at, clock } from "#lib/testing/rules.ts";
import { HOUR, type Instant, instant, seconds } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import { type JudgeInput, judge, spanToNow } from "./judge.ts";
import type { JudgedWindow } from "./verdict.ts";

const BEGIN = at("0:00");
const HORIZON = 12;

/** Quarter minutes, so that things often fall on one moment. */
const someMoment = (toHour = HORIZON): fc.Arbitrary<Instant> =>
  fc.integer({ min: 0, max: toHour * 240 }).map((quarter) => instant(BEGIN + quarter * 15_000));
const someSpan: fc.Arbitrary<Span> = fc
  .tuple(someMoment(), fc.integer({ min: 1, max: 240 }))
  .map(([from, length]) => span(from, instant(from + length * 15_000)));

const fixedSpec: fc.Arbitrary<Spec> = fc.oneof(
  fc
    .integer({ min: 5, max: 150 })
    .map((minutes): Spec => ({ kind: "interval", everySeconds: seconds(minutes * 60), anchor: BEGIN })),
  fc
    .constantFrom("*/15 * * * *", "0 * * * *", "7,9,50 * * * *", "0 */3 * * *")
    .map((expression): Spec => ({ kind: "cron", expression, dialect: "rollcall" })),
  someMoment().map((moment): Spec => ({ kind: "at", at: moment })),
);
const rollingSpec: fc.Arbitrary<Spec> = fc
  .integer({ min: 5, max: 150 })
  .map((minutes): Spec => ({ kind: "rolling", everySeconds: seconds(minutes * 60) }));

const someHistory = (spec: fc.Arbitrary<Spec>): fc.Arbitrary<History> =>
  fc
    .array(
      fc.record({
        from: someMoment(),
        spec,
        graceSeconds: fc.constantFrom(0, 60, 600, 3_600).map(seconds),
        earlySeconds: fc.constantFrom(null, null, seconds(0), seconds(120)),
        maxRuntimeSeconds: fc.constantFrom(null, null, seconds(300), seconds(1_800)),
      }),
      { minLength: 1, maxLength: 3 },
    )
    .map((list) => {
      const versions = [...list]
        .sort((a, b) => a.from - b.from)
        .map(
          ({ from, ...rest }, index): Version => ({
            ...{ ...rest, number: index + 1, timezone: "UTC", effectiveFrom: index === 0 ? BEGIN : from },
          }),
        );
      return { createdAt: BEGIN, versions };
    });

interface World {
  readonly history: History;
  readonly runs: readonly Run[];
  readonly attempts: readonly Attempt[];
  readonly decisions: readonly Decision[];
  readonly excuses: readonly Excuse[];
  readonly blindSpans: readonly Span[];
  readonly historyCovers: readonly Span[];
  readonly now: Instant;
}

const someName = fc.oneof({ weight: 3, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: someMoment() });

function someWorld(spec: fc.Arbitrary<Spec>): fc.Arbitrary<World> {
  return fc
    .record({
      history: someHistory(spec),
      checkIns: fc.array(
        fc.record({
          at: someMoment(),
          kind: fc.constantFrom<CheckInKind>("start", "start", "success", "fail", "log"),
          rid: fc.constantFrom(null, null, "a", "b", "c"),
          window: someName,
        }),
        { maxLength: 16 },
      ),
      attempts: fc.array(
        fc.record({
          at: someMoment(),
          scheduledFor: someName,
          outcome: fc.constantFrom<Attempt["outcome"]>("answered", "refused", "no_answer"),
          status: fc.constantFrom(null, 200, 500),
        }),
        { maxLength: 4 },
      ),
      decisions: fc.array(
        fc.record({
          at: someMoment(),
          window: someName,
          outcome: fc.constantFrom<Decision["outcome"]>("admitted", "rejected", "rejected"),
          via: fc.constantFrom<Decision["via"]>("scheduler", "scheduler", "manual"),
          reason: fc.constantFrom("no_credentials", "wrong_secret"),
          diagnosis: fc.constant(null),
        }),
        { maxLength: 5 },
      ),
      pauses: fc.array(someSpan, { maxLength: 2 }),
      blindSpans: fc.array(someSpan, { maxLength: 3 }),
      historyCovers: fc.array(someSpan, { maxLength: 1 }),
      now: someMoment(),
    })
    .map(({ history: given, checkIns, pauses, ...rest }) => {
      // An edit takes effect when it is made: after the one before it, and none lies ahead.
      const inside = ({ effectiveFrom }: Version, before: Version | undefined): boolean =>
        effectiveFrom > (before?.effectiveFrom ?? BEGIN) && effectiveFrom <= rest.now;
      const history = {
        ...given,
        versions: given.versions.filter((one, i) => i === 0 || inside(one, given.versions[i - 1])),
      };
      const came = checkIns
        .map((one, index): CheckIn => ({ ...one, id: String(index).padStart(3, "0"), exitStatus: null }))
        .filter((one) => one.at <= rest.now);
      return {
        ...rest,
        history,
        runs: deriveRuns(came, (startedAt) => maximumRuntime(history, startedAt)).runs,
        attempts: rest.attempts
          .map((one, index) => ({ ...one, id: `attempt-${index}` }))
          .filter((one) => one.at <= rest.now),
        decisions: rest.decisions
          .map((one, index) => ({ ...one, id: `decision-${index}` }))
          .filter((one) => one.at <= rest.now),
        // A ledger knows what is past.
        blindSpans: rest.blindSpans.filter((one) => one.to <= rest.now).sort((a, b) => a.from - b.from),
        historyCovers: rest.historyCovers.filter((one) => one.to <= rest.now),
        excuses: pauses.map((one): Excuse => ({ kind: "pause", from: one.from, to: one.to })),
      };
    });
}

const someFixed = someWorld(fixedSpec);
const someRolling = someWorld(rollingSpec);
const someMixed = someWorld(fc.oneof(fixedSpec, rollingSpec));

/** As long as no run came and none is overdue, nobody is woken: neither for the opening, nor for a pause that begins. */
const state = (window: JudgedWindow): string =>
  window.runs.length === 0 && ["upcoming", "due", "excused"].includes(window.verdict) ? "waiting" : window.verdict;

/** A window in one line, with all that a screen or an incident takes from it. */
const told = (window: JudgedWindow): string =>
  [
    ...[
      clock(window.expectedAt),
      clock(window.opensAt),
      clock(window.dueBy),
      window.verdict,
      window.cause,
      window.reason,
    ],
    ...[window.weight, window.doubleFire, clock(window.since), window.changesAt && clock(window.changesAt)],
    window.runs.map((run) => run.id).join("+"),
  ].join(" ");

const shuffle = <T>(list: readonly T[], order: readonly number[]): T[] =>
  list
    .map((item, i) => ({ item, by: order[i] ?? 0 }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);
const someOrder = fc.array(fc.integer(), { minLength: 16, maxLength: 16 });
const runs = { numRuns: Number(process.env["RUNS"] ?? 1_000) };

// It gives the same answer whatever the order in which the evidence arrived, and judging step by step gives the same answer as judging once at the end.
describe.each([
  ["fixed times", someFixed],
  ["rolling", someRolling],
  ["changes between them", someMixed],
])("judge, on a schedule of %s", (name, some) => {
  test("It gives the same answer whatever the order in which the evidence arrived", () => {
    fc.assert(
      fc.property(some, someOrder, (world, order) => {
        const other: JudgeInput = {
          ...world,
          runs: shuffle(world.runs, order),
          attempts: shuffle(world.attempts, order),
          decisions: shuffle(world.decisions, order),
          excuses: shuffle(world.excuses, order),
          blindSpans: shuffle(world.blindSpans, order),
        };
        expect(judge(other).windows.map(told)).toEqual(judge(world).windows.map(told));
      }),
      runs,
    );
  });

  test("every run belongs to one window, or is unscheduled", () => {
    fc.assert(
      fc.property(some, (world) => {
        const judged = judge(world);
        const places = [
          ...judged.windows.flatMap((window) => window.runs),
          ...judged.unscheduled.map(({ run }) => run),
        ];
        expect(new Set(places).size).toBe(places.length);
      }),
      runs,
    );
  });

  test("no two windows are expected at one moment, and they stand in order", () => {
    fc.assert(
      fc.property(some, (world) => {
        const { windows } = judge(world);
        const opened = windows.map((window) => window.opensAt);
        expect(opened).toEqual([...opened].sort((a, b) => a - b));
        const times = windows.map((window) => window.expectedAt);
        expect(new Set(times).size).toBe(times.length);
        // A rolling window that a run closed early keeps its time, though an edit may put a later one before it.
        if (world.history.versions.length > 1 && name !== "fixed times") return;
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      }),
      runs,
    );
  });

  test("a verdict stands until the moment at which it says it may change", () => {
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 20 * 240 }), (world, later) => {
        const now = instant(world.now + later * 15_000);
        const stretch = spanToNow(world.history, now);
        const after = new Map(judge({ ...world, now, span: stretch }).windows.map((one) => [one.opensAt, one]));
        for (const before of judge(world).windows) {
          if (before.changesAt !== null && before.changesAt <= now) continue;
          const window = after.get(before.opensAt);
          // A pause that begins meanwhile moves a rolling window that is still open, and so its time.
          if (!window && state(before) === "waiting" && before.version.spec.kind === "rolling") continue;
          expect(window && `${clock(window.opensAt)} ${state(window)} ${window.cause}`).toBe(
            `${clock(before.opensAt)} ${state(before)} ${before.cause}`,
          );
        }
      }),
      runs,
    );
  });
});

describe("judge", () => {
  test("judging step by step gives the same answer as judging once at the end.", () => {
    fc.assert(
      fc.property(someFixed, fc.nat(40), (world, cut) => {
        const whole = judge(world);
        const boundary = whole.windows[cut];
        if (!boundary) return;
        const { from, to } = spanToNow(world.history, world.now);
        const first = judge({ ...world, span: span(from, boundary.expectedAt) });
        const second = judge({ ...world, span: span(boundary.expectedAt, to), excusing: first.excusing });
        expect([...first.windows, ...second.windows].map(told)).toEqual(whole.windows.map(told));
      }),
      runs,
    );
    fc.assert(
      fc.property(someRolling, fc.nat(20), (world, cut) => {
        const whole = judge(world);
        const boundary = whole.windows[cut];
        if (!boundary || boundary.opensAt === world.history.createdAt) return;
        const rest = judge({ ...world, rollingOpenedAt: boundary.opensAt });
        expect(rest.windows.map(told)).toEqual(whole.windows.slice(cut).map(told));
      }),
      runs,
    );
  });

  test("an hour without evidence changes nothing of what is settled", () => {
    fc.assert(
      fc.property(someFixed, (world) => {
        const now = instant(world.now + HOUR);
        const settled = judge(world).windows.filter((window) => window.changesAt === null);
        const later = new Map(judge({ ...world, now }).windows.map((window) => [window.expectedAt, told(window)]));
        for (const window of settled) expect(later.get(window.expectedAt)).toBe(told(window));
      }),
      runs,
    );
  });
});
