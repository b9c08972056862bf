/** A schedule's day in few words, for tests of the pure rules. Clock times are of 2026-01-01 in UTC; creation is 00:00. */
import type { Decision } from "#lib/boundary/decision.ts";
import type { Attempt } from "#lib/evidence/attempt.ts";
import type { CheckIn, CheckInKind } from "#lib/evidence/check-in.ts";
import { deriveRuns, type Limit, type Run } from "#lib/evidence/run.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import type { Spec, Version } from "#lib/schedules/spec.ts";
import { type History, maximumRuntime } from "#lib/schedules/windows.ts";
import { HOUR, type Instant, instant, seconds } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import { type Judged, type JudgeInput, judge } from "#lib/verdicts/judge.ts";
import type { JudgedWindow } from "#lib/verdicts/verdict.ts";

const DAY_OF_TESTS = "2026-01-01";
const parts = (text: string): number[] => text.split(":").map(Number);

/** `10:05`, `10:05:30`, `10:05:30.250`; `34:00` is 10:00 of the next day. */
export function at(text: string): Instant {
  const [hours = 0, minutes = 0, secs = 0] = parts(text);
  return instant(Date.parse(`${DAY_OF_TESTS}T00:00Z`) + hours * HOUR + minutes * 60_000 + Math.round(secs * 1_000));
}

/** `10:05` again, with seconds only where there are any. */
export function clock(moment: number): string {
  const millis = moment - at("0:00");
  const [hours, minutes, rest] = [Math.floor(millis / HOUR), Math.floor((millis % HOUR) / 60_000), millis % 60_000];
  const tail = rest === 0 ? "" : `:${String(rest / 1_000).padStart(2, "0")}`;
  return `${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}${tail}`;
}

/** `10:00-10:20` */
export function stretch(text: string): Span {
  const [from = "", to = ""] = text.split("-");
  return span(at(from), at(to));
}

/** `10:00 start a`, `10:05 success`, `10:05 fail a 3`, `10:00 start a window=10:00 execution=x`. */
export function checkIn(text: string, index: number): CheckIn {
  const [time = "", kind = "", ...rest] = text.split(" ");
  const option = (name: string): string | undefined =>
    rest.find((word) => word.startsWith(`${name}=`))?.slice(name.length + 1);
  const words = rest.filter((word) => !word.includes("="));
  const rid = words.find((word) => !/^\d+$/.test(word)) ?? null;
  const status = words.find((word) => /^\d+$/.test(word));
  const named = option("window");
  const closes = option("closes");
  return {
    id: `${String(index).padStart(3, "0")}`,
    at: at(time),
    kind: kind as CheckInKind,
    rid,
    exitStatus: status === undefined ? null : Number(status),
    window: named === undefined ? null : at(named),
    executionId: option("execution") ?? null,
    ...(closes === undefined ? {} : { closes }),
  };
}

/** A run in one line: `10:00–10:05 success a`. */
export const tellRun = (run: Run): string =>
  [
    `${clock(run.startedAt)}–${run.finishedAt === null ? "" : clock(run.finishedAt)}`,
    run.outcome,
    ...(run.rid === null ? [] : [run.rid]),
  ].join(" ");

export interface Story {
  readonly spec?: Spec;
  /** Default: an hour, from midnight on. */
  readonly every?: number;
  readonly graceSeconds?: number;
  readonly earlySeconds?: number;
  readonly maxRuntimeSeconds?: number;
  /** Further versions, each from its moment on. */
  readonly edits?: readonly { readonly from: string; readonly change: Partial<Version> }[];
  readonly checkIns?: readonly string[];
  readonly attempts?: readonly string[];
  /** `10:01 rejected`, `10:01 admitted manual`, `10:01 rejected window=9:00`. */
  readonly decisions?: readonly string[];
  readonly pauses?: readonly string[];
  readonly excusedByPerson?: readonly string[];
  readonly blind?: readonly string[];
  readonly covered?: readonly string[];
  readonly now: string;
}

export const everyHour = (anchor = "0:00"): Spec => ({
  kind: "interval",
  everySeconds: seconds(3_600),
  anchor: at(anchor),
});
export const rolling = (everySeconds = 3_600): Spec => ({ kind: "rolling", everySeconds: seconds(everySeconds) });

export function historyOf(story: Omit<Story, "now">): History {
  const every = seconds(story.every ?? 3_600);
  const first: Version = {
    number: 1,
    effectiveFrom: at("0:00"),
    spec: story.spec ?? { kind: "interval", everySeconds: every, anchor: at("0:00") },
    timezone: "UTC",
    graceSeconds: seconds(story.graceSeconds ?? 600),
    earlySeconds: story.earlySeconds === undefined ? null : seconds(story.earlySeconds),
    maxRuntimeSeconds: story.maxRuntimeSeconds === undefined ? null : seconds(story.maxRuntimeSeconds),
  };
  const versions: Version[] = [first];
  for (const { from, change } of story.edits ?? []) {
    versions.push({ ...(versions.at(-1) ?? first), ...change, number: versions.length + 1, effectiveFrom: at(from) });
  }
  return { createdAt: at("0:00"), versions };
}

const attemptOf = (text: string, index: number): Attempt => {
  const [time = "", outcome = "", ...rest] = text.split(" ");
  const named = rest.find((word) => word.startsWith("window="))?.slice(7);
  const status = rest.find((word) => /^\d+$/.test(word));
  return {
    id: `attempt-${index}`,
    at: at(time),
    scheduledFor: named === undefined ? null : at(named),
    outcome: outcome as Attempt["outcome"],
    status: status === undefined ? null : Number(status),
  };
};

const decisionOf = (text: string, index: number): Decision => {
  const [time = "", outcome = "", ...rest] = text.split(" ");
  const named = rest.find((word) => word.startsWith("window="))?.slice(7);
  const via = rest.find((word) => !word.includes("=")) ?? "scheduler";
  return {
    id: `decision-${index}`,
    at: at(time),
    window: named === undefined ? null : at(named),
    outcome: outcome as Decision["outcome"],
    via: via as Decision["via"],
    reason: outcome === "rejected" ? "no_credentials" : null,
    diagnosis: null,
  };
};

export function inputOf(story: Story): JudgeInput {
  const history = historyOf(story);
  const limit: Limit = (startedAt) => maximumRuntime(history, startedAt);
  const now = at(story.now);
  const came = (story.checkIns ?? []).map(checkIn).filter((one) => one.at <= now);
  const excuses: Excuse[] = [
    ...(story.pauses ?? []).map((text): Excuse => {
      const [from = "", to = ""] = text.split("-");
      return { kind: "pause", from: at(from), to: to === "" ? null : at(to) };
    }),
    ...(story.excusedByPerson ?? []).map((text): Excuse => ({ kind: "person", window: at(text) })),
  ];
  return {
    history,
    runs: deriveRuns(came, limit).runs,
    attempts: (story.attempts ?? []).map(attemptOf).filter((one) => one.at <= now),
    decisions: (story.decisions ?? []).map(decisionOf).filter((one) => one.at <= now),
    historyCovers: (story.covered ?? []).map(stretch),
    excuses,
    blindSpans: (story.blind ?? []).map(stretch),
    now,
  };
}

export const judgedOf = (story: Story): Judged => judge(inputOf(story));

/** The window expected at that time. */
export function windowOf(story: Story, expectedAt: string): JudgedWindow {
  const { windows } = judgedOf(story);
  const found = windows.find((window) => window.expectedAt === at(expectedAt));
  if (!found)
    throw new Error(`no window at ${expectedAt}, but at ${windows.map((one) => clock(one.expectedAt)).join(", ")}`);
  return found;
}

export const verdictOf = (story: Story, expectedAt: string): string => windowOf(story, expectedAt).verdict;

/** `01:00 on_time, 02:00 missing`: every window that has opened. */
export const tellVerdicts = (story: Story): string =>
  judgedOf(story)
    .windows.filter((window) => window.opensAt <= at(story.now))
    .map((window) => `${clock(window.expectedAt)} ${window.verdict}`)
    .join(", ");
