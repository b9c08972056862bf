import type { Instant } from "#lib/time/instant.ts";

/** `close` is a person's: it ends one hung run as failed (domain.md, Verdict). */
export type CheckInKind = "start" | "log" | "success" | "fail" | "close";

/** What a job said of itself, as far as runs are derived from it. */
export interface CheckIn {
  /** A UUID (version 7); the run that this check-in begins, if it begins one, has the same id. */
  readonly id: string;
  readonly at: Instant;
  readonly kind: CheckInKind;
  readonly rid: string | null;
  readonly exitStatus: number | null;
  /** The expected time that it names, whether or not there is such a window. */
  readonly window: Instant | null;
  /** Only with `close`: the run that it ends. */
  readonly closes?: string | null;
  readonly executionId?: string | null;
}

const RANK: Readonly<Record<CheckInKind, number>> = { start: 0, log: 1, success: 2, fail: 3, close: 4 };

const compareText = (a: string | null, b: string | null): number => {
  if (a === b) return 0;
  if (a === null) return -1;
  if (b === null) return 1;
  return a < b ? -1 : 1;
};

/**
 * The order in which runs are derived: by timestamp; of equal ones a start, then logs, success, fail, then by `rid`
 * (domain.md, Run and check-in). The id settles what that leaves open, so that the order is total.
 */
export function compareCheckIns(a: CheckIn, b: CheckIn): number {
  return a.at - b.at || RANK[a.kind] - RANK[b.kind] || compareText(a.rid, b.rid) || compareText(a.id, b.id);
}
