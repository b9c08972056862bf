/** How things look when they leave Rollcall (api.md, Shapes): times in RFC 3339, lengths in seconds. */
import type { StoredDecision } from "#lib/boundary/decision.ts";
import type { StoredAttempt } from "#lib/evidence/attempt.ts";
import type { StoredRun } from "#lib/evidence/store.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";
import type { JudgedWindow } from "#lib/verdicts/verdict.ts";

export const time = (at: Instant | null): string | null => (at === null ? null : toRfc3339(at));

/** Where a run belongs, as judging found it. */
export interface Place {
  readonly windowExpectedAt: Instant | null;
  readonly windowNamed: "matched" | "not_matched" | null;
  readonly unscheduled: boolean;
  readonly doubleFire: boolean;
}

export const runShape = (run: StoredRun, at: Place & { readonly schedule: string }) => ({
  id: run.id,
  rid: run.rid,
  schedule: at.schedule,
  startedAt: toRfc3339(run.startedAt),
  finishedAt: time(run.finishedAt),
  outcome: run.outcome,
  exitStatus: run.exitStatus,
  durationSeconds: run.finishedAt === null ? null : (run.finishedAt - run.startedAt) / 1_000,
  windowExpectedAt: time(at.windowExpectedAt),
  windowNamed: at.windowNamed,
  unscheduled: at.unscheduled,
  doubleFire: at.doubleFire,
  manual: run.manual,
  closed: run.closed,
  logBytes: run.logBytes,
  source: run.source,
  remoteAddress: run.remoteAddress,
  userAgent: run.userAgent,
});
export type RunShape = ReturnType<typeof runShape>;

const attemptShape = (attempt: StoredAttempt) => ({
  id: attempt.id,
  at: toRfc3339(attempt.at),
  scheduledFor: time(attempt.scheduledFor),
  status: attempt.status,
  latencyMs: attempt.latencyMs,
  outcome: attempt.outcome,
  ...(attempt.error === null ? {} : { error: attempt.error }),
  ...(attempt.excerpt == null ? {} : { excerpt: attempt.excerpt }),
  source: attempt.source,
});

/** Present where something is known. */
const known = <Name extends string, Value>(name: Name, value: Value | null): { readonly [K in Name]?: Value } =>
  (value === null ? {} : { [name]: value }) as { readonly [K in Name]?: Value };

export const decisionShape = (decision: StoredDecision) => ({
  id: decision.id,
  at: toRfc3339(decision.at),
  route: decision.route,
  method: decision.method,
  path: decision.path,
  outcome: decision.outcome,
  reason: decision.reason,
  detail: decision.detail,
  via: decision.via,
  ambiguous: decision.ambiguous,
  contractExpected: decision.contractExpected,
  ...known("contractResembled", decision.contractResembled),
  ...known("diagnosis", decision.diagnosis),
  ...known("schedule", decision.schedules[0] ?? null),
  ...(decision.schedules.length > 1 ? { schedules: decision.schedules } : {}),
  ...known("window", time(decision.window)),
  ...known("executionId", decision.executionId),
  presented: decision.presented,
  source: decision.source,
});
export type DecisionShape = ReturnType<typeof decisionShape>;

export const windowShape = (
  window: JudgedWindow,
  around: { readonly runs: readonly RunShape[]; readonly incidentId: string | null; readonly limitAt?: Instant | null },
) => ({
  expectedAt: toRfc3339(window.expectedAt),
  opensAt: toRfc3339(window.opensAt),
  dueBy: toRfc3339(window.dueBy),
  verdict: window.verdict,
  ...(window.cause === null ? {} : { cause: window.cause }),
  ...(window.reason === null ? {} : { reason: window.reason }),
  ...(window.diagnosis === null ? {} : { diagnosis: window.diagnosis }),
  runs: around.runs,
  // What the stores read is stored evidence; judging hands it on as it is.
  attempts: (window.attempts as readonly StoredAttempt[]).map(attemptShape),
  decisions: (window.decisions as readonly StoredDecision[]).map(decisionShape),
  version: window.version.number,
  ...(around.incidentId === null ? {} : { incidentId: around.incidentId }),
  doubleFire: window.doubleFire,
  ...(around.limitAt == null ? {} : { limitAt: toRfc3339(around.limitAt) }),
  ...known("acceleration", window.version.acceleration?.id ?? null),
});
export type WindowShape = ReturnType<typeof windowShape>;
