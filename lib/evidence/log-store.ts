/** Logs: the bodies of check-ins, which may be forgotten before the check-ins themselves. */
import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";

/** Schedules by id, a page at a time, archived ones too: their evidence is forgotten like any other. */
export async function scheduleIdsAfter(
  sql: Sql,
  page: { readonly after: string; readonly limit: number },
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT id::text AS id FROM schedule WHERE project_id = ${PROJECT} AND id > $1::uuid ORDER BY id LIMIT $2::int4`,
    [page.after, page.limit],
  );
  return rows.map(({ id }) => id);
}

/**
 * Takes the bodies out of some schedules' check-ins; what they counted (`body_bytes`) stays, so that a screen can say
 * that there was a log. Found by the primary key (schedule_id, at, id). Answers how many.
 */
export async function clearLogs(
  sql: Sql,
  given: { readonly scheduleIds: readonly string[]; readonly from: Instant; readonly to: Instant },
): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `WITH cleared AS (
       UPDATE check_in SET body = NULL
        WHERE schedule_id = ANY ($1::uuid[]) AND at >= ${timestamp("$2")} AND at < ${timestamp("$3")} AND body IS NOT NULL
       RETURNING 1
     ) SELECT count(*)::float8 AS count FROM cleared`,
    [given.scheduleIds, given.from, given.to],
  );
  return row?.count ?? 0;
}

/** Of all check-ins; `null`: there is none. Months are looked through from the oldest, and the first that has one answers. */
export async function oldestCheckIn(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ at: number | null }>(`SELECT ${epochMs("min(at)")} AS at FROM check_in`);
  return row?.at == null ? null : instant(row.at);
}
