/**
 * A schedule with all that its windows are judged by, read from where it was judged last.
 *
 * What is read is bounded: from the first window whose verdict may still change, from the run that opened a rolling
 * window, or, where a blind span has to be weighed, from the last run before it.
 */

import type { StoredDecision } from "#lib/boundary/decision.ts";
import { decisionsFrom } from "#lib/boundary/decision-store.ts";
import { type Findings, findingsFrom } from "#lib/boundary/probe-question-store.ts";
import type { Sql } from "#lib/db/sql.ts";
import { leftOutFrom, type WhyLeftOut } from "#lib/drivers/dispatch/left-out-store.ts";
import { type DriverWord, driverWords } from "#lib/drivers/reading-store.ts";
import type { StoredAttempt } from "#lib/evidence/attempt.ts";
import { attemptsFrom } from "#lib/evidence/attempt-store.ts";
import { lastStartsBefore, type StoredRun } from "#lib/evidence/store.ts";
import { DRIVER_FAILING } from "#lib/incidents/outage.ts";
import type { Excuse } from "#lib/schedules/excuse.ts";
import { type Facts, loadFacts, loadMaintenance, type Maintenance, speaksOf } from "#lib/schedules/facts-store.ts";
import { type History, versionAt, windowOwning } from "#lib/schedules/windows.ts";
import {
  DAY,
  earliest,
  type Instant,
  instant,
  latest,
  type Millis,
  millis,
  minus,
  plus,
  toMillis,
} from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import { blindSpansFor } from "#lib/verdicts/blind-store.ts";
import { type Judged, judge, spanToNow } from "#lib/verdicts/judge.ts";
import type { JudgedWindow } from "#lib/verdicts/verdict.ts";
import { endsOf, runsOf, type Start } from "./subject-runs.ts";

export interface Subject {
  readonly facts: Facts;
  /** Its own and the maintenance that speaks of it. */
  readonly excuses: readonly Excuse[];
  readonly runs: readonly StoredRun[];
  readonly attempts: readonly StoredAttempt[];
  /** The scheduler's alone. */
  readonly decisions: readonly StoredDecision[];
  /** What Rollcall found when it asked the route of a silent window, by the window. */
  readonly findings: Findings;
  /** Why windows of it were not fired, as the dispatcher left it, by the window. */
  readonly leftOut: ReadonlyMap<Instant, WhyLeftOut>;
  readonly historyCovers: readonly Span[];
  /** What keeps its scheduler's history from being read. */
  readonly failing: DriverWord["failing"];
  readonly blindSpans: readonly Span[];
  /** Windows from here on are judged. */
  readonly from: Instant;
  /** For a rolling schedule: the start that opened the first of them; `null`: creation. */
  readonly rollingOpenedAt: Instant | null;
  /** Runs are known from here on. */
  readonly runsFrom: Instant;
  /** No window that is judged is expected earlier. */
  readonly expectedFrom: Instant;
}

const NOTHING_FOUND: Findings = new Map();
const NOTHING_LEFT_OUT: ReadonlyMap<Instant, WhyLeftOut> = new Map();

/** A blind span is not weighed against runs that lie further back than this. */
const LOOK_BACK = (31 * DAY) as typeof DAY;

export const isRolling = (facts: Facts): boolean =>
  facts.history.versions.some((version) => version.spec.kind === "rolling");

export const excusesOf = (facts: Facts, maintenance: readonly Maintenance[]): Excuse[] => [
  ...facts.excuses,
  ...maintenance
    .filter((one) => speaksOf(one.selector, facts))
    .map((one): Excuse => ({ kind: "maintenance", from: one.from, to: one.to, reason: one.reason })),
];

/** From which window on a schedule of fixed times is judged, and from when its runs are needed for that. */
function startOf(facts: Facts, base: Instant, now: Instant): Start {
  const owner = windowOwning(facts.history, earliest(base, now));
  if (!owner) return { from: facts.history.createdAt, runsFrom: minus(facts.history.createdAt, DAY) };
  const from = earliest(owner.expectedAt, base);
  return { from, runsFrom: earliest(owner.opensAt, from) };
}

/** The window that a start opened is expected `every` after it, or later; windows before that one, earlier. */
function expectedFrom(history: History, from: Instant, openedAt: Instant | null): Instant {
  const version = openedAt === null ? null : versionAt(history, openedAt);
  return openedAt !== null && version?.spec.kind === "rolling"
    ? plus(openedAt, toMillis(version.spec.everySeconds))
    : from;
}

/**
 * How far before the start that opened a rolling window others may have opened that are expected after it: only where
 * an edit made `every` shorter, and not long after that. The later of two that fall on one moment yields.
 */
function reachOfEdits({ versions }: History, from: Instant): Millis {
  let reach = 0;
  for (const [i, version] of versions.entries()) {
    const before = versions[i - 1]?.spec;
    if (before?.kind !== "rolling" || version.spec.kind !== "rolling") continue;
    const shorter = toMillis(before.everySeconds) - toMillis(version.spec.everySeconds);
    if (shorter > 0 && from - shorter <= version.effectiveFrom) reach = Math.max(reach, toMillis(before.everySeconds));
  }
  return millis(reach);
}

/**
 * A rolling window that was closed early is expected up to `every` after the start that closed it: so far before a
 * stretch may the windows have been closed that are expected in it. In ms.
 */
const longestEvery = ({ versions }: History): number =>
  Math.max(0, ...versions.map(({ spec }) => (spec.kind === "rolling" ? spec.everySeconds * 1_000 : 0)));

export interface Asked {
  readonly now: Instant;
  /** Judge from here (for all, or by schedule), where it lies before what was judged already. */
  readonly from?: Instant | ReadonlyMap<string, Instant>;
  /**
   * Windows expected at or after it (for all, or by schedule) are not asked for: so that a question about the past reads
   * no more than its own stretch. Judge no further than this. Default: everything up to the present is read.
   */
  readonly to?: Instant | ReadonlyMap<string, Instant>;
  /** Hold the schedules' states to the end of the transaction. */
  readonly lock?: boolean;
  /** Told of a schedule of which not even the windows can be said; it is left out, so that it stops no other. */
  readonly onBroken?: (scheduleId: string, thrown: unknown) => void;
}

function unlessBroken<T>(facts: Facts, { onBroken }: Asked, find: () => T): T | null {
  try {
    return find();
  } catch (thrown) {
    onBroken?.(facts.id, thrown);
    return null;
  }
}

/** A request that both its gate and the dispatcher tell of is one decision: the gate's, which knows why. */
function onceEach(decisions: readonly StoredDecision[]): readonly StoredDecision[] {
  if (!decisions.some(({ source }) => source === "dispatcher")) return decisions;
  const others = new Set(decisions.flatMap((one) => (one.source === "dispatcher" ? [] : [one.executionId])));
  return decisions.filter((one) => one.source !== "dispatcher" || !others.has(one.executionId));
}

/** When its scheduler last met the boundary, whatever the answer. */
const decidedAt = ({ admittedAt, rejectedAt }: Facts["state"]): Instant | null =>
  admittedAt !== null && rejectedAt !== null ? latest(admittedAt, rejectedAt) : (admittedAt ?? rejectedAt);

/** The subjects of several schedules, by id; archived ones too. */
export async function loadSubjects(
  sql: Sql,
  scheduleIds: readonly string[],
  asked: Asked,
): Promise<Map<string, Subject>> {
  const { now } = asked;
  const fromOf = (id: string): Instant | undefined =>
    typeof asked.from === "object" ? asked.from.get(id) : asked.from;
  const toOf = (id: string): Instant | undefined => (typeof asked.to === "object" ? asked.to.get(id) : asked.to);
  const since = typeof asked.from === "object" ? instant(Math.min(now, ...asked.from.values())) : asked.from;
  const allFacts = await loadFacts(sql, scheduleIds, {
    ...(since === undefined ? {} : { since }),
    ...(asked.lock === undefined ? {} : { lock: asked.lock }),
  });
  const blind = await blindSpansFor(sql, earliest(since ?? now, now));
  const starts = new Map<string, Start>();
  const rollingBases: { scheduleId: string; from: Instant }[] = [];
  const weighed: { scheduleId: string; from: Instant }[] = [];
  for (const facts of allFacts.values()) {
    const base = earliest(facts.state.judgedThrough, fromOf(facts.id) ?? facts.state.judgedThrough);
    if (isRolling(facts)) {
      // The window that is judged first was opened by the last start at or before its base.
      const reach = toOf(facts.id) === undefined ? 0 : longestEvery(facts.history);
      rollingBases.push({ scheduleId: facts.id, from: instant(base + 1 - reach) });
      continue;
    }
    const start = unlessBroken(facts, asked, () => startOf(facts, base, now));
    if (!start) continue;
    starts.set(facts.id, start);
    if (blind.some((one) => one.to > start.runsFrom)) weighed.push({ scheduleId: facts.id, from: start.runsFrom });
  }
  const lastStarts = await lastStartsBefore(sql, [...rollingBases, ...weighed]);
  const opened = new Map<string, Instant>();
  for (const { scheduleId } of rollingBases) {
    const facts = allFacts.get(scheduleId);
    if (!facts) continue;
    const last = lastStarts.get(scheduleId);
    if (last !== undefined) opened.set(scheduleId, last);
    const from = last ?? facts.history.createdAt;
    starts.set(scheduleId, { from, runsFrom: minus(from, reachOfEdits(facts.history, from)) });
  }
  for (const { scheduleId, from } of weighed) {
    const facts = allFacts.get(scheduleId);
    if (!facts) continue;
    const floor = minus(from, LOOK_BACK);
    const last = lastStarts.get(scheduleId) ?? facts.history.createdAt;
    starts.set(scheduleId, startOf(facts, instant(Math.max(last, floor)), now));
  }
  const known = [...allFacts.values()].filter(({ id }) => starts.has(id));
  const oldest = Math.min(now, ...[...starts.values()].map((start) => start.from));
  const maintenance = await loadMaintenance(sql, instant(oldest - LOOK_BACK));
  const runs = await runsOf(sql, starts, await endsOf(sql, known, { now, toOf }));
  // Most schedules have none: their states say so, and nothing is asked for them.
  const heardSince = (heardAt: (facts: Facts) => Instant | null) =>
    [...starts].flatMap(([scheduleId, start]) => {
      const facts = allFacts.get(scheduleId);
      const last = facts ? heardAt(facts) : null;
      return last !== null && last >= start.runsFrom ? [{ scheduleId, from: start.runsFrom }] : [];
    });
  const attempts = await attemptsFrom(
    sql,
    // An attempt of the dispatcher is stored before it is sent; the state hears of it with its answer.
    heardSince(({ state, dispatched }) => (dispatched.length > 0 ? now : state.attemptedAt)),
  );
  const decisions = await decisionsFrom(
    sql,
    heardSince(({ state }) => decidedAt(state)),
  );
  const findings = await findingsFrom(
    sql,
    known.flatMap(({ id, route }) => {
      const from = route === null ? undefined : starts.get(id)?.from;
      return from === undefined ? [] : [{ scheduleId: id, from }];
    }),
  );
  const leftOut = await leftOutFrom(
    sql,
    known.flatMap(({ id, dispatched }) => {
      const from = dispatched.length === 0 ? undefined : starts.get(id)?.from;
      return from === undefined ? [] : [{ scheduleId: id, from }];
    }),
  );
  const words = await driverWords(
    sql,
    known.flatMap(({ id, driver }) => (driver.connection === undefined ? [] : [id])),
  );
  const subjects = new Map<string, Subject>();
  for (const facts of allFacts.values()) {
    const start = starts.get(facts.id);
    if (!start) continue;
    subjects.set(facts.id, {
      facts,
      excuses: excusesOf(facts, maintenance),
      runs: runs.get(facts.id) ?? [],
      attempts: attempts.get(facts.id) ?? [],
      decisions: onceEach(decisions.get(facts.id) ?? []),
      findings: findings.get(facts.id) ?? NOTHING_FOUND,
      leftOut: leftOut.get(facts.id) ?? NOTHING_LEFT_OUT,
      historyCovers: [...facts.dispatched, ...(words.get(facts.id)?.covers ?? [])],
      failing: words.get(facts.id)?.failing ?? null,
      blindSpans: blind.filter((one) => one.to > start.runsFrom),
      from: start.from,
      rollingOpenedAt: opened.get(facts.id) ?? null,
      runsFrom: start.runsFrom,
      expectedFrom: expectedFrom(facts.history, start.from, opened.get(facts.id) ?? null),
    });
  }
  return subjects;
}

/** The verdicts of a subject's windows, from where it was read to the first window after `now`. */
export function judgeSubject(subject: Subject, now: Instant, stretch?: Span): Judged {
  const judged = judge({
    history: subject.facts.history,
    runs: subject.runs,
    attempts: subject.attempts,
    decisions: subject.decisions,
    historyCovers: subject.historyCovers,
    excuses: subject.excuses,
    blindSpans: subject.blindSpans,
    now,
    span: stretch ?? spanToNow(subject.facts.history, now, subject.from),
    ...(subject.rollingOpenedAt === null
      ? {}
      : { rollingOpenedAt: subject.rollingOpenedAt, runsFrom: subject.runsFrom }),
  });
  if (subject.findings.size === 0 && subject.leftOut.size === 0 && subject.failing === null) return judged;
  return { ...judged, windows: judged.windows.map((window) => withFinding(window, subject)) };
}

/**
 * The cause of a silent window carries what was found when its route was asked (domain.md, Verdict); that of one which
 * was not fired, why it was not. Where the history that would tell cannot be read, that is what is known.
 */
function withFinding(window: JudgedWindow, { findings, leftOut, failing }: Subject): JudgedWindow {
  const { cause, expectedAt } = window;
  if (cause === "silent" && failing !== null) {
    const reason = failing.kind === "not_found" ? "job_not_found" : DRIVER_FAILING;
    return { ...window, reason, diagnosis: failing.sentence };
  }
  const finding =
    cause === "silent" ? findings.get(expectedAt) : cause === "not_fired" ? leftOut.get(expectedAt) : undefined;
  return finding ? { ...window, reason: finding.reason, diagnosis: finding.sentence } : window;
}
