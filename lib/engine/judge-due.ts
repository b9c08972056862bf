/**
 * Judges the schedules whose deadline has passed.
 *
 * 1. Claim some of them (SKIP LOCKED): another engine takes others.
 * 2. Judge, follow and store them in the same transaction (`judge-now.ts`).
 * A crash before the commit releases the claim and leaves nothing; after it, everything is stored.
 */
import type pg from "pg";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { claimDue, takeUpAgain } from "#lib/schedules/state-store.ts";
import type { Instant } from "#lib/time/instant.ts";
import { judgeNow } from "./judge-now.ts";

export interface JudgedDue {
  readonly judged: number;
  readonly opened: number;
  readonly resolved: number;
}

/** @param atMost schedules in one transaction: as many as are judged well within a second */
export function judgeDue(pool: pg.Pool, asked: { readonly now: Instant; readonly atMost: number }): Promise<JudgedDue> {
  return inSqlTransaction(pool, async (sql) => {
    const ids = await claimDue(sql, asked);
    if (ids.length === 0) return { judged: 0, opened: 0, resolved: 0 };
    const { opened, resolved } = await judgeNow(sql, ids, { now: asked.now });
    return { judged: ids.length, opened, resolved };
  });
}

/** At a start: what was set aside is tried once more. */
export const judgeAsideAgain = (pool: pg.Pool, now: Instant): Promise<void> => takeUpAgain(sqlOf(pool), now);
