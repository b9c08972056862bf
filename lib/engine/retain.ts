/**
 * Forgets what is older than it is kept (`lib/retention`), and what serves only for a while. Evidence goes by dropping
 * whole months, and what is left of the month in which its time ends in small batches, so that no transaction is long.
 *
 * 1. Months that are wholly too old are dropped, table by table. 2. The rest goes in batches. 3. Logs that are kept
 * shorter than their runs are cleared day by day, and how far is remembered after each day. 4. Roll-ups, the audit log,
 * messages and processes. A crash after any step leaves the rest for the next time.
 */
import type pg from "pg";
import { forgetAudit } from "#lib/access/store/audit.ts";
import { forgetTaken } from "#lib/boundary/decision-store.ts";
import { forgetQuestions } from "#lib/boundary/probe-question-store.ts";
import { forgetVerifications } from "#lib/boundary/verification-store.ts";
import { deleteOld, dropPartitions, makePartitions, PARTITIONED_TABLES, type Partitioned } from "#lib/db/partitions.ts";
import type { Sql } from "#lib/db/sql.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { forgetLeftOut } from "#lib/drivers/dispatch/left-out-store.ts";
import { clearLogs, oldestCheckIn, scheduleIdsAfter } from "#lib/evidence/log-store.ts";
import { forgetOutbox } from "#lib/notifications/delivery-store.ts";
import { forgottenBefore, type Kept, type Kind } from "#lib/retention/retention.ts";
import { keptNow } from "#lib/retention/service.ts";
import { retentionRow, setLogsClearedTo } from "#lib/retention/store.ts";
import { DAY, type Instant, instant, millis, minus, plus } from "#lib/time/instant.ts";
import { forgetProcesses } from "#lib/verdicts/liveness-store.ts";
import { forgetRollups } from "#lib/verdicts/rollup-store.ts";

/** Evidence may come 7 days late, and a clock may be wrong by a little. */
const BACK = millis(8 * DAY);
const AHEAD = millis(62 * DAY);
/** The same decision is taken once for 7 days (api.md). */
const IDS_KEPT = millis(7 * DAY);
const BATCH = 5_000;
const SCHEDULES_AT_ONCE = 200;
const NIL = "00000000-0000-0000-0000-000000000000";

const KIND_OF: Readonly<Record<Partitioned, Kind>> = {
  check_in: "runs",
  run: "runs",
  decision: "decisions",
  attempt: "attempts",
};

/** Makes the months that evidence of now, and of the weeks around it, lies in. */
export const makeMonths = (pool: pg.Pool, now: Instant): Promise<void> =>
  inSqlTransaction(pool, (sql) => makePartitions(sql, minus(now, BACK), plus(now, AHEAD)));

export interface Retained {
  readonly dropped: readonly string[];
  readonly deleted: number;
  /** Check-ins whose log was forgotten while they stay. */
  readonly logsCleared: number;
}

export async function retain(
  pool: pg.Pool,
  asked: { readonly now: Instant; readonly retentionDays: number },
): Promise<Retained> {
  const { now } = asked;
  const sql = sqlOf(pool);
  await makeMonths(pool, now);
  const kept = await keptNow(sql, asked);
  const before = (kind: Kind): Instant | null => forgottenBefore(kept, kind, now);
  const dropped: string[] = [];
  let deleted = 0;
  for (const table of PARTITIONED_TABLES) {
    const end = before(KIND_OF[table]);
    if (end === null) continue;
    dropped.push(...(await inSqlTransaction(pool, (tx) => dropPartitions(tx, end, [table]))));
    for (;;) {
      const count = await deleteOld(sql, { table, before: end, atMost: BATCH });
      deleted += count;
      if (count < BATCH) break;
    }
  }
  const logsCleared = await clearOldLogs(sql, kept, now);
  await forgetTaken(sql, minus(now, IDS_KEPT));
  const attempts = before("attempts");
  if (attempts !== null) await forgetLeftOut(sql, attempts);
  const [rollups, messages, audit] = [before("rollups"), before("messages"), before("audit")];
  if (rollups !== null) await forgetRollups(sql, rollups);
  if (messages !== null) await forgetOutbox(sql, messages);
  if (audit !== null) deleted += await forgetAudit(sql, audit);
  // As the decisions beside which they are read.
  const decisions = before("decisions");
  if (decisions !== null) {
    await forgetVerifications(sql, decisions);
    await forgetQuestions(sql, decisions);
  }
  await forgetProcesses(sql, now);
  return { dropped, deleted, logsCleared };
}

/** By whole days, so that each is looked through once; those of one day are late by a day at most. */
async function clearOldLogs(sql: Sql, kept: Kept, now: Instant): Promise<number> {
  const row = await retentionRow(sql);
  const end = forgottenBefore(kept, "logs", now);
  if (!row || end === null || kept.logs >= kept.runs) return 0;
  const to = dayFloor(end);
  const oldest = row.logsClearedTo ?? (await oldestCheckIn(sql));
  if (oldest === null) return 0;
  let cleared = 0;
  for (let day = dayFloor(oldest); day < to; day = plus(day, DAY)) {
    for (let after = NIL; ; ) {
      const scheduleIds = await scheduleIdsAfter(sql, { after, limit: SCHEDULES_AT_ONCE });
      cleared += await clearLogs(sql, { scheduleIds, from: day, to: plus(day, DAY) });
      const last = scheduleIds.at(-1);
      if (last === undefined || scheduleIds.length < SCHEDULES_AT_ONCE) break;
      after = last;
    }
    await setLogsClearedTo(sql, plus(day, DAY));
  }
  return cleared;
}

const dayFloor = (at: Instant): Instant => instant(Math.floor(at / DAY) * DAY);
