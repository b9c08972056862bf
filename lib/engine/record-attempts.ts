/**
 * Takes attempts into the database: that schedulers fired, as their histories or Rollcall's dispatcher tell it.
 *
 * 1. Store, each id once. 2. Raise the states, and judge those for which it changes something now (`heard.ts`).
 * One transaction: a crash leaves nothing, and the driver reads its history again.
 */
import type pg from "pg";
import type { Sql } from "#lib/db/sql.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import type { StoredAttempt } from "#lib/evidence/attempt.ts";
import { insertAttempts } from "#lib/evidence/attempt-store.ts";
import type { Instant } from "#lib/time/instant.ts";
import { judgeHeard, raiseWords, type Word } from "./heard.ts";

export type AttemptOf = StoredAttempt & { readonly scheduleId: string };

const unknownHistory = (now: Instant) => ({ now, historyOf: () => undefined });

/**
 * Stores without judging, for a caller that has runs to store as well: one after the other, a window would be missing
 * for a moment. Answers what to judge by (`judgeHeard`).
 */
export async function storeAttemptsIn(tx: Sql, attempts: readonly AttemptOf[], now: Instant): Promise<readonly Word[]> {
  const fresh = await insertAttempts(tx, attempts);
  const words = attempts.flatMap((one): Word[] =>
    fresh.has(one.id.toLowerCase())
      ? [{ scheduleId: one.scheduleId, at: one.at, window: one.scheduledFor, kind: "attempted" }]
      : [],
  );
  await raiseWords(tx, words, unknownHistory(now));
  return words;
}

/** In the caller's transaction; answers how many were new. */
export async function recordAttemptsIn(tx: Sql, attempts: readonly AttemptOf[], now: Instant): Promise<number> {
  const words = await storeAttemptsIn(tx, attempts, now);
  await judgeHeard(tx, words, unknownHistory(now));
  return words.length;
}

export const recordAttempts = (pool: pg.Pool, attempts: readonly AttemptOf[], now: Instant): Promise<number> =>
  inSqlTransaction(pool, (tx) => recordAttemptsIn(tx, attempts, now));
