import type { Decision } from "#lib/boundary/decision.ts";
import type { Attempt } from "#lib/evidence/attempt.ts";
import { compareRuns, type Limit, type Run } from "#lib/evidence/run.ts";
import type { ExpectedWindow, Version } from "#lib/schedules/spec.ts";
import {
  expectedWindows,
  type History,
  maximumRuntime,
  nextWindow,
  previousWindow,
  shortestMaximumRuntime,
} from "#lib/schedules/windows.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import type { Excusing } from "./blind.ts";
import type { Judged, JudgeInput, LaidWindows } from "./judge-input.ts";
import { judgeWindow, type Laid, type Question } from "./judge-window.ts";
import { hung, namedIndex, placedIndex, windowNamed } from "./placement.ts";
import { judgeRolling } from "./rolling.ts";
import type { JudgedWindow, UnscheduledRun } from "./verdict.ts";

export type { Judged, JudgeInput, LaidWindows } from "./judge-input.ts";

export function layWindows(history: History, stretch: Span): LaidWindows {
  const windows = expectedWindows(history, stretch);
  const first = windows[0];
  const last = windows[windows.length - 1];
  return {
    windows,
    areFirst: !first || previousWindow(history, first.expectedAt) === null,
    endsAt: (last && nextWindow(history, last.expectedAt)?.opensAt) ?? Number.POSITIVE_INFINITY,
  };
}

const sorted = (runs: readonly Run[]): readonly Run[] => {
  for (let i = 1; i < runs.length; i++) {
    const [a, b] = [runs[i - 1], runs[i]];
    if (a && b && compareRuns(a, b) > 0) return [...runs].sort(compareRuns);
  }
  return runs;
};

/**
 * The span from creation (or a later moment) to the first window after `now`, that one included: past it nothing can
 * have happened yet.
 */
export function spanToNow(history: History, now: Instant, from: Instant = history.createdAt): Span {
  const next = nextWindow(history, now);
  const to = instant((next?.expectedAt ?? now) + 1);
  return span(from, to < from ? from : to);
}

/** A list that most windows do not need: made at the first push. */
function push<T>(lists: Map<number, T[]>, index: number, item: T): void {
  const list = lists.get(index);
  if (list) list.push(item);
  else lists.set(index, [item]);
}

const NONE: readonly never[] = [];

interface Placed {
  readonly runs: readonly Run[];
  readonly mayHang: readonly Run[];
}

interface Parting {
  readonly named: ReadonlySet<Run>;
  readonly limit: Limit;
  readonly shortestLimit: number;
  readonly now: Instant;
  readonly out: UnscheduledRun[];
}

/** How long a run took, or has taken until now, in ms. */
const spent = (run: Run, now: Instant): number => (run.finishedAt ?? now) - run.startedAt;

const inTime = (run: Run, by: Parting): boolean =>
  spent(run, by.now) <= by.shortestLimit || spent(run, by.now) <= by.limit(run.startedAt);

/**
 * Parts the runs of one window from the unscheduled ones among them: a run with no name that counts, which starts after
 * `dueBy` when the run of the window that started last before it had succeeded, in time, before it started
 * (domain.md, Run and check-in). One that hangs belongs to the window all the same.
 */
function partUnscheduled(runs: readonly Run[], window: ExpectedWindow, by: Parting): Placed {
  const first = runs[0];
  if (!first || runs.length === 1 || (runs[runs.length - 1]?.startedAt ?? 0) <= window.dueBy)
    return { runs, mayHang: NONE };
  const kept: Run[] = [];
  const mayHang: Run[] = [];
  for (const run of runs) {
    const before = kept.findLast((other) => other.startedAt < run.startedAt);
    const stray =
      run.startedAt > window.dueBy &&
      !by.named.has(run) &&
      before?.outcome === "success" &&
      before.finishedAt !== null &&
      before.finishedAt <= run.startedAt &&
      inTime(before, by);
    if (!stray || (spent(run, by.now) > by.shortestLimit && hung(run, by.limit(run.startedAt), by.now))) {
      kept.push(run);
      continue;
    }
    if (run.finishedAt === null) mayHang.push(run);
    by.out.push({ run, hung: false });
  }
  return { runs: kept, mayHang };
}

/** Whether something names, with a name that counts, a window that lies outside those that are judged here. */
function belongsOutside(
  history: History,
  windows: readonly ExpectedWindow[],
  told: { readonly name: Instant | null; readonly at: Instant },
): boolean {
  if (told.name === null) return false;
  // To the second on both sides: a window may be expected within one, where its anchor lies so.
  const second = Math.floor(told.name / 1_000);
  const [first, last] = [windows[0], windows[windows.length - 1]];
  if (
    first &&
    last &&
    second >= Math.floor(first.expectedAt / 1_000) &&
    second <= Math.floor(last.expectedAt / 1_000)
  ) {
    return false;
  }
  return windowNamed(history, told.name, told.at) !== null;
}

/** Judges a stretch in which no version is rolling. */
function judgeFixed(input: JudgeInput, stretch: Span, question: Question): Judged {
  const { history, now } = input;
  const { windows, areFirst, endsAt } = input.laid ?? layWindows(history, stretch);
  const first = windows[0];
  const unscheduled: UnscheduledRun[] = [];
  // Most windows have one run: a list of each is made once, in order, without a map.
  const runsOf: (Run[] | undefined)[] = new Array(windows.length);
  const named = new Set<Run>();
  let index = -1;
  for (const run of sorted(input.runs)) {
    let at = run.namedWindow === null ? -1 : namedIndex(windows, run.namedWindow, run.startedAt);
    if (at >= 0) named.add(run);
    else if (
      run.namedWindow !== null &&
      belongsOutside(history, windows, { name: run.namedWindow, at: run.startedAt })
    ) {
      continue;
    } else {
      while (index + 1 < windows.length && (windows[index + 1]?.opensAt ?? 0) <= run.startedAt) index++;
      at = index;
      if (at < 0) {
        const before = !first || (areFirst && run.startedAt < first.opensAt);
        if (before) unscheduled.push({ run, hung: hung(run, question.limit(run.startedAt), now) });
        continue;
      }
      if (run.startedAt >= endsAt) continue;
    }
    const list = runsOf[at];
    if (list) list.push(run);
    else runsOf[at] = [run];
  }
  if (named.size > 0) for (const list of runsOf) list?.sort(compareRuns);
  const attempts = new Map<number, Attempt[]>();
  for (const attempt of input.attempts ?? NONE) {
    if (belongsOutside(history, windows, { name: attempt.scheduledFor, at: attempt.at })) continue;
    push(attempts, placedIndex(windows, { name: attempt.scheduledFor, at: attempt.at, endsAt }), attempt);
  }
  const decisions = new Map<number, Decision[]>();
  for (const decision of input.decisions ?? NONE) {
    if (decision.via !== "scheduler") continue;
    if (belongsOutside(history, windows, { name: decision.window, at: decision.at })) continue;
    push(decisions, placedIndex(windows, { name: decision.window, at: decision.at, endsAt }), decision);
  }
  const judged: JudgedWindow[] = new Array(windows.length);
  const by: Parting = { named, limit: question.limit, shortestLimit: question.shortestLimit, now, out: unscheduled };
  const laid = scratch(first, input.excusing ?? null);
  for (let i = 0; i < windows.length; i++) {
    const window = windows[i];
    if (!window) continue;
    const own = runsOf[i];
    const placed = own ? partUnscheduled(own, window, by) : null;
    laid.expectedAt = window.expectedAt;
    laid.opensAt = window.opensAt;
    laid.dueBy = window.dueBy;
    laid.early = window.early;
    laid.version = window.version;
    laid.runs = placed ? placed.runs : NONE;
    laid.mayHang = placed ? placed.mayHang : NONE;
    laid.attempts = attempts.get(i) ?? NONE;
    laid.decisions = decisions.get(i) ?? NONE;
    judged[i] = judgeWindow(laid, question);
  }
  return { windows: judged, unscheduled, excusing: laid.excusing };
}

/** The object that all windows of a stretch are laid in, one after the other. */
function scratch(first: ExpectedWindow | undefined, excusing: Excusing): Laid {
  const { expectedAt = instant(0), opensAt = instant(0), dueBy = instant(0), early = 0 } = first ?? {};
  const version = first?.version as Version;
  const evidence = { runs: NONE, mayHang: NONE, attempts: NONE, decisions: NONE };
  return { expectedAt, opensAt, dueBy, early, version, ...evidence, excusing, neverBlind: false };
}

/**
 * The verdict of every window of a schedule (domain.md, Verdict). Pure: the same answer whatever the order in which the
 * evidence arrived, and judging step by step gives the same answer as judging once at the end.
 */
export function judge(input: JudgeInput): Judged {
  const { history, now } = input;
  const question: Question = {
    limit: (startedAt) => maximumRuntime(history, startedAt),
    shortestLimit: shortestMaximumRuntime(history),
    excuses: input.excuses ?? NONE,
    blindSpans: input.blindSpans ?? NONE,
    historyCovers: input.historyCovers ?? NONE,
    now,
  };
  const stretch = input.span ?? spanToNow(history, now);
  if (!history.versions.some((version) => version.spec.kind === "rolling")) return judgeFixed(input, stretch, question);
  return judgeRolling(input, stretch, { question, judgeFixed, runs: sorted(input.runs) });
}
