import type { Decision } from "#lib/boundary/decision.ts";
import { type Attempt, isPending } from "#lib/evidence/attempt.ts";
import type { Limit, Run } from "#lib/evidence/run.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import type { Version } from "#lib/schedules/spec.ts";
import type { Instant, Millis } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import { blindBy, type Excusing, touchesRun } from "./blind.ts";
import { causeOf, type NamedCause } from "./cause.ts";
import { isDoubleFire } from "./double-fire.ts";
import { excusedUntil } from "./excused.ts";
import { hung } from "./placement.ts";
import type { JudgedWindow, Verdict } from "./verdict.ts";

/** What is asked about every window of one schedule. */
export interface Question {
  readonly limit: Limit;
  /** No run's maximum run time is shorter, in ms: one that took less needs no further look. */
  readonly shortestLimit: number;
  readonly excuses: readonly Excuse[];
  readonly blindSpans: readonly Span[];
  /** The spans that a driver's history of attempts covers. */
  readonly historyCovers: readonly Span[];
  readonly now: Instant;
}

/**
 * A window with its evidence, before it is judged. One object serves for all windows of a stretch, one after the other:
 * a million of them are judged at once, and each further object would cost more than its judging.
 */
export interface Laid {
  expectedAt: Instant;
  opensAt: Instant;
  dueBy: Instant;
  /** ms */
  early: number;
  version: Version;
  /** In the order of `compareRuns`. */
  runs: readonly Run[];
  /** Unfinished unscheduled runs that will belong to it when they hang. */
  mayHang: readonly Run[];
  attempts: readonly Attempt[];
  decisions: readonly Decision[];
  /** The blind spans that excuse silence here; after judging, those that do after it. */
  excusing: Excusing;
  /** A rolling window is never blind. */
  neverBlind: boolean;
}

/** What a window's unfinished runs say together. */
interface UnderWay {
  /** The start + limit of the first that is overrun. */
  readonly overrunSince: number | null;
  readonly running: boolean;
  /** One is past its limit, but its finish may have fallen into a blind span. */
  readonly blind: boolean;
  /** The next limit that passes. */
  readonly nextLimit: number | null;
}

function underWay(runs: readonly Run[], question: Question): UnderWay | null {
  let found = false;
  let overrunSince: number | null = null;
  let running = false;
  let blind = false;
  let nextLimit: number | null = null;
  for (const run of runs) {
    if (run.finishedAt !== null) continue;
    found = true;
    const limit: Millis = question.limit(run.startedAt);
    const end = run.startedAt + limit;
    const touched = question.blindSpans.length > 0 && touchesRun(question.blindSpans, run.startedAt, limit);
    const overrunFrom = touched ? end + limit : end;
    if (question.now > overrunFrom) overrunSince = Math.min(overrunSince ?? end, end);
    else if (question.now > end) blind = true;
    else running = true;
    if (question.now <= overrunFrom) {
      const next = question.now <= end ? end : overrunFrom;
      nextLimit = nextLimit === null ? next : Math.min(nextLimit, next);
    }
  }
  return found ? { overrunSince, running, blind, nextLimit } : null;
}

const earliestOf = (a: number | null, b: number | null): number | null =>
  a === null ? b : b === null ? a : Math.min(a, b);

/** The first row of domain.md's table of verdicts that fits a window which is not excused and has runs. */
function withRuns(laid: Laid, way: UnderWay | null, question: Question): { verdict: Verdict; since: number } {
  const [first, last] = [laid.runs[0], laid.runs[laid.runs.length - 1]];
  if (!first || !last) throw new Error("a window without runs was judged by its runs");
  if (way?.overrunSince != null) return { verdict: "overrun", since: way.overrunSince };
  if (way?.running) return { verdict: "running", since: last.startedAt };
  if (last.outcome === "fail") return { verdict: "failed", since: last.finishedAt ?? last.startedAt };
  if (last.finishedAt !== null) {
    const ran = last.finishedAt - last.startedAt;
    if (ran > question.shortestLimit && ran > question.limit(last.startedAt)) {
      return { verdict: "overrun", since: last.startedAt + question.limit(last.startedAt) };
    }
    if (first.startedAt <= laid.dueBy) return { verdict: "on_time", since: last.finishedAt };
    return { verdict: "late", since: laid.dueBy };
  }
  if (question.now < laid.opensAt) return { verdict: "upcoming", since: laid.opensAt };
  if (question.now <= laid.dueBy) return { verdict: "due", since: laid.opensAt };
  return { verdict: "blind", since: laid.dueBy };
}

/**
 * The last moment at which an answer to one of its attempts may still come; `null`: none is awaited. Rollcall's own
 * dispatcher stores what it sends before it sends it: until then a run is under way, though its record comes at its end.
 */
function awaited(laid: Laid, now: Instant): Instant | null {
  let until: Instant | null = null;
  for (const attempt of laid.attempts) {
    const end = attempt.pendingUntil ?? null;
    if (end !== null && isPending(attempt, now) && (until === null || end > until)) until = end;
  }
  return until;
}

/** The rest of the table: a window that is not excused and has no run. Carries the blind spans that excuse on. */
function withoutRuns(laid: Laid, question: Question): { verdict: Verdict; named: NamedCause | null } {
  if (laid.attempts.length > 0 && awaited(laid, question.now) !== null) return { verdict: "running", named: null };
  if (question.now < laid.opensAt) return { verdict: "upcoming", named: null };
  if (question.now <= laid.dueBy) return { verdict: "due", named: null };
  const covered = question.historyCovers.some((span) => span.from <= laid.opensAt && laid.dueBy <= span.to);
  const named = causeOf(laid, covered);
  const told =
    named.cause === "not_fired" ||
    (laid.decisions.some((decision) => decision.outcome === "rejected") &&
      !laid.decisions.some((decision) => decision.outcome === "admitted"));
  if (!told && !laid.neverBlind && question.blindSpans.length > 0) {
    const by = blindBy(laid, question.blindSpans, laid.excusing);
    if (by.length > 0) {
      // One that is excused anyway uses up no excuse.
      if (laid.version.acceleration === undefined) laid.excusing ??= by;
      return { verdict: "blind", named: null };
    }
  }
  return { verdict: "missing", named };
}

/** Whether an excused window is overrun all the same: a run in it hangs past its limit and past the excuse's end. */
function hangsPast(laid: Laid, until: number, question: Question): number | null {
  for (const run of laid.runs) {
    const limit = question.limit(run.startedAt);
    if (hung(run, limit, question.now) && (run.finishedAt ?? question.now) > until) return run.startedAt + limit;
  }
  return null;
}

function excusedChange(laid: Laid, until: number, question: Question): number | null {
  let next: number | null = null;
  for (const run of laid.runs) {
    if (run.finishedAt !== null || until === Number.POSITIVE_INFINITY) continue;
    next = earliestOf(next, Math.max(run.startedAt + question.limit(run.startedAt), until));
  }
  return next;
}

/** Why a window is excused that the temporary spec of an acceleration expected, and that had no good run. */
const ACCELERATION = "acceleration";

/**
 * Judges one window by the first row of the table that fits (domain.md, Verdict). Windows of a temporary spec count
 * when they are good; without a good run they are excused (domain.md, Acceleration).
 */
export function judgeWindow(laid: Laid, question: Question): JudgedWindow {
  const judged = byTheTable(laid, question);
  if (laid.version.acceleration === undefined) return judged;
  switch (judged.verdict) {
    case "missing":
    case "failed":
    case "overrun":
    case "blind":
      return { ...judged, verdict: "excused", cause: null, reason: ACCELERATION, diagnosis: null };
    default:
      return judged;
  }
}

function byTheTable(laid: Laid, question: Question): JudgedWindow {
  const { runs } = laid;
  let verdict: Verdict;
  let since: number;
  let named: NamedCause | null = null;
  // The last moment of the present state; the change comes after it.
  let holdsTo: number | null = null;
  const until =
    question.excuses.length === 0
      ? null
      : excusedUntil(laid, question.excuses, { firstStart: runs[0]?.startedAt ?? null, now: question.now });
  if (until !== null) {
    const overrunSince = hangsPast(laid, until, question);
    verdict = overrunSince === null ? "excused" : "overrun";
    since = overrunSince ?? laid.expectedAt;
    if (overrunSince === null) holdsTo = excusedChange(laid, until, question);
  } else if (runs.length > 0) {
    const way = underWay(runs, question);
    ({ verdict, since } = withRuns(laid, way, question));
    holdsTo = way?.nextLimit ?? null;
    if (verdict === "due" || verdict === "upcoming") holdsTo = earliestOf(holdsTo, laid.dueBy);
  } else {
    ({ verdict, named } = withoutRuns(laid, question));
    since = laid.dueBy;
    if (verdict === "due" || verdict === "upcoming") holdsTo = laid.dueBy;
    else if (verdict === "running") holdsTo = awaited(laid, question.now);
  }
  for (const run of laid.mayHang) holdsTo = earliestOf(holdsTo, run.startedAt + question.limit(run.startedAt));
  const missing = verdict === "missing";
  const every = laid.version.spec.kind === "rolling" ? laid.version.spec.everySeconds * 1_000 : null;
  let weight = 1;
  if (missing && every !== null) {
    weight += Math.floor((question.now - laid.dueBy) / every);
    holdsTo = laid.dueBy + weight * every - 1;
  }
  // A run that came ends what a blind span excused.
  if (runs.length > 0) laid.excusing = null;
  return {
    expectedAt: laid.expectedAt,
    opensAt: laid.opensAt,
    dueBy: laid.dueBy,
    version: laid.version,
    verdict,
    cause: missing && named ? named.cause : null,
    reason: missing && named ? named.reason : null,
    diagnosis: missing && named ? named.diagnosis : null,
    runs,
    attempts: laid.attempts,
    decisions: laid.decisions,
    doubleFire: runs.length > 1 && isDoubleFire(runs, laid.early),
    weight,
    since: since as Instant,
    changesAt: holdsTo === null ? null : ((holdsTo + 1) as Instant),
  };
}
