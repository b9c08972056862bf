import type { Sql } from "#lib/db/sql.ts";
import { type Instant, type Millis, minus } from "#lib/time/instant.ts";
import type { DiscardedGroup } from "./discarded.ts";

export interface DiscardedRow extends DiscardedGroup {
  readonly id: string;
}

/** Adds to the groups that are there, and makes those that are not; one statement for all. */
export async function addDiscarded(
  sql: Sql,
  { projectId, rows }: { readonly projectId: number; readonly rows: readonly DiscardedRow[] },
): Promise<void> {
  if (rows.length === 0) return;
  // In the order of the unique index, so that two processes that write the same groups do not lock crosswise.
  await sql.query(
    `INSERT INTO discarded AS d (id, project_id, reason, path, sender, slug, detail, schedule_id, user_agent, count,
       first_at, last_at)
     SELECT r.id, $1::int::smallint, r.reason, r.path, r.sender, r.slug, r.detail, r.schedule_id, r.user_agent, r.count,
       to_timestamp(r.first_at / 1000.0), to_timestamp(r.last_at / 1000.0)
     FROM jsonb_to_recordset($2::jsonb) AS r (id uuid, reason text, path text, sender text, slug text, detail text,
       schedule_id uuid, user_agent text, count bigint, first_at float8, last_at float8)
     ORDER BY r.reason, r.path, r.sender
     ON CONFLICT (project_id, reason, path, sender) DO UPDATE SET
       count = d.count + excluded.count,
       first_at = least(d.first_at, excluded.first_at),
       last_at = greatest(d.last_at, excluded.last_at),
       slug = coalesce(excluded.slug, d.slug),
       detail = excluded.detail,
       schedule_id = coalesce(excluded.schedule_id, d.schedule_id),
       user_agent = excluded.user_agent`,
    [
      projectId,
      JSON.stringify(
        rows.map((row) => ({
          id: row.id,
          reason: row.reason,
          path: row.path,
          sender: row.sender,
          slug: row.slug,
          detail: row.detail,
          schedule_id: row.scheduleId,
          user_agent: row.userAgent,
          count: row.count,
          first_at: row.firstAt,
          last_at: row.lastAt,
        })),
      ),
    ],
  );
}

/** Keeps the newest groups that are young enough. */
export async function pruneDiscarded(
  sql: Sql,
  {
    projectId,
    now,
    keepFor,
    keep,
  }: { readonly projectId: number; readonly now: Instant; readonly keepFor: Millis; readonly keep: number },
): Promise<void> {
  await sql.query(
    "DELETE FROM discarded WHERE project_id = $1::int::smallint AND last_at < to_timestamp($2 / 1000.0)",
    [projectId, minus(now, keepFor)],
  );
  await sql.query(
    `DELETE FROM discarded WHERE id IN (
       SELECT id FROM discarded WHERE project_id = $1::int::smallint ORDER BY last_at DESC, id DESC OFFSET $2::int)`,
    [projectId, keep],
  );
}
