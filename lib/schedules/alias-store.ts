import { PROJECT } from "#lib/access/context.ts";
import { type Sql, timestamp } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";

export async function deleteAlias(sql: Sql, slug: string): Promise<boolean> {
  const rows = await sql.query(`DELETE FROM slug_alias WHERE project_id = ${PROJECT} AND slug = $1 RETURNING slug`, [
    slug,
  ]);
  return rows.length > 0;
}

export async function insertAlias(
  sql: Sql,
  alias: { readonly slug: string; readonly scheduleId: string; readonly now: Instant },
): Promise<void> {
  await sql.query(
    `INSERT INTO slug_alias (project_id, slug, schedule_id, created_at) VALUES (${PROJECT}, $1, $2::uuid, ${timestamp("$3")})
     ON CONFLICT (project_id, slug) DO UPDATE SET schedule_id = excluded.schedule_id, created_at = excluded.created_at`,
    [alias.slug, alias.scheduleId, alias.now],
  );
}

/** The schedule that a slug means through an alias. */
export async function aliasTarget(sql: Sql, slug: string): Promise<string | null> {
  const rows = await sql.query<{ readonly slug: string }>(
    `SELECT s.slug FROM slug_alias a JOIN schedule s ON s.id = a.schedule_id
     WHERE a.project_id = ${PROJECT} AND a.slug = $1`,
    [slug],
  );
  return rows[0]?.slug ?? null;
}
