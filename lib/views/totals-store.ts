import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";

/** Schedules that are not archived, each counted once. */
export interface ScheduleTotals {
  readonly all: number;
  readonly paused: number;
  /** With an unresolved incident, paused ones left out. */
  readonly wrong: number;
  readonly setAside: number;
  /** Rollcall's own. */
  readonly own: number;
}

export async function scheduleTotals(sql: Sql, now: Instant): Promise<ScheduleTotals> {
  const [row] = await sql.query<ScheduleTotals>(
    `WITH seen AS (
       SELECT s.paused_at IS NOT NULL AND (s.paused_until IS NULL OR s.paused_until > to_timestamp($1::float8 / 1000.0))
           AS paused,
         i.id IS NOT NULL AS wrong, s.own, st.set_aside_at IS NOT NULL AS aside
       FROM schedule s JOIN schedule_state st ON st.schedule_id = s.id
       LEFT JOIN incident i ON i.project_id = s.project_id AND i.kind = 'windows' AND i.subject = s.id::text
         AND i.state <> 'resolved'
       WHERE s.project_id = ${PROJECT} AND s.archived_at IS NULL)
     SELECT count(*)::float8 AS all, (count(*) FILTER (WHERE paused))::float8 AS paused,
       (count(*) FILTER (WHERE wrong AND NOT paused))::float8 AS wrong,
       (count(*) FILTER (WHERE aside))::float8 AS "setAside", (count(*) FILTER (WHERE own))::float8 AS own
     FROM seen`,
    [now],
  );
  return row ?? { all: 0, paused: 0, wrong: 0, setAside: 0, own: 0 };
}

export interface IncidentTotal {
  readonly kind: string;
  readonly cause: string;
  readonly state: "open" | "acknowledged";
  readonly count: number;
}

export const incidentTotals = (sql: Sql): Promise<IncidentTotal[]> =>
  sql.query<IncidentTotal>(
    `SELECT kind, coalesce(cause, '') AS cause, state, count(*)::float8 AS count FROM incident
     WHERE project_id = ${PROJECT} AND state <> 'resolved' GROUP BY kind, coalesce(cause, ''), state ORDER BY 1, 2, 3`,
  );

export interface Waiting {
  /** The oldest deadline that has passed and was not judged yet; `null`: none. */
  readonly overdueSince: Instant | null;
  readonly outbox: number;
  readonly deliveries: number;
}

export async function waiting(sql: Sql, now: Instant): Promise<Waiting> {
  const [row] = await sql.query<Waiting>(
    `SELECT (SELECT ${epochMs("min(next_deadline)")} FROM schedule_state
        WHERE next_deadline <= to_timestamp($1::float8 / 1000.0)) AS "overdueSince",
       (SELECT count(*)::float8 FROM outbox WHERE spread_at IS NULL) AS outbox,
       (SELECT count(*)::float8 FROM delivery WHERE next_attempt_at IS NOT NULL) AS deliveries`,
    [now],
  );
  return row ?? { overdueSince: null, outbox: 0, deliveries: 0 };
}

/** Check-ins that came to nothing, by reason, of those that are still kept. */
export const discardedTotals = (sql: Sql): Promise<{ readonly reason: string; readonly count: number }[]> =>
  sql.query(
    `SELECT reason, sum(count)::float8 AS count FROM discarded WHERE project_id = ${PROJECT} GROUP BY reason ORDER BY 1`,
  );
