import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Counts } from "./rollup.ts";
import type { Verdict } from "./verdict.ts";

export interface HourRow {
  readonly scheduleId: string;
  readonly at: Instant;
  readonly counts: Counts;
}

/** How far the roll-ups reach; `null` before the first. */
export async function rollupReach(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ through: number }>(
    `SELECT ${epochMs("through")} AS through FROM rollup_reach WHERE project_id = ${PROJECT}`,
  );
  return row ? instant(row.through) : null;
}

export async function setRollupReach(sql: Sql, through: Instant): Promise<void> {
  await sql.query(
    `INSERT INTO rollup_reach (project_id, through) VALUES (${PROJECT}, ${timestamp("$1::float8")})
     ON CONFLICT (project_id) DO UPDATE SET through = excluded.through`,
    [through],
  );
}

/** Replaces the hours of some schedules, and the days that they lie in. */
export async function replaceHours(
  sql: Sql,
  given: {
    readonly scheduleIds: readonly string[];
    readonly hours: readonly Instant[];
    readonly rows: readonly HourRow[];
  },
): Promise<void> {
  const { scheduleIds, hours, rows } = given;
  await sql.query(
    `DELETE FROM rollup_hour h USING unnest($2::float8[]) AS g (at)
      WHERE h.schedule_id = ANY ($1::uuid[]) AND h.at = ${timestamp("g.at")}`,
    [[...scheduleIds], [...hours]],
  );
  await sql.query(
    `INSERT INTO rollup_hour (schedule_id, at, project_id, counts)
     SELECT r.id, ${timestamp("r.at")}, ${PROJECT}, r.counts::jsonb FROM unnest($1::uuid[], $2::float8[], $3::text[]) AS r (id, at, counts)
     ON CONFLICT (schedule_id, at) DO UPDATE SET counts = excluded.counts`,
    [rows.map((row) => row.scheduleId), rows.map((row) => row.at), rows.map((row) => JSON.stringify(row.counts))],
  );
  // First forgotten: a day none of whose hours has a window any more has no row.
  await sql.query(
    `DELETE FROM rollup_day d WHERE d.schedule_id = ANY ($1::uuid[])
        AND d.at >= date_trunc('day', ${timestamp("$2::float8")}, 'UTC') AND d.at <= ${timestamp("$3::float8")}`,
    [[...scheduleIds], Math.min(...hours), Math.max(...hours)],
  );
  await sql.query(
    `INSERT INTO rollup_day (schedule_id, at, project_id, counts)
     SELECT one.schedule_id, one.day, ${PROJECT}, jsonb_object_agg(one.verdict, one.count)
       FROM (
         SELECT h.schedule_id, date_trunc('day', h.at, 'UTC') AS day, c.key AS verdict, sum(c.value::int) AS count
           FROM rollup_hour h CROSS JOIN LATERAL jsonb_each_text(h.counts) c
          WHERE h.schedule_id = ANY ($1::uuid[])
            AND h.at >= date_trunc('day', ${timestamp("$2::float8")}, 'UTC')
            AND h.at < date_trunc('day', ${timestamp("$3::float8")}, 'UTC') + interval '1 day'
          GROUP BY 1, 2, 3
       ) AS one
      GROUP BY 1, 2
     ON CONFLICT (schedule_id, at) DO UPDATE SET counts = excluded.counts`,
    [[...scheduleIds], Math.min(...hours), Math.max(...hours)],
  );
}

/** Says that hours have to be counted again. */
export async function markStale(
  sql: Sql,
  stale: readonly { readonly scheduleId: string; readonly from: Instant; readonly to: Instant }[],
): Promise<void> {
  if (stale.length === 0) return;
  await sql.query(
    `INSERT INTO rollup_stale (schedule_id, at)
     SELECT s.id, hour FROM unnest($1::uuid[], $2::float8[], $3::float8[]) AS s (id, from_ms, to_ms)
      CROSS JOIN LATERAL generate_series(date_trunc('hour', ${timestamp("s.from_ms")}, 'UTC'), ${timestamp("s.to_ms")}, interval '1 hour') AS hour
     ON CONFLICT DO NOTHING`,
    [stale.map((one) => one.scheduleId), stale.map((one) => one.from), stale.map((one) => one.to)],
  );
}

/** Takes hours that have to be counted again, oldest first; the caller counts them in the same transaction. */
export async function takeStale(
  sql: Sql,
  asked: { readonly before: Instant; readonly atMost: number },
): Promise<{ readonly scheduleId: string; readonly at: Instant }[]> {
  const rows = await sql.query<{ id: string; at: number }>(
    `DELETE FROM rollup_stale s USING (
       SELECT schedule_id, at FROM rollup_stale WHERE at < ${timestamp("$1::float8")}
        ORDER BY at, schedule_id LIMIT $2::int4 FOR UPDATE SKIP LOCKED
     ) AS taken
      WHERE s.schedule_id = taken.schedule_id AND s.at = taken.at
     RETURNING s.schedule_id::text AS id, ${epochMs("s.at")} AS at`,
    [asked.before, asked.atMost],
  );
  return rows.map((row) => ({ scheduleId: row.id, at: instant(row.at) }));
}

export async function forgetRollups(sql: Sql, before: Instant): Promise<void> {
  for (const table of ["rollup_hour", "rollup_day"]) {
    await sql.query(`DELETE FROM ${table} WHERE at < ${timestamp("$1::float8")}`, [before]);
  }
}

/** How many windows of one schedule had which verdict in these hours; whole days of it come from the roll-ups by day. */
export async function countedSince(
  sql: Sql,
  asked: { readonly scheduleId: string; readonly from: Instant; readonly to: Instant },
): Promise<Counts> {
  const rows = await sql.query<{ readonly verdict: Verdict; readonly count: number }>(
    `WITH days AS (
       SELECT date_trunc('day', ${timestamp("$2::float8")} + interval '1 day' - interval '1 ms', 'UTC') AS from_day,
         date_trunc('day', ${timestamp("$3::float8")}, 'UTC') AS to_day)
     SELECT c.key AS verdict, sum(c.value::int)::float8 AS count
       FROM (
         SELECT r.counts FROM rollup_day r, days
          WHERE r.schedule_id = $1::uuid AND r.at >= days.from_day AND r.at < days.to_day
         UNION ALL
         SELECT r.counts FROM rollup_hour r, days
          WHERE r.schedule_id = $1::uuid AND r.at >= ${timestamp("$2::float8")} AND r.at < ${timestamp("$3::float8")}
            AND (r.at < days.from_day OR r.at >= greatest(days.to_day, days.from_day))
       ) AS counted CROSS JOIN LATERAL jsonb_each_text(counted.counts) c
      GROUP BY 1`,
    [asked.scheduleId, asked.from, asked.to],
  );
  return Object.fromEntries(rows.map(({ verdict, count }) => [verdict, count]));
}
