/** What a spec that is not stored would expect, and what other fields would have called the runs that came. */
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { isRolling, judgeSubject, type Subject } from "#lib/engine/subjects.ts";
import { invalid, ok, type Problem, type Result, refuse } from "#lib/problem.ts";
import { writtenVersions } from "#lib/schedules/accelerated.ts";
import { firstWindows } from "#lib/schedules/first-windows.ts";
import { preview } from "#lib/schedules/preview.ts";
import type { BacktestInput, PreviewInput } from "#lib/schedules/question.ts";
import { withAnchor } from "#lib/schedules/schema.ts";
import type { Spec, Version } from "#lib/schedules/spec.ts";
import { checkSpec } from "#lib/schedules/validate.ts";
import type { History } from "#lib/schedules/windows.ts";
import { DAY, earliest, type Instant, instant, latest, minus, toRfc3339 } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import type { JudgedWindow, Verdict } from "#lib/verdicts/verdict.ts";
import { judgedIn } from "./judged.ts";
import { badSpan, subjectOf } from "./windows.ts";

const WEEK = (7 * DAY) as typeof DAY;

function wrongSpec(spec: Spec, timezone: string): Problem | null {
  const errors = checkSpec(spec, timezone);
  const [first] = errors;
  return first ? invalid({ message: first.message, errors }) : null;
}

export async function viewPreview(ctx: Context, input: PreviewInput) {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const { timezone, count, graceSeconds } = input;
  const spec = withAnchor(input.spec, ctx.now);
  const wrong = wrongSpec(spec, timezone);
  if (wrong) return refuse(wrong);
  const from = input.from ?? ctx.now;
  const told = preview({ spec, timezone, count, from, ...(graceSeconds === undefined ? {} : { graceSeconds }) });
  return ok({ expectedAt: told.expectedAt.map(toRfc3339), sentence: `${told.words}.`, warnings: told.warnings });
}

/** Windows that a backtest judges, at most. */
const MOST_WINDOWS = 100_000;
const MOST_DIFFERENCES = 1_000;
/** What a strip on a screen shows. */
const MOST_NEWEST = 400;
const MOST_LATENESSES = 500;

type Counts = Partial<Record<Verdict, number>>;

function countsOf(windows: readonly JudgedWindow[]): Counts {
  const counts: Counts = {};
  for (const { verdict } of windows) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}

/** The subject as though this one version had been in force all the while. */
function asThough(subject: Subject, version: Version, stretch: Span): Subject {
  const createdAt = earliest(subject.facts.history.createdAt, stretch.from);
  const history: History = {
    createdAt: instant(createdAt - 1),
    versions: [{ ...version, effectiveFrom: instant(createdAt - 1) }],
    archivedAt: subject.facts.history.archivedAt ?? null,
  };
  return { ...subject, facts: { ...subject.facts, history }, from: stretch.from };
}

/** A rolling window that a start closed early is expected later than that: what has opened counts. */
function windowsIn(subject: Subject, now: Instant, stretch: Span): readonly JudgedWindow[] {
  if (!isRolling(subject.facts)) return judgedIn(subject, now, stretch).windows;
  const settled = ({ verdict }: JudgedWindow): boolean => verdict !== "upcoming" && verdict !== "due";
  return judgeSubject(subject, now).windows.filter((window) => window.opensAt < stretch.to && settled(window));
}

function tooMany(history: History, stretch: Span): Problem | null {
  if (firstWindows(history, stretch, MOST_WINDOWS + 1).length <= MOST_WINDOWS) return null;
  const errors = [{ path: "from", message: "must lie closer to its end" }];
  return invalid({
    code: "too_many_windows",
    message: `This span holds more than ${MOST_WINDOWS} windows.`,
    errors,
  });
}

interface Compared {
  readonly expectedAt: string;
  /** `null`: not expected under these fields. */
  readonly present: Verdict | null;
  readonly given: Verdict | null;
}

const isRollingWindow = ({ version }: JudgedWindow): boolean => version.spec.kind === "rolling";

/**
 * Each window that either of the two expects, by expected time. Under two rolling specs the windows that one start
 * opened are the same, though they are expected at other times.
 */
function compared(present: readonly JudgedWindow[], given: readonly JudgedWindow[]): Compared[] {
  const rolling = present.every(isRollingWindow) && given.every(isRollingWindow);
  const keyOf = (window: JudgedWindow): Instant => (rolling ? window.opensAt : window.expectedAt);
  const was = new Map(present.map((window) => [keyOf(window), window]));
  const would = new Map(given.map((window) => [keyOf(window), window]));
  const moments: Instant[] = [...new Set([...was.keys(), ...would.keys()])].sort((a, b) => a - b);
  return moments.map((at) => ({
    expectedAt: toRfc3339((was.get(at) ?? would.get(at))?.expectedAt ?? at),
    present: was.get(at)?.verdict ?? null,
    given: would.get(at)?.verdict ?? null,
  }));
}

/** How late the first runs of windows began, in seconds, ascending; of many every n-th, and always the latest. */
function latenesses(windows: readonly JudgedWindow[]): number[] {
  const all = windows
    .flatMap(({ expectedAt, runs: [first] }) => (first ? [(first.startedAt - expectedAt) / 1_000] : []))
    .sort((a, b) => a - b);
  const step = Math.ceil(all.length / MOST_LATENESSES);
  return all.filter((_, i) => (all.length - 1 - i) % Math.max(step, 1) === 0);
}

export async function viewBacktest(
  ctx: Context,
  { slug, input }: { readonly slug: string; readonly input: BacktestInput },
) {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  const { now } = ctx;
  const to = earliest(input.to ?? now, now);
  const from = input.from ?? minus(to, WEEK);
  if (from > to) return badSpan();
  const read: Result<Subject> = await subjectOf(sqlIn(ctx), slug, { now, from });
  if (!read.ok) return read;
  const subject = read.value;
  const newest = writtenVersions(subject.facts.history.versions).at(-1);
  if (!newest) throw new Error("a schedule without a version");
  // Before it was made no run could come.
  const stretch = span(latest(from, earliest(subject.facts.history.createdAt, to)), to);
  const anchor = newest.spec.kind === "interval" ? newest.spec.anchor : subject.facts.history.createdAt;
  const given: Version = {
    ...newest,
    spec: input.spec ? withAnchor(input.spec, anchor) : newest.spec,
    timezone: input.timezone ?? newest.timezone,
    graceSeconds: input.graceSeconds ?? newest.graceSeconds,
    earlySeconds: input.earlySeconds === undefined ? newest.earlySeconds : input.earlySeconds,
    maxRuntimeSeconds: input.maxRuntimeSeconds === undefined ? newest.maxRuntimeSeconds : input.maxRuntimeSeconds,
  };
  const wrong = wrongSpec(given.spec, given.timezone);
  if (wrong) return refuse(wrong);
  const [before, after] = [asThough(subject, newest, stretch), asThough(subject, given, stretch)];
  const many = tooMany(before.facts.history, stretch) ?? tooMany(after.facts.history, stretch);
  if (many) return refuse(many);
  const [present, would] = [windowsIn(before, now, stretch), windowsIn(after, now, stretch)];
  const both = compared(present, would);
  const differ = both.filter((window) => window.present !== window.given);
  return ok({
    from: toRfc3339(stretch.from),
    to: toRfc3339(stretch.to),
    present: countsOf(present),
    given: countsOf(would),
    windows: differ.slice(0, MOST_DIFFERENCES),
    differences: differ.length,
    newest: both.slice(-MOST_NEWEST),
    latenessSeconds: latenesses(would),
  });
}
