import { PROJECT } from "#lib/access/context.ts";
import type { Sql } from "#lib/db/sql.ts";
import type { Renamed } from "#lib/input/renamed.ts";

/**
 * Has every schedule, and every version there was, name a connection by its new name. That is no change of a schedule: it
 * is the same job, over the same connection.
 */
export async function renameInDrivers(sql: Sql, { from, to }: Renamed): Promise<void> {
  await sql.query(
    `UPDATE schedule SET driver = jsonb_set(driver, '{connection}', to_jsonb($2::text))
      WHERE project_id = ${PROJECT} AND driver ->> 'connection' = $1`,
    [from, to],
  );
  await sql.query(
    `UPDATE schedule_version SET fields = jsonb_set(fields, '{driver,connection}', to_jsonb($2::text))
      WHERE project_id = ${PROJECT} AND fields -> 'driver' ->> 'connection' = $1`,
    [from, to],
  );
}
