import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";

export interface DayOfRuns {
  /** Midnight in UTC. */
  readonly day: Instant;
  readonly runs: number;
  /** Of the runs that told their start and their end, in seconds; `null` where none did. */
  readonly p50: number | null;
  readonly p95: number | null;
  readonly max: number | null;
}

/**
 * How long the runs of each day took, ascending. A run that only reported its end has no length. By the primary key of
 * `run`: it reads the runs of this schedule and no others.
 */
export async function runLengths(sql: Sql, scheduleId: string, from: Instant): Promise<DayOfRuns[]> {
  return sql.query<DayOfRuns>(
    `SELECT ${epochMs("day")} AS day, count(*)::float8 AS runs,
       (percentile_disc(0.5) WITHIN GROUP (ORDER BY took))::float8 AS p50,
       (percentile_disc(0.95) WITHIN GROUP (ORDER BY took))::float8 AS p95, max(took)::float8 AS max
     FROM (
       SELECT date_trunc('day', r.started_at, 'UTC') AS day,
         CASE WHEN r.finished_at > r.started_at THEN extract(epoch FROM r.finished_at - r.started_at) END AS took
       FROM run r WHERE r.schedule_id = $1::uuid AND r.started_at >= to_timestamp($2::float8 / 1000.0)
     ) AS one GROUP BY day ORDER BY day`,
    [scheduleId, from],
  );
}
