/** How long things are kept. Pure. */
import { DAY, type Instant, type Millis, millis, minus } from "#lib/time/instant.ts";

/** What is kept for a time, in the order in which a screen shows it. */
export const KINDS = ["runs", "logs", "decisions", "attempts", "rollups", "audit", "messages"] as const;
export type Kind = (typeof KINDS)[number];

/** In whole days; the audit log for ever where it is `null`. */
export type Kept = Readonly<Record<Exclude<Kind, "audit">, number>> & { readonly audit: number | null };

/**
 * The least and the most of each, in days. Evidence may come 7 days late (api.md), and a clock may be wrong by a little:
 * what could still be answered by late words is never dropped.
 */
export const BOUNDS: Readonly<Record<Kind, { readonly least: number; readonly most: number }>> = {
  runs: { least: 8, most: 3_650 },
  logs: { least: 8, most: 3_650 },
  decisions: { least: 8, most: 3_650 },
  attempts: { least: 8, most: 3_650 },
  rollups: { least: 31, most: 36_500 },
  // Who shortens what tells of them should not be able to hide it within the year.
  audit: { least: 365, most: 36_500 },
  messages: { least: 7, most: 3_650 },
};

const ROLLUPS = 731;
const MESSAGES = 30;

/** What was not said follows the runs, and never falls behind them. */
export function withDefaults(given: Partial<Kept>, environment: { readonly retentionDays: number }): Kept {
  const runs = given.runs ?? Math.max(environment.retentionDays, BOUNDS.runs.least);
  return {
    runs,
    logs: given.logs ?? runs,
    decisions: given.decisions ?? runs,
    attempts: given.attempts ?? runs,
    rollups: given.rollups ?? Math.max(ROLLUPS, runs),
    audit: given.audit ?? null,
    messages: given.messages ?? MESSAGES,
  };
}

export interface Wrong {
  readonly kind: Kind;
  readonly message: string;
}

/**
 * What is wrong with it; empty: nothing. The causes of a missing window are decisions and attempts, so these stay at
 * least as long as runs: else a window that was rejected would read as silent once they are gone.
 */
export function wrongWith(kept: Kept): readonly Wrong[] {
  const wrong: Wrong[] = [];
  for (const kind of KINDS) {
    const days = kept[kind];
    const { least, most } = BOUNDS[kind];
    if (days !== null && !(Number.isInteger(days) && days >= least && days <= most)) {
      wrong.push({ kind, message: `must be ${least} to ${most} whole days` });
    }
  }
  if (wrong.length > 0) return wrong;
  if (kept.logs > kept.runs)
    wrong.push({ kind: "logs", message: "must not be kept longer than the runs they belong to" });
  for (const kind of ["decisions", "attempts"] as const) {
    if (kept[kind] < kept.runs) {
      wrong.push({ kind, message: "must be kept at least as long as runs: they say why one is missing" });
    }
  }
  if (kept.rollups < kept.runs) {
    wrong.push({ kind: "rollups", message: "must be kept at least as long as the runs that they count" });
  }
  return wrong;
}

/** Before which moment a kind is forgotten; `null`: nothing is. */
export function forgottenBefore(kept: Kept, kind: Kind, now: Instant): Instant | null {
  const days = kept[kind];
  return days === null ? null : minus(now, daysOf(days));
}

const daysOf = (days: number): Millis => millis(days * DAY);

/** The kinds that are kept for a shorter time than before: a change of them drops something. */
export const shortened = (before: Kept, after: Kept): readonly Kind[] =>
  KINDS.filter((kind) => (after[kind] ?? Number.POSITIVE_INFINITY) < (before[kind] ?? Number.POSITIVE_INFINITY));
