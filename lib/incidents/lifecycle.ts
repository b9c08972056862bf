import type { Instant } from "#lib/time/instant.ts";
import { type AlsoBad, type Cause, isBad, isGood, type JudgedWindow, type Verdict } from "#lib/verdicts/verdict.ts";

/** Why an incident is open: the cause of its newest missing window, or what else is bad about its newest bad one. */
export type IncidentCause = Cause | "failed" | "overrun" | "late" | "double_fire";
export const CAUSES = [
  ...["rejected", "lost", "unreached", "not_fired", "silent", "failed", "overrun", "late", "double_fire"],
] as const satisfies readonly IncidentCause[];

/** What a schedule says now about its incidents (domain.md, Schedule: read as they stand now). */
export interface Policy {
  readonly missThreshold: number;
  readonly recoverThreshold: number;
  readonly alsoBad: readonly AlsoBad[];
}

/** A window that counts, or counted, as bad: what is stored of it. */
export interface BadWindow {
  readonly expectedAt: Instant;
  readonly verdict: Verdict;
  readonly cause: Cause | null;
  readonly reason: string | null;
  readonly doubleFire: boolean;
  readonly weight: number;
  /** False once it was healed; it stays in the list of its incident. */
  readonly bad: boolean;
  /** When it became bad by the rule. */
  readonly since: Instant;
  /** When it was judged bad. */
  readonly turnedAt: Instant;
  readonly incidentId: string | null;
}

/** The open incident of a schedule, as far as its windows move it. */
export interface OpenIncident {
  readonly id: string;
  readonly openedAt: Instant;
  readonly state: "open" | "acknowledged";
  readonly cause: IncidentCause | null;
  readonly reason: string | null;
  readonly diagnosis: string | null;
  /** Whether it has said that it waits for the scheduler itself to be admitted. */
  readonly waiting: boolean;
  /** Good windows, later than every bad one it lists, that turned good since it opened. */
  readonly recovering: readonly Instant[];
  /** Windows that were good already when it opened: they do not recover it. */
  readonly goodBefore: readonly Instant[];
}

export interface Known {
  readonly policy: Policy;
  readonly incident: OpenIncident | null;
  /** The bad windows of the open incident, and those of no incident that may stand in a row with new ones. */
  readonly badWindows: readonly BadWindow[];
  /** When the last incident was resolved: only windows that turned later count. */
  readonly resolvedAt: Instant | null;
  /** Whether the scheduler itself was admitted after a moment; asked only for a cause `rejected`. */
  readonly admittedSince: (at: Instant) => boolean;
}

export type Step =
  | {
      readonly kind: "opened";
      readonly windows: readonly Instant[];
      readonly since: Instant;
      readonly goodBefore: readonly Instant[];
    }
  | { readonly kind: "worsened"; readonly windows: readonly Instant[] }
  | { readonly kind: "new_cause"; readonly from: IncidentCause | null }
  /** What a probe found completes its cause, which is no new one. */
  | { readonly kind: "found" }
  | { readonly kind: "waits_for_scheduler" }
  | { readonly kind: "resolved"; readonly because: "recovered" | "healed" };

export interface Outcome {
  /** Rows to write: new, changed or healed. */
  readonly badWindows: readonly BadWindow[];
  readonly steps: readonly Step[];
  readonly cause: IncidentCause | null;
  readonly reason: string | null;
  readonly diagnosis: string | null;
  readonly recovering: readonly Instant[];
}

const differs = (a: BadWindow, b: BadWindow): boolean =>
  a.bad !== b.bad ||
  a.verdict !== b.verdict ||
  a.cause !== b.cause ||
  a.reason !== b.reason ||
  a.weight !== b.weight ||
  a.doubleFire !== b.doubleFire ||
  a.incidentId !== b.incidentId;

/**
 * The row of a window as judged now. One that stays bad keeps the moment at which it turned; one that turns anew, or
 * counts once more, after its incident was resolved no longer belongs to that.
 */
function rowOf(
  window: JudgedWindow,
  before: BadWindow | undefined,
  by: { now: Instant; open: string | null },
): BadWindow {
  const stays = before?.bad === true && (window.weight === before.weight || before.incidentId === by.open);
  return {
    expectedAt: window.expectedAt,
    verdict: window.verdict,
    cause: window.cause,
    reason: window.reason,
    doubleFire: window.doubleFire,
    weight: window.weight,
    bad: true,
    since: stays ? before.since : window.since,
    turnedAt: stays ? before.turnedAt : by.now,
    incidentId: stays || before?.incidentId === by.open ? (before?.incidentId ?? null) : null,
  };
}

/** A step in a row, by `expectedAt`: what counts there, bad (with its weight) or good. */
interface Stone {
  readonly at: Instant;
  readonly bad: BadWindow | null;
}

/**
 * The row of bad windows in which a window stands: bad ones around it, with nothing good between; running, excused and
 * blind windows neither count nor break a row (domain.md, Incident).
 */
function rowAround(stones: readonly Stone[], at: Instant): BadWindow[] {
  const middle = stones.findIndex((stone) => stone.at === at);
  const row: BadWindow[] = [];
  for (let i = middle; i >= 0; i--) {
    const bad = stones[i]?.bad;
    if (!bad) break;
    row.unshift(bad);
  }
  for (let i = middle + 1; i < stones.length; i++) {
    const bad = stones[i]?.bad;
    if (!bad) break;
    row.push(bad);
  }
  return row;
}

const weightOf = (row: readonly BadWindow[]): number => row.reduce((sum, window) => sum + window.weight, 0);

/**
 * What the verdicts of a schedule do to its incident (domain.md, Incident). Pure; the caller stores what it answers in
 * the transaction of the evidence.
 * @param judged the windows judged anew, ascending; every window that may have turned is among them
 * @param span where they were judged: a stored bad window in it that is not among them no longer exists
 */
export function follow(
  known: Known,
  judged: readonly JudgedWindow[],
  at: { readonly now: Instant; readonly from: Instant },
): Outcome {
  const { policy, incident } = known;
  const rows = new Map(known.badWindows.map((row) => [row.expectedAt, row]));
  const written = new Map<Instant, BadWindow>();
  const put = (row: BadWindow): void => {
    const before = rows.get(row.expectedAt);
    rows.set(row.expectedAt, row);
    if (!before || differs(before, row)) written.set(row.expectedAt, row);
  };
  const good: Instant[] = [];
  const seen = new Set<Instant>();
  const turnedBad: Instant[] = [];
  for (const window of judged) {
    seen.add(window.expectedAt);
    const before = rows.get(window.expectedAt);
    if (isBad(window, policy.alsoBad)) {
      const row = rowOf(window, before, { now: at.now, open: incident?.id ?? null });
      const heavier = before?.bad === true && row.weight > before.weight;
      if (before?.bad !== true || heavier) turnedBad.push(window.expectedAt);
      put(row);
      continue;
    }
    // A retry under way heals nothing yet: from bad, only good or an excuse is a turn.
    if (before?.bad && window.verdict === "running") continue;
    if (before?.bad) put({ ...before, bad: false, verdict: window.verdict, cause: null, reason: null });
    if (isGood(window, policy.alsoBad)) good.push(window.expectedAt);
  }
  for (const row of known.badWindows) {
    if (row.bad && row.expectedAt >= at.from && !seen.has(row.expectedAt))
      put({ ...row, bad: false, cause: null, reason: null });
  }

  const done = (steps: readonly Step[], rest: Partial<Outcome> = {}): Outcome => ({
    badWindows: [...written.values()],
    steps,
    cause: incident?.cause ?? null,
    reason: incident?.reason ?? null,
    diagnosis: incident?.diagnosis ?? null,
    recovering: incident?.recovering ?? [],
    ...rest,
  });

  const counts = (row: BadWindow): boolean =>
    row.bad && row.incidentId === null && (known.resolvedAt === null || row.turnedAt > known.resolvedAt);

  if (!incident) {
    const stones: Stone[] = good.map((moment) => ({ at: moment, bad: null }));
    for (const row of rows.values()) if (counts(row)) stones.push({ at: row.expectedAt, bad: row });
    stones.sort((a, b) => a.at - b.at);
    for (const moment of turnedBad) {
      const row = rows.get(moment);
      if (!row || !counts(row)) continue;
      const standing = rowAround(stones, moment);
      if (weightOf(standing) < policy.missThreshold) continue;
      const first = standing[0];
      const last = standing[standing.length - 1];
      if (!first || !last) continue;
      // It lists that row and every later bad one.
      const listed = [
        ...standing,
        ...[...rows.values()].filter((other) => counts(other) && other.expectedAt > last.expectedAt),
      ];
      const newest = listed.reduce((a, b) => (b.expectedAt > a.expectedAt ? b : a));
      return done(
        [
          {
            kind: "opened",
            windows: listed.map((window) => window.expectedAt),
            since: Math.min(...listed.map((window) => window.since)) as Instant,
            goodBefore: good.filter((other) => other > first.expectedAt),
          },
        ],
        causeFrom(newest, judged),
      );
    }
    return done([]);
  }

  const listedBefore = [...rows.values()].filter((row) => row.incidentId === incident.id);
  const firstListed = Math.min(...listedBefore.map((row) => row.expectedAt));
  const joined: Instant[] = [];
  for (const row of [...rows.values()]) {
    if (row.expectedAt <= firstListed || !counts(row)) continue;
    put({ ...row, incidentId: incident.id });
    joined.push(row.expectedAt);
  }
  const again = turnedBad.filter((moment) => rows.get(moment)?.incidentId === incident.id && !joined.includes(moment));
  const worse = [...joined, ...again].sort((a, b) => a - b);
  const steps: Step[] = worse.length > 0 ? [{ kind: "worsened", windows: worse }] : [];
  const stillBad = [...rows.values()].filter((row) => row.incidentId === incident.id && row.bad);
  const newest = stillBad.reduce<BadWindow | null>((a, b) => (a && a.expectedAt > b.expectedAt ? a : b), null);
  const told = newest ? causeFrom(newest, judged, incident) : null;
  if (told && told.cause !== incident.cause) steps.push({ kind: "new_cause", from: incident.cause });
  const completed = told?.cause === "silent" && incident.cause === "silent" && told.diagnosis !== incident.diagnosis;
  if (completed && told.diagnosis !== null) steps.push({ kind: "found" });
  const lastBad = newest?.expectedAt ?? Number.NEGATIVE_INFINITY;
  const stayedGood = incident.recovering.filter((moment) => !seen.has(moment));
  const turnedGood = good.filter((moment) => !incident.goodBefore.includes(moment));
  const recovering = [...new Set([...stayedGood, ...turnedGood])].filter((at_) => at_ > lastBad).sort((a, b) => a - b);
  const rest = { ...(told ?? {}), recovering };
  const because = newest === null ? "healed" : recovering.length >= policy.recoverThreshold ? "recovered" : null;
  if (because === null) return done(steps, rest);
  const cause = told?.cause ?? incident.cause;
  // Of the refused window itself there is no admission, or its cause were another: one after it is a later word.
  const lastListed = [...rows.values()].reduce<Instant | null>(
    (last, row) => (row.incidentId === incident.id && row.expectedAt > (last ?? 0) ? row.expectedAt : last),
    null,
  );
  if (cause === "rejected" && !known.admittedSince(lastListed ?? incident.openedAt)) {
    return done(incident.waiting ? steps : [...steps, { kind: "waits_for_scheduler" }], rest);
  }
  return done([...steps, { kind: "resolved", because }], rest);
}

function causeOfRow(row: BadWindow): IncidentCause {
  if (row.cause !== null) return row.cause;
  if (row.verdict === "failed" || row.verdict === "overrun") return row.verdict;
  return row.doubleFire ? "double_fire" : "late";
}

/** The cause that an incident names: that of its newest bad window. Where that was not judged anew, what it said stays. */
function causeFrom(
  row: BadWindow,
  judged: readonly JudgedWindow[],
  incident: OpenIncident | null = null,
): { readonly cause: IncidentCause; readonly reason: string | null; readonly diagnosis: string | null } {
  const window = judged.find((other) => other.expectedAt === row.expectedAt);
  const cause = causeOfRow(row);
  const same = incident?.cause === cause && incident.reason === row.reason;
  // Until the route of the newest silent window was asked too, what was found last stands.
  const silent = cause === "silent" && incident?.cause === "silent";
  const unasked = silent && (window?.diagnosis ?? null) === null;
  if (unasked) return { cause, reason: incident.reason, diagnosis: incident.diagnosis };
  const diagnosis = window ? window.diagnosis : same ? incident.diagnosis : null;
  return { cause, reason: row.reason, diagnosis };
}
