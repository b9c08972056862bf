import { epochMs, type Sql } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";

/** Opens again what was snoozed until now; answers it. */
export function takeEndedSnoozes(sql: Sql, now: Instant): Promise<{ readonly id: string }[]> {
  return sql.query(
    `UPDATE incident i SET state = 'open', snoozed_until = NULL, version = version + 1
      WHERE i.id IN (
        SELECT id FROM incident
         WHERE snoozed_until <= to_timestamp($1::float8 / 1000) AND state = 'acknowledged'
         ORDER BY snoozed_until LIMIT 100 FOR UPDATE SKIP LOCKED)
     RETURNING i.id::text AS id`,
    [now],
  );
}

export async function nextSnoozeEnd(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ at: number | null }>(
    `SELECT ${epochMs("min(snoozed_until)")} AS at FROM incident WHERE snoozed_until IS NOT NULL AND state = 'acknowledged'`,
  );
  return row?.at == null ? null : instant(row.at);
}
