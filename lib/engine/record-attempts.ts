/**
 * Takes attempts into the database: that schedulers fired, as their histories or Rollcall's dispatcher tell it.
 *
 * 1. Store, each id once. 2. Raise the states (`heard.ts`). In the transaction of the caller, which judges at its end: a
 * crash leaves nothing, and the driver reads its history again.
 */
import type { Sql } from "#lib/db/sql.ts";
import type { StoredAttempt } from "#lib/evidence/attempt.ts";
import { insertAttempts } from "#lib/evidence/attempt-store.ts";
import type { Instant } from "#lib/time/instant.ts";
import { raiseWords, type Word } from "./heard.ts";

export type AttemptOf = StoredAttempt & { readonly scheduleId: string };

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
  await raiseWords(tx, words, { now, historyOf: () => undefined });
  return words;
}
