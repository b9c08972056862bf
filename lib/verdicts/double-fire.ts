import type { Run } from "#lib/evidence/run.ts";

/** Whether two runs are not known to be one: another `rid`, or none and two start check-ins (domain.md). */
function twoForSure(a: Run, b: Run): boolean {
  if (a.rid !== null && b.rid !== null) return a.rid !== b.rid;
  return (a.rid !== null || a.hasStart) && (b.rid !== null || b.hasStart);
}

const failedBefore = (run: Run, at: number): boolean =>
  run.outcome === "fail" && run.finishedAt !== null && run.finishedAt <= at;

/**
 * Whether a window's runs are a double fire: two that are not known to be one overlap, or start within the early
 * tolerance of each other while the earlier had not failed; or the same execution id twice (domain.md).
 * @param runs in the order of `compareRuns`
 * @param early ms
 */
export function isDoubleFire(runs: readonly Run[], early: number): boolean {
  if (runs.length < 2) return false;
  const executions = new Set<string>();
  // Of a run that only reports its end without a rid nothing can be said: it is never one of two.
  const told: Run[] = [];
  for (const run of runs) {
    if (run.executionId !== null) {
      if (executions.has(run.executionId)) return true;
      executions.add(run.executionId);
    }
    if (run.rid !== null || run.hasStart) told.push(run);
  }
  for (let j = 1; j < told.length; j++) {
    const later = told[j];
    if (!later) continue;
    for (let i = j - 1; i >= 0; i--) {
      const earlier = told[i];
      if (!earlier || !twoForSure(earlier, later)) continue;
      const overlap = earlier.finishedAt === null || earlier.finishedAt > later.startedAt;
      const near = later.startedAt - earlier.startedAt <= early && !failedBefore(earlier, later.startedAt);
      if (overlap || near) return true;
    }
  }
  return false;
}
