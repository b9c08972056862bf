/**
 * Fires the next window of every plan of making good whose time has come: one after the other, at the plan's pace, and
 * never in a burst, however long nobody was there.
 *
 * 1. Claim plans (SKIP LOCKED). 2. The oldest window that is still bad is stored as a planned firing that is due now
 * (`fire-now.ts`); one that turned good meanwhile is left out. 3. When the next one is due. One transaction: a crash
 * before its commit leaves nothing, and a crash after it fires that window once, from what is stored.
 */
import type pg from "pg";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { claimPlans, windowsLeft, writeMadeGood, writePlans } from "#lib/incidents/make-good-store.ts";
import { type Instant, MINUTE, millis, plus } from "#lib/time/instant.ts";
import type { Claim, Claimed } from "./claim-dispatch.ts";
import { fireNow } from "./fire-now.ts";

export function claimMakeGood(pool: pg.Pool, { now, atMost }: Claim): Promise<Claimed> {
  return inSqlTransaction(pool, async (sql) => {
    const plans = await claimPlans(sql, { now, atMost });
    if (plans.length === 0) return { firings: [], full: false };
    const left = await windowsLeft(
      sql,
      plans.map(({ id }) => id),
    );
    const decided: Parameters<typeof writeMadeGood>[1][number][] = [];
    const next: { id: string; nextAt: Instant | null }[] = [];
    for (const { id, scheduleId, perMinute } of plans) {
      const mine = left.filter(({ planId }) => planId === id);
      const at = mine.findIndex(({ bad }) => bad);
      for (const { expectedAt } of at < 0 ? mine : mine.slice(0, at)) {
        decided.push({ planId: id, expectedAt, firedAt: null, leftOut: "It was good by then." });
      }
      const window = at < 0 ? undefined : mine[at];
      if (window) {
        await fireNow(sql, { scheduleId, window: window.expectedAt, why: "make_good", actor: null }, now);
        decided.push({ planId: id, expectedAt: window.expectedAt, firedAt: now, leftOut: null });
      }
      const more = at >= 0 && at < mine.length - 1;
      next.push({ id, nextAt: more ? plus(now, millis(Math.ceil(MINUTE / perMinute))) : null });
    }
    await writeMadeGood(sql, decided);
    await writePlans(sql, next);
    return { firings: [], full: plans.length === atMost };
  });
}
