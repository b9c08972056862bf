/**
 * Counts windows by schedule, verdict, hour and day. A cache: what is counted here is what judging says.
 *
 * 1. Every hour that has passed since the last time, for all schedules, some at a time.
 * 2. Hours that were judged anew since, or held windows that could still change.
 * Each step is one transaction: a crash leaves the hours before it, and the next time goes on from there.
 */
import type pg from "pg";
import type { Sql } from "#lib/db/sql.ts";
import { inSqlTransaction, sqlOf } from "#lib/db/transaction.ts";
import { firstExpected, scheduleIdsAfter } from "#lib/schedules/state-store.ts";
import { earliest, HOUR, type Instant, instant } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { countByHour, hourOf } from "#lib/verdicts/rollup.ts";
import {
  type HourRow,
  markStale,
  replaceHours,
  rollupReach,
  setRollupReach,
  takeStale,
} from "#lib/verdicts/rollup-store.ts";
import { isRolling, judgeSubject, loadSubjects } from "./subjects.ts";

const SCHEDULES_AT_ONCE = 200;
const STALE_AT_ONCE = 500;
/** So many hours at once after a long rest: the rest follows in the next step. */
const HOURS_AT_ONCE = 24;

async function count(
  sql: Sql,
  ids: readonly string[],
  given: { readonly from: Instant; readonly to: Instant; readonly now: Instant },
): Promise<void> {
  const { from, to, now } = given;
  const hours: Instant[] = [];
  for (let hour: number = from; hour < to; hour += HOUR) hours.push(instant(hour));
  const rows: HourRow[] = [];
  const open: { scheduleId: string; from: Instant; to: Instant }[] = [];
  for (const subject of (await loadSubjects(sql, ids, { now, from, to, onBroken: () => {} })).values()) {
    const scheduleId = subject.facts.id;
    const { windows } = isRolling(subject.facts)
      ? judgeSubject(subject, now)
      : judgeSubject(subject, now, span(earliest(subject.from, from), to));
    for (const hour of countByHour(windows)) {
      if (hour.at < from || hour.at >= to) continue;
      rows.push({ scheduleId, at: hour.at, counts: hour.counts });
      if (hour.open) open.push({ scheduleId, from: hour.at, to: hour.at });
    }
  }
  await replaceHours(sql, { scheduleIds: ids, hours, rows });
  await markStale(sql, open);
}

/** Counts what has passed; answers how many hours of all schedules were added. */
export async function rollUp(pool: pg.Pool, now: Instant): Promise<number> {
  const through = hourOf(now);
  const reach = (await rollupReach(sqlOf(pool))) ?? (await firstExpected(sqlOf(pool))) ?? instant(through - HOUR);
  let from: number = reach;
  for (; from < through; from += HOURS_AT_ONCE * HOUR) {
    const to = instant(Math.min(through, from + HOURS_AT_ONCE * HOUR));
    let after: string | null = null;
    for (;;) {
      const ids: string[] = await scheduleIdsAfter(sqlOf(pool), { after, atMost: SCHEDULES_AT_ONCE });
      if (ids.length === 0) break;
      await inSqlTransaction(pool, (sql) => count(sql, ids, { from: instant(from), to, now }));
      after = ids[ids.length - 1] ?? null;
    }
    await setRollupReach(sqlOf(pool), to);
  }
  // Those that were found open now are taken up next time: each is counted once in one call.
  let left = 20;
  while (left-- > 0) {
    const taken = await inSqlTransaction(pool, async (sql) => {
      const stale = await takeStale(sql, { before: through, atMost: STALE_AT_ONCE });
      const byHour = new Map<Instant, string[]>();
      for (const { scheduleId, at } of stale) byHour.set(at, [...(byHour.get(at) ?? []), scheduleId]);
      for (const [hour, ids] of byHour) await count(sql, ids, { from: hour, to: instant(hour + HOUR), now });
      return stale.length;
    });
    if (taken < STALE_AT_ONCE) break;
  }
  return Math.max(0, (through - reach) / HOUR);
}
