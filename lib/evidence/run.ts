import { DAY, type Instant, type Millis, millis } from "#lib/time/instant.ts";
import { type CheckIn, compareCheckIns } from "./check-in.ts";

/** The application's own record of one execution, derived from its check-ins (domain.md, Run and check-in). */
export interface Run {
  /** The id of the check-in that began it. */
  readonly id: string;
  readonly rid: string | null;
  readonly startedAt: Instant;
  readonly finishedAt: Instant | null;
  readonly outcome: "running" | "success" | "fail";
  readonly exitStatus: number | null;
  /** Whether a start check-in came; without one the run's only word is its end. */
  readonly hasStart: boolean;
  readonly namedWindow: Instant | null;
  readonly executionId: string | null;
  /** Whether a person closed it. */
  readonly closed: boolean;
}

/** A start at most this long after a finish that found none belongs to it (domain.md, Run and check-in). */
export const START_AFTER_FINISH = millis(2_000);
/** How long an unfinished run without `rid` waits for a finish once it is past its limit (domain.md). */
const LATE_FINISH = DAY;

/** The maximum run time of a run that starts at that moment. */
export type Limit = (startedAt: Instant) => Millis;

/**
 * The runs of one schedule while check-ins are applied in order. What a run needs to be told apart from others stays
 * here: open runs, the newest run of each `rid`, and finishes that found no start.
 */
export interface Ledger {
  /** Runs not yet finished, oldest first. */
  readonly open: Run[];
  readonly byRid: Map<string, Run>;
  /** The newest finishes without start and without `rid`, oldest first; only the last 2 s matter. */
  readonly lone: Run[];
  /** The last check-in that was applied: an older one needs a new derivation. */
  last: CheckIn | null;
}

export const emptyLedger = (): Ledger => ({ open: [], byRid: new Map(), lone: [], last: null });

/** What one check-in did: the run that it began or changed, as it is now; or the run whose log it is; or nothing. */
export type Applied =
  | { readonly kind: "began" | "changed" | "log"; readonly run: Run }
  | { readonly kind: "unattached"; readonly run: null };

const begin = (checkIn: CheckIn): Run => ({
  id: checkIn.id,
  rid: checkIn.rid,
  startedAt: checkIn.at,
  finishedAt: checkIn.kind === "start" ? null : checkIn.at,
  outcome: checkIn.kind === "start" ? "running" : checkIn.kind === "success" ? "success" : "fail",
  exitStatus: checkIn.exitStatus,
  hasStart: checkIn.kind === "start",
  namedWindow: checkIn.window,
  executionId: checkIn.executionId ?? null,
  closed: false,
});

function replace(ledger: Ledger, before: Run, after: Run): void {
  const at = ledger.open.indexOf(before);
  if (at >= 0) {
    if (after.finishedAt === null) ledger.open[at] = after;
    else ledger.open.splice(at, 1);
  }
  if (after.rid !== null && ledger.byRid.get(after.rid) === before) ledger.byRid.set(after.rid, after);
  const lone = ledger.lone.indexOf(before);
  if (lone >= 0) {
    if (after.hasStart) ledger.lone.splice(lone, 1);
    else ledger.lone[lone] = after;
  }
}

/** Takes what a further check-in of the run says of it: the first that names a window, or an execution, decides. */
const withNames = (run: Run, checkIn: CheckIn): Run => {
  const namedWindow = run.namedWindow ?? checkIn.window;
  const executionId = run.executionId ?? checkIn.executionId ?? null;
  return namedWindow === run.namedWindow && executionId === run.executionId
    ? run
    : { ...run, namedWindow, executionId };
};

function log(ledger: Ledger, run: Run | undefined, checkIn: CheckIn): Applied {
  if (!run) return { kind: "unattached", run: null };
  const named = withNames(run, checkIn);
  if (named === run) return { kind: "log", run };
  replace(ledger, run, named);
  return { kind: "changed", run: named };
}

function start(ledger: Ledger, checkIn: CheckIn): Applied {
  const known = checkIn.rid === null ? ledger.lone.at(-1) : ledger.byRid.get(checkIn.rid);
  if (known?.finishedAt === null) return log(ledger, known, checkIn);
  if (known && !known.hasStart && !known.closed && checkIn.at - known.startedAt <= START_AFTER_FINISH) {
    const run = withNames({ ...known, hasStart: true }, checkIn);
    replace(ledger, known, run);
    return { kind: "changed", run };
  }
  const run = begin(checkIn);
  ledger.open.push(run);
  if (run.rid !== null) ledger.byRid.set(run.rid, run);
  return { kind: "began", run };
}

/** The newest unfinished run without `rid` within its limit, else the newest one of the last 24 h (it ended late). */
function openWithoutRid(ledger: Ledger, at: Instant, limit: Limit): Run | undefined {
  let late: Run | undefined;
  for (let i = ledger.open.length - 1; i >= 0; i--) {
    const run = ledger.open[i];
    if (!run || run.rid !== null) continue;
    const age = at - run.startedAt;
    if (age <= limit(run.startedAt)) return run;
    if (!late && age <= LATE_FINISH) late = run;
  }
  return late;
}

function finish(ledger: Ledger, checkIn: CheckIn, limit: Limit): Applied {
  const known = checkIn.rid === null ? openWithoutRid(ledger, checkIn.at, limit) : ledger.byRid.get(checkIn.rid);
  if (known && known.finishedAt !== null) return log(ledger, known, checkIn);
  if (known) {
    const ended: Run = {
      ...known,
      finishedAt: checkIn.at,
      outcome: checkIn.kind === "success" ? "success" : "fail",
      exitStatus: checkIn.exitStatus,
    };
    const run = withNames(ended, checkIn);
    replace(ledger, known, run);
    return { kind: "changed", run };
  }
  const run = begin(checkIn);
  if (run.rid !== null) ledger.byRid.set(run.rid, run);
  else {
    while (ledger.lone[0] && checkIn.at - ledger.lone[0].startedAt > START_AFTER_FINISH) ledger.lone.shift();
    ledger.lone.push(run);
  }
  return { kind: "began", run };
}

function close(ledger: Ledger, checkIn: CheckIn): Applied {
  const known = ledger.open.find((run) => run.id === checkIn.closes);
  if (!known) return { kind: "unattached", run: null };
  const run: Run = { ...known, finishedAt: checkIn.at, outcome: "fail", closed: true };
  replace(ledger, known, run);
  return { kind: "changed", run };
}

/** Applies one check-in that comes after all applied before (see `compareCheckIns`); changes the ledger in place. */
export function applyCheckIn(ledger: Ledger, checkIn: CheckIn, limit: Limit): Applied {
  ledger.last = checkIn;
  switch (checkIn.kind) {
    case "start":
      return start(ledger, checkIn);
    case "success":
    case "fail":
      return finish(ledger, checkIn, limit);
    case "log": {
      const run = checkIn.rid === null ? openWithoutRid(ledger, checkIn.at, limit) : ledger.byRid.get(checkIn.rid);
      return log(ledger, run, checkIn);
    }
    case "close":
      return close(ledger, checkIn);
  }
}

/** Order of runs: by start, then by end (none being the latest), success before fail, then by id. */
export function compareRuns(a: Run, b: Run): number {
  if (a.startedAt !== b.startedAt) return a.startedAt - b.startedAt;
  const [endA, endB] = [a.finishedAt ?? Number.POSITIVE_INFINITY, b.finishedAt ?? Number.POSITIVE_INFINITY];
  if (endA !== endB) return endA < endB ? -1 : 1;
  if (a.outcome !== b.outcome) return a.outcome === "fail" ? 1 : -1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

export interface Derived {
  /** In the order of `compareRuns`. */
  readonly runs: Run[];
  /** For each check-in id, the run that it belongs to. */
  readonly runOf: ReadonlyMap<string, string>;
  readonly ledger: Ledger;
}

/**
 * Derives the runs of one schedule from its check-ins, whatever their order of arrival.
 * @param from where to go on: runs known before the first of these check-ins (default: none)
 */
export function deriveRuns(checkIns: readonly CheckIn[], limit: Limit, from?: Ledger): Derived {
  const ledger = from ?? emptyLedger();
  const runs = new Map<string, Run>();
  const runOf = new Map<string, string>();
  for (const checkIn of [...checkIns].sort(compareCheckIns)) {
    const applied = applyCheckIn(ledger, checkIn, limit);
    if (!applied.run) continue;
    runOf.set(checkIn.id, applied.run.id);
    runs.set(applied.run.id, applied.run);
  }
  return { runs: [...runs.values()].sort(compareRuns), runOf, ledger };
}
