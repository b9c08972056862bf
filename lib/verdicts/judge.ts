import type { Decision } from "#lib/boundary/decision.ts";
import type { Attempt } from "#lib/evidence/attempt.ts";
import { compareRuns, type Limit, type Run } from "#lib/evidence/run.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import type { ExpectedWindow } from "#lib/schedules/spec.ts";
import { expectedWindows, type History, maximumRuntime, nextWindow, previousWindow } from "#lib/schedules/windows.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import type { Excusing } from "./blind.ts";
import { judgeWindow, type Laid, type Question } from "./judge-window.ts";
import { hung, namedIndex, placedIndex } from "./placement.ts";
import { judgeRolling } from "./rolling.ts";
import type { JudgedWindow, UnscheduledRun } from "./verdict.ts";

export interface JudgeInput {
  readonly history: History;
  /** All runs that may belong to a window of the span; the order does not matter. */
  readonly runs: readonly Run[];
  readonly attempts?: readonly Attempt[];
  readonly decisions?: readonly Decision[];
  /** The spans that a driver's history of attempts covers. */
  readonly historyCovers?: readonly Span[];
  readonly excuses?: readonly Excuse[];
  readonly blindSpans?: readonly Span[];
  readonly now: Instant;
  /** Windows whose `expectedAt` lies in it are judged. Default: from creation to the first window after `now`. */
  readonly span?: Span;
  /** The blind spans that excuse silence where the span begins (`Judged.excusing` of what came before). */
  readonly excusing?: Excusing;
  /** For a rolling schedule: the start that opened the first window to be judged. Default: creation. */
  readonly rollingOpenedAt?: Instant;
}

export interface Judged {
  /** By `expectedAt`, ascending. */
  readonly windows: readonly JudgedWindow[];
  readonly unscheduled: readonly UnscheduledRun[];
  readonly excusing: Excusing;
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

/**
 * Parts the runs of one window from the unscheduled ones among them: a run with no name that counts, which starts after
 * `dueBy` when the run of the window that started last before it had succeeded, in time, before it started
 * (domain.md, Run and check-in). One that hangs belongs to the window all the same.
 */
function partUnscheduled(
  runs: readonly Run[],
  window: ExpectedWindow,
  by: {
    readonly named: ReadonlySet<Run>;
    readonly limit: Limit;
    readonly now: Instant;
    readonly out: UnscheduledRun[];
  },
): Placed {
  const first = runs[0];
  if (!first || (runs[runs.length - 1]?.startedAt ?? 0) <= window.dueBy) return { runs, mayHang: NONE };
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
      before.finishedAt - before.startedAt <= by.limit(before.startedAt);
    if (!stray || hung(run, by.limit(run.startedAt), by.now)) {
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
  const second = Math.floor(told.name / 1_000) * 1_000;
  const [first, last] = [windows[0], windows[windows.length - 1]];
  if (first && last && second >= first.expectedAt && second <= last.expectedAt) return false;
  const window = nextWindow(history, instant(second - 1));
  return window !== null && namedIndex([window], told.name, told.at) === 0;
}

/** Judges a stretch in which no version is rolling. */
function judgeFixed(input: JudgeInput, stretch: Span, question: Question): Judged {
  const { history, now } = input;
  const windows = expectedWindows(history, stretch);
  const first = windows[0];
  const last = windows[windows.length - 1];
  const unscheduled: UnscheduledRun[] = [];
  const earlier = first ? previousWindow(history, first.expectedAt) : null;
  const endsAt = (last && nextWindow(history, last.expectedAt)?.opensAt) ?? Number.POSITIVE_INFINITY;
  // Most windows have one run: a list of each is made once, in order, without a map.
  const runsOf: (Run[] | undefined)[] = new Array(windows.length);
  const named = new Set<Run>();
  let index = -1;
  for (const run of sorted(input.runs)) {
    let at = run.namedWindow === null ? -1 : namedIndex(windows, run.namedWindow, run.startedAt);
    if (at >= 0) named.add(run);
    else if (belongsOutside(history, windows, { name: run.namedWindow, at: run.startedAt })) continue;
    else {
      while (index + 1 < windows.length && (windows[index + 1]?.opensAt ?? 0) <= run.startedAt) index++;
      at = index;
      if (at < 0) {
        const before = !first || (earlier === null && run.startedAt < first.opensAt);
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
    push(attempts, placedIndex(windows, attempt.scheduledFor, attempt.at), attempt);
  }
  const decisions = new Map<number, Decision[]>();
  for (const decision of input.decisions ?? NONE) {
    if (decision.via !== "scheduler") continue;
    if (belongsOutside(history, windows, { name: decision.window, at: decision.at })) continue;
    push(decisions, placedIndex(windows, decision.window, decision.at), decision);
  }
  const judged: JudgedWindow[] = new Array(windows.length);
  let excusing: Excusing = input.excusing ?? null;
  const by = { named, limit: question.limit, now, out: unscheduled };
  for (let i = 0; i < windows.length; i++) {
    const window = windows[i];
    if (!window) continue;
    const own = runsOf[i];
    const placed = own ? partUnscheduled(own, window, by) : null;
    const laid: Laid = {
      expectedAt: window.expectedAt,
      opensAt: window.opensAt,
      dueBy: window.dueBy,
      early: window.early,
      version: window.version,
      runs: placed ? placed.runs : NONE,
      mayHang: placed ? placed.mayHang : NONE,
      attempts: attempts.get(i) ?? NONE,
      decisions: decisions.get(i) ?? NONE,
      excusing,
      weight: 1,
    };
    const judgement = judgeWindow(laid, question);
    excusing = judgement.excusing;
    judged[i] = judgement.window;
  }
  return { windows: judged, unscheduled, excusing };
}

/**
 * The verdict of every window of a schedule (domain.md, Verdict). Pure: the same answer whatever the order in which the
 * evidence arrived, and judging step by step gives the same answer as judging once at the end.
 */
export function judge(input: JudgeInput): Judged {
  const { history, now } = input;
  const question: Question = {
    limit: (startedAt) => maximumRuntime(history, startedAt),
    excuses: input.excuses ?? NONE,
    blindSpans: input.blindSpans ?? NONE,
    historyCovers: input.historyCovers ?? NONE,
    now,
  };
  const stretch = input.span ?? spanToNow(history, now);
  if (!history.versions.some((version) => version.spec.kind === "rolling")) return judgeFixed(input, stretch, question);
  return judgeRolling(input, stretch, { question, judgeFixed, runs: sorted(input.runs) });
}
