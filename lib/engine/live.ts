/**
 * What the recording of check-ins remembers of a schedule between two of them, so that a good check-in in its order
 * costs no reading. It is a copy: it counts only while the `seq` under which it was read is still the schedule's.
 */
import type { Sql } from "#lib/db/sql.ts";
import { type CheckIn, compareCheckIns } from "#lib/evidence/check-in.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import { applyCheckIn, compareRuns, emptyLedger, type Ledger, type Run } from "#lib/evidence/run.ts";
import { lastCheckIns } from "#lib/evidence/store.ts";
import type { NextState, Placed, RunToStore } from "#lib/evidence/write-store.ts";
import { loadKnown } from "#lib/incidents/store.ts";
import { maximumRuntime, versionAt, windowOwning } from "#lib/schedules/windows.ts";
import { earliest, type Instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import { judge, type LaidWindows, layWindows, spanToNow } from "#lib/verdicts/judge.ts";
import { ownerIndex } from "#lib/verdicts/placement.ts";
import { hourOf } from "#lib/verdicts/rollup.ts";
import { isBad } from "#lib/verdicts/verdict.ts";
import { asCheckIn } from "./derive-anew.ts";
import { stateAfter } from "./settle.ts";
import { isRolling, loadSubjects, type Subject } from "./subjects.ts";

export interface Live {
  readonly subject: Subject;
  readonly rolling: boolean;
  seq: number;
  /** Windows from here on are judged. */
  from: Instant;
  rollingOpenedAt: Instant | null;
  readonly ledger: Ledger;
  /** In the order of `compareRuns`. */
  runs: Run[];
  /** No check-in that was read is later. */
  lastAt: Instant;
  nextDeadline: Instant | null;
  /** The windows that were judged last, and from where to where they reach. */
  laid: { readonly from: Instant; readonly to: Instant; readonly windows: LaidWindows } | null;
  /** So many runs are remembered before those that matter no more are looked for. */
  trimAt: number;
}

/** Runs remembered before those that matter no more are dropped. */
const TRIM_AT = 12;
/** The newest runs are kept whatever they are: a later check-in may speak of them, or be placed by them. */
const NEWEST_KEPT = 4;
const RIDS_AT_MOST = 1_000;

/** Ready for the quick way: nothing of it is bad, and no incident is open. Others are left out. */
export async function loadLives(sql: Sql, scheduleIds: readonly string[], now: Instant): Promise<Map<string, Live>> {
  const lives = new Map<string, Live>();
  // One that is broken goes the whole way, and is set aside there.
  const subjects = await loadSubjects(sql, scheduleIds, { now });
  const wanted = [...subjects.values()].map((subject) => ({ scheduleId: subject.facts.id, from: subject.from }));
  const known = await loadKnown(sql, wanted);
  const lastAt = await lastCheckIns(sql, scheduleIds);
  for (const subject of subjects.values()) {
    const { facts, from } = subject;
    const incident = known.get(facts.id);
    const calm =
      incident && !incident.incident && !incident.badWindows.some((row) => row.bad && row.expectedAt >= from);
    if (!calm || facts.history.archivedAt != null || facts.state.setAside || facts.resumesOnCheckIn) continue;
    // A run may confirm an acceleration: the whole way tells of it.
    if (versionAt(facts.history, now)?.acceleration) continue;
    const ledger = emptyLedger();
    const runs: Run[] = [...subject.runs].sort(compareRuns);
    for (const run of runs) {
      if (run.finishedAt === null) ledger.open.push(run);
      if (run.rid !== null) ledger.byRid.set(run.rid, run);
      else if (!run.hasStart) ledger.lone.push(run);
    }
    lives.set(facts.id, {
      subject,
      rolling: isRolling(facts),
      seq: facts.state.seq,
      from,
      rollingOpenedAt: subject.rollingOpenedAt,
      ledger,
      runs,
      lastAt: lastAt.get(facts.id) ?? facts.history.createdAt,
      nextDeadline: facts.state.nextDeadline,
      laid: null,
      trimAt: TRIM_AT,
    });
  }
  return lives;
}

/** What one schedule's check-ins of a batch come to, when they can go the quick way. */
export interface Quick {
  readonly state: NextState;
  readonly placed: readonly Placed[];
  readonly runs: readonly RunToStore[];
}

/** False when the run is one that is no longer remembered. */
function placeRun(live: Live, kind: "began" | "changed", run: Run): boolean {
  const { runs } = live;
  if (kind === "began") {
    runs.push(run);
    if ((runs[runs.length - 2]?.startedAt ?? 0) >= run.startedAt) runs.sort(compareRuns);
    return true;
  }
  for (let i = runs.length - 1; i >= 0; i--) {
    if (runs[i]?.id !== run.id) continue;
    runs[i] = run;
    // Its end may have changed its place among runs of the same start.
    if (runs[i - 1]?.startedAt === run.startedAt || runs[i + 1]?.startedAt === run.startedAt) runs.sort(compareRuns);
    return true;
  }
  return false;
}

/** Whether a check-in comes after all before it, and speaks of no window older than what is remembered. */
function inOrder(live: Live, checkIn: CheckIn): boolean {
  const { ledger } = live;
  if (ledger.last ? compareCheckIns(checkIn, ledger.last) <= 0 : checkIn.at <= live.lastAt) return false;
  return checkIn.window === null || checkIn.window >= live.from;
}

/** From where it is judged to the first window after `now`: as long as that is the same one, it is not looked for. */
function stretchOf(live: Live, now: Instant): Span {
  const { laid, from } = live;
  const next = laid?.windows.windows.at(-1)?.expectedAt;
  const before = laid?.windows.windows.at(-2)?.expectedAt;
  if (laid && laid.from === from && next !== undefined && before !== undefined && before <= now && now < next) {
    return { from, to: laid.to };
  }
  return spanToNow(live.subject.facts.history, now, from);
}

/** The windows of the stretch: mostly the same as for the check-in before. */
function windowsOf(live: Live, { from, to }: Span): LaidWindows {
  if (live.laid?.from !== from || live.laid.to !== to) {
    live.laid = { from, to, windows: layWindows(live.subject.facts.history, { from, to }) };
  }
  return live.laid.windows;
}

/**
 * Whether a run only counts: its end is its only word, and one before it and one after it belong to the same window. It
 * decides neither punctuality nor outcome, is never one of a double fire, and no later run is placed by it; a check-in
 * that speaks of it after all goes the whole way.
 */
function isBetween(live: Live, before: Run | undefined, run: Run, after: Run | undefined): boolean {
  if (!before || !after || live.rolling || run.hasStart || run.rid !== null || run.namedWindow !== null) return false;
  if (run.finishedAt === null) return false;
  const windows = live.laid?.windows.windows ?? [];
  const owner = ownerIndex(windows, run.startedAt);
  return ownerIndex(windows, before.startedAt) === owner && ownerIndex(windows, after.startedAt) === owner;
}

/** Whether the window that a run may belong to is among those that are judged: one that ends late may be of an older. */
function isJudged(live: Live, run: Run, stretch: Span): boolean {
  if (live.rolling) return live.rollingOpenedAt === null || run.startedAt > live.rollingOpenedAt;
  if (run.namedWindow !== null && run.namedWindow < live.from) return false;
  const { windows, areFirst } = windowsOf(live, stretch);
  return areFirst || run.startedAt >= (windows[0]?.opensAt ?? live.from);
}

/** Drops what no further check-in or verdict asks for. */
function trim(live: Live, judgedThrough: Instant, now: Instant): void {
  const { history } = live.subject.facts;
  let keepFrom: number;
  if (live.rolling) {
    keepFrom = judgedThrough;
    live.from = judgedThrough;
    live.rollingOpenedAt = judgedThrough > history.createdAt ? judgedThrough : null;
  } else {
    const owner = windowOwning(history, earliest(judgedThrough, now));
    if (!owner) return;
    live.from = earliest(owner.expectedAt, judgedThrough);
    keepFrom = earliest(owner.opensAt, live.from);
  }
  const { runs } = live;
  live.runs = runs.filter(
    (run, i) =>
      (run.startedAt >= keepFrom || run.finishedAt === null) &&
      (i >= runs.length - NEWEST_KEPT || !isBetween(live, runs[i - 1], run, runs[i + 1])),
  );
  live.trimAt = Math.max(TRIM_AT, live.runs.length * 2);
  if (live.ledger.byRid.size > RIDS_AT_MOST) {
    live.ledger.byRid.clear();
    for (const run of live.runs) if (run.rid !== null) live.ledger.byRid.set(run.rid, run);
  }
}

/**
 * Applies a schedule's check-ins of a batch, in order, and judges; `null` when they cannot go the quick way: one is out
 * of order, or a window is bad. The copy is then spoilt, and has to be dropped.
 */
export function applyQuickly(live: Live, batch: readonly Incoming[], now: Instant): Quick | null {
  const { subject } = live;
  const { facts } = subject;
  const { history } = facts;
  const limit = (startedAt: Instant) => maximumRuntime(history, startedAt);
  const placed: Placed[] = [];
  const changed = new Map<string, { run: Run; isNew: boolean; bytes: number; by: Incoming }>();
  let lastRunAt: Instant | null = null;
  for (const incoming of batch) {
    const checkIn = asCheckIn(incoming);
    if (!inOrder(live, checkIn)) return null;
    const { kind, run } = applyCheckIn(live.ledger, checkIn, limit);
    live.lastAt = incoming.at;
    placed.push({ incoming, runId: run?.id ?? null });
    if (!run) continue;
    if (kind === "began") lastRunAt = run.startedAt;
    if ((kind === "began" || kind === "changed") && !placeRun(live, kind, run)) return null;
    if (kind === "log" && incoming.bodyBytes === 0) continue;
    const before = changed.get(run.id);
    const isNew = kind === "began" || before?.isNew === true;
    changed.set(run.id, { run, isNew, bytes: (before?.bytes ?? 0) + incoming.bodyBytes, by: incoming });
  }
  const stretch = stretchOf(live, now);
  for (const { run } of changed.values()) if (!isJudged(live, run, stretch)) return null;
  const judged = judge({
    history,
    runs: live.runs,
    attempts: subject.attempts,
    decisions: subject.decisions,
    historyCovers: subject.historyCovers,
    excuses: subject.excuses,
    blindSpans: subject.blindSpans,
    now,
    span: stretch,
    ...(live.rollingOpenedAt === null
      ? {}
      : { rollingOpenedAt: live.rollingOpenedAt, runsFrom: live.subject.runsFrom }),
    ...(live.rolling ? {} : { laid: windowsOf(live, stretch) }),
  });
  const hour = hourOf(now);
  for (const window of judged.windows) {
    if (isBad(window, facts.alsoBad)) return null;
    // What a new run makes of a window that roll-ups may have counted already has to be counted anew.
    if (window.expectedAt < hour && window.runs.some((run) => changed.get(run.id)?.isNew)) return null;
  }
  const next = stateAfter(subject, judged, now);
  const state: NextState = { ...next, seq: live.seq, lastRunAt };
  if (judged.windows.length > 3 || live.runs.length > live.trimAt) trim(live, next.judgedThrough, now);
  return {
    state,
    placed,
    runs: [...changed.values()].map(({ run, isNew, bytes, by }) => ({
      scheduleId: facts.id,
      run,
      isNew,
      addedLogBytes: bytes,
      closedBy: null,
      remoteAddress: by.remoteAddress,
      userAgent: by.userAgent,
      source: by.source ?? "ping",
      manual: false,
    })),
  };
}
