import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Kept } from "./retention.ts";

export interface RetentionRow {
  readonly kept: Kept;
  readonly logsClearedTo: Instant | null;
  readonly version: number;
}

/** `null`: nobody has set it, the environment says. */
export async function retentionRow(sql: Sql, lock = false): Promise<RetentionRow | null> {
  const [row] = await sql.query<Kept & { readonly cleared: number | null; readonly version: number }>(
    `SELECT runs_days AS runs, logs_days AS logs, decisions_days AS decisions, attempts_days AS attempts,
            rollups_days AS rollups, audit_days AS audit, messages_days AS messages,
            ${epochMs("logs_cleared_to")} AS cleared, version
       FROM retention WHERE project_id = ${PROJECT} ${lock ? "FOR UPDATE" : ""}`,
  );
  if (!row) return null;
  const { cleared, version, ...kept } = row;
  return { kept, logsClearedTo: cleared === null ? null : instant(cleared), version };
}

/** Makes or replaces the row; false when another has made it meanwhile. */
export async function writeRetention(
  sql: Sql,
  given: { readonly kept: Kept; readonly version: number; readonly made: boolean },
): Promise<boolean> {
  const { kept } = given;
  const rows = await sql.query(
    `INSERT INTO retention AS r (project_id, runs_days, logs_days, decisions_days, attempts_days, rollups_days, audit_days,
       messages_days, version)
     VALUES (${PROJECT}, $1::int4, $2::int4, $3::int4, $4::int4, $5::int4, $6::int4, $7::int4, $8::int4)
     ON CONFLICT (project_id) DO UPDATE SET runs_days = excluded.runs_days, logs_days = excluded.logs_days,
       decisions_days = excluded.decisions_days, attempts_days = excluded.attempts_days,
       rollups_days = excluded.rollups_days, audit_days = excluded.audit_days, messages_days = excluded.messages_days,
       version = excluded.version
     WHERE NOT $9::bool
     RETURNING version`,
    [
      ...[kept.runs, kept.logs, kept.decisions, kept.attempts, kept.rollups, kept.audit, kept.messages],
      ...[given.version, given.made],
    ],
  );
  return rows.length > 0;
}

export async function setLogsClearedTo(sql: Sql, to: Instant): Promise<void> {
  await sql.query(
    `UPDATE retention SET logs_cleared_to = to_timestamp($1::float8 / 1000.0) WHERE project_id = ${PROJECT}`,
    [to],
  );
}
