import { describe, expect, test } from "vitest";
import type { Decision } from "#lib/boundary/decision.ts";
import type { Attempt } from "#lib/evidence/attempt.ts";
import type { CheckIn, CheckInKind } from "#lib/evidence/check-in.ts";
import { deriveRuns } from "#lib/evidence/run.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import type { Version } from "#lib/schedules/spec.ts";
import { type History, maximumRuntime } from "#lib/schedules/windows.ts";
import { type Instant, instant, seconds } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import cases from "./cases.json" with { type: "json" };
import { judge } from "./judge.ts";

const at = (text: string): Instant => instant(Date.parse(text));
const spans = (list: readonly { from: string; to: string }[] | undefined): Span[] =>
  (list ?? []).map(({ from, to }) => span(at(from), at(to)));

interface Case {
  readonly title: string;
  readonly schedule: {
    readonly createdAt: string;
    readonly spec: { readonly kind: string; readonly everySeconds: number; readonly anchor: string };
    readonly graceSeconds: number;
    readonly earlySeconds?: number;
    readonly maxRuntimeSeconds?: number;
  };
  readonly checkIns: readonly {
    readonly at: string;
    readonly kind: string;
    readonly rid?: string;
    readonly window?: string;
  }[];
  readonly attempts?: readonly { readonly at: string; readonly outcome: string }[];
  readonly decisions?: readonly { readonly at: string; readonly outcome: string }[];
  readonly excuses?: readonly { readonly from: string; readonly to: string }[];
  readonly blindSpans?: readonly { readonly from: string; readonly to: string }[];
  readonly driverHistoryCovers?: readonly { readonly from: string; readonly to: string }[];
  readonly now: string;
  readonly expect: readonly {
    readonly expectedAt: string;
    readonly verdict: string;
    readonly cause?: string;
    readonly runs: number;
    readonly doubleFire?: boolean;
  }[];
  readonly unscheduled: number;
}

function historyOf(schedule: Case["schedule"]): History {
  const version: Version = {
    number: 1,
    effectiveFrom: at(schedule.createdAt),
    spec: { kind: "interval", everySeconds: seconds(schedule.spec.everySeconds), anchor: at(schedule.spec.anchor) },
    timezone: "UTC",
    graceSeconds: seconds(schedule.graceSeconds),
    earlySeconds: schedule.earlySeconds === undefined ? null : seconds(schedule.earlySeconds),
    maxRuntimeSeconds: schedule.maxRuntimeSeconds === undefined ? null : seconds(schedule.maxRuntimeSeconds),
  };
  return { createdAt: at(schedule.createdAt), versions: [version] };
}

describe("Worked cases are in `cases/verdicts.json`: a schedule, its evidence, now, and the verdicts.", () => {
  test.each(cases as unknown as readonly Case[])("$title", (one) => {
    const history = historyOf(one.schedule);
    const checkIns: CheckIn[] = one.checkIns.map((checkIn, index) => ({
      id: `check-in-${index}`,
      at: at(checkIn.at),
      kind: checkIn.kind as CheckInKind,
      rid: checkIn.rid ?? null,
      exitStatus: null,
      window: checkIn.window === undefined ? null : at(checkIn.window),
    }));
    const { runs } = deriveRuns(checkIns, (startedAt) => maximumRuntime(history, startedAt));
    const judged = judge({
      history,
      runs,
      attempts: (one.attempts ?? []).map(
        (attempt, index): Attempt => ({
          id: `attempt-${index}`,
          at: at(attempt.at),
          scheduledFor: null,
          outcome: attempt.outcome as Attempt["outcome"],
          status: null,
        }),
      ),
      decisions: (one.decisions ?? []).map(
        (decision, index): Decision => ({
          id: `decision-${index}`,
          at: at(decision.at),
          window: null,
          outcome: decision.outcome as Decision["outcome"],
          via: "scheduler",
          reason: null,
          diagnosis: null,
        }),
      ),
      excuses: spans(one.excuses).map((excuse): Excuse => ({ kind: "pause", ...excuse })),
      blindSpans: spans(one.blindSpans),
      historyCovers: spans(one.driverHistoryCovers),
      now: at(one.now),
    });
    const told = judged.windows
      .filter((window) => window.opensAt <= at(one.now))
      .map((window) => ({
        expectedAt: new Date(window.expectedAt).toISOString(),
        verdict: window.verdict,
        ...(window.cause === null ? {} : { cause: window.cause }),
        runs: window.runs.length,
        ...(window.doubleFire ? { doubleFire: true } : {}),
      }));
    expect(told).toEqual(one.expect);
    expect(judged.unscheduled.length).toBe(one.unscheduled);
  });
});

test("what names a window counts to the second, though the window is expected within one", () => {
  const anchor = "2027-01-01T10:00:00.890Z";
  const spec = { kind: "interval", everySeconds: 3_600, anchor };
  const history = historyOf({ createdAt: "2027-01-01T09:59:00Z", spec, graceSeconds: 2 });
  const attempt: Attempt = {
    ...{ id: "a", at: at("2027-01-01T10:00:00.891Z"), scheduledFor: at(anchor), outcome: "refused" },
    ...{ status: 401, latencyMs: 7, error: null, source: "dispatcher" },
  };
  const now = at("2027-01-01T10:05:00Z");
  const judged = judge({ history, runs: [], attempts: [attempt], excuses: [], blindSpans: [], now });
  expect(judged.windows[0]).toMatchObject({ verdict: "missing", cause: "rejected", attempts: [attempt] });
});
