import type { Instant } from "#lib/time/instant.ts";

/** That the scheduler fired, as its own history or Rollcall's dispatcher tells it (rung 1). */
export interface Attempt {
  readonly id: string;
  readonly at: Instant;
  /** The expected time that it names, where the platform tells it. */
  readonly scheduledFor: Instant | null;
  readonly outcome: "answered" | "refused" | "no_answer" | "answer_unknown";
  /** HTTP status of the answer; `null` where there was none or the platform keeps it to itself. */
  readonly status: number | null;
  /** Of one that Rollcall sent and whose answer is not there: no later than this it is, or will not be known. */
  readonly pendingUntil?: Instant | null;
}

/** An attempt as it is kept and shown. */
export interface StoredAttempt extends Attempt {
  readonly latencyMs: number | null;
  /** Why there was no answer, in a few words; never a secret. */
  readonly error: string | null;
  /** `dispatcher`, or the driver whose history told it. */
  readonly source: string;
  /** The beginning of a refusal's body, without secrets. */
  readonly excerpt?: string | null;
}

/** Whether its answer may still come. */
export const isPending = (attempt: Attempt, now: Instant): boolean =>
  attempt.outcome === "answer_unknown" && attempt.pendingUntil != null && now <= attempt.pendingUntil;

/** Answered well: an answer, and no status that says error. */
export const answeredWell = (attempt: Attempt): boolean =>
  attempt.outcome === "answered" && (attempt.status === null || (attempt.status >= 200 && attempt.status < 300));
