import { PROJECT } from "#lib/access/context.ts";
import type { Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";

/** Lets the dispatcher look at a schedule now, and keeps since when it has a target. */
export async function setClock(sql: Sql, scheduleId: string, now: Instant): Promise<void> {
  await sql.query(
    `INSERT INTO dispatch_clock AS c (schedule_id, project_id, next_at, fired_through, fires_since)
     SELECT s.id, ${PROJECT}, to_timestamp($2::float8 / 1000), to_timestamp($2::float8 / 1000),
            CASE WHEN s.driver->>'kind' = 'rollcall' AND s.archived_at IS NULL THEN to_timestamp($2::float8 / 1000) END
       FROM schedule s WHERE s.id = $1::uuid
     ON CONFLICT (schedule_id) DO UPDATE
        SET next_at = excluded.next_at,
            -- What was expected while somebody else fired it is no business of the dispatcher's.
            fired_through = CASE WHEN c.fires_since IS NULL THEN greatest(c.fired_through, excluded.fired_through)
                                 ELSE c.fired_through END,
            fires_since = CASE WHEN excluded.fires_since IS NULL THEN NULL
                               ELSE coalesce(c.fires_since, excluded.fires_since) END`,
    [scheduleId, now],
  );
}
