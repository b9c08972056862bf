/**
 * Forgets what is older than it is kept: evidence after the retention of the configuration, roll-ups after two years,
 * and what serves only for a while. Evidence goes by dropping whole months, and what is left of the month in which the
 * retention ends in small batches, so that no transaction is long. A crash leaves the rest for the next time.
 */
import type pg from "pg";
import { forgetTaken } from "#lib/boundary/decision-store.ts";
import { deleteOld, dropPartitions, makePartitions, PARTITIONED, type Partitioned } from "#lib/db/partitions.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { forgetOutbox } from "#lib/notifications/delivery-store.ts";
import { DAY, type Instant, type Millis, millis, minus, plus } from "#lib/time/instant.ts";
import { forgetProcesses } from "#lib/verdicts/liveness-store.ts";
import { forgetRollups } from "#lib/verdicts/rollup-store.ts";

const ROLLUPS_KEPT = millis(731 * DAY);
const MESSAGES_KEPT = millis(30 * DAY);
/** Evidence may come 7 days late, and a clock may be wrong by a little. */
const BACK = millis(8 * DAY);
const AHEAD = millis(62 * DAY);
/** The same decision is taken once for 7 days (api.md). */
const IDS_KEPT = millis(7 * DAY);
const BATCH = 5_000;

/** Makes the months that evidence of now, and of the weeks around it, lies in. */
export const makeMonths = (pool: pg.Pool, now: Instant): Promise<void> =>
  inSqlTransaction(pool, (sql) => makePartitions(sql, minus(now, BACK), plus(now, AHEAD)));

export interface Retained {
  readonly dropped: readonly string[];
  readonly deleted: number;
}

export async function retain(
  pool: pg.Pool,
  asked: { readonly now: Instant; readonly retention: Millis },
): Promise<Retained> {
  const { now } = asked;
  const sql = sqlOf(pool);
  await makeMonths(pool, now);
  // Evidence that may still be answered by late words is never dropped, however short the retention.
  const before = minus(now, millis(Math.max(asked.retention, BACK)));
  const dropped = await inSqlTransaction(pool, (tx) => dropPartitions(tx, before));
  let deleted = 0;
  for (const table of Object.keys(PARTITIONED) as Partitioned[]) {
    for (;;) {
      const count = await deleteOld(sql, { table, before, atMost: BATCH });
      deleted += count;
      if (count < BATCH) break;
    }
  }
  await forgetTaken(sql, minus(now, IDS_KEPT));
  await forgetRollups(sql, minus(now, ROLLUPS_KEPT));
  await forgetOutbox(sql, minus(now, MESSAGES_KEPT));
  await forgetProcesses(sql, now);
  return { dropped, deleted };
}
