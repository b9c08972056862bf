import { PROJECT } from "#lib/access/context.ts";
import type { Sql } from "#lib/db/sql.ts";
import type { LaneSort } from "./lane.ts";

/** Where a lane stands: what is wrong first, then by the name that it is sorted by, then by slug. */
export type LaneKey = readonly [calm: number, name: string, slug: string];

export interface LaneFilters {
  readonly slugs?: readonly string[] | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly q?: string | undefined;
}

const pattern = (q: string): string => `%${q.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;

/**
 * The lanes of the timeline in order, after a key; one more than asked for. Wrong is what has an open incident: that is
 * stored, and so found without judging all of them.
 */
export async function listLanes(
  sql: Sql,
  filters: LaneFilters,
  page: { readonly sort: LaneSort; readonly after: LaneKey | null; readonly limit: number },
): Promise<{ readonly id: string; readonly key: LaneKey }[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [`s.project_id = ${PROJECT}`, "s.archived_at IS NULL"];
  if (filters.slugs !== undefined) where.push(`s.slug = ANY(${bind(filters.slugs)}::text[])`);
  if (filters.tags !== undefined) where.push(`s.tags @> ${bind(filters.tags)}::text[]`);
  if (filters.q !== undefined) {
    const like = bind(pattern(filters.q));
    where.push(`(s.slug ILIKE ${like} OR s.name ILIKE ${like})`);
  }
  const calm =
    page.sort === "wrong"
      ? `CASE WHEN EXISTS (SELECT 1 FROM incident i WHERE i.project_id = s.project_id AND i.kind = 'windows'
           AND i.subject = s.id::text AND i.state <> 'resolved') THEN 0 ELSE 1 END`
      : "0";
  const name = page.sort === "slug" ? "''" : `lower(s.name) COLLATE "C"`;
  const after =
    page.after === null
      ? ""
      : `WHERE (calm, name, slug) > (${bind(page.after[0])}::int, ${bind(page.after[1])}, ${bind(page.after[2])})`;
  const rows = await sql.query<{ id: string; calm: number; name: string; slug: string }>(
    `SELECT id, calm, name, slug FROM (
       SELECT s.id::text AS id, ${calm} AS calm, ${name} AS name, s.slug COLLATE "C" AS slug FROM schedule s
       WHERE ${where.join(" AND ")}) AS lanes
     ${after} ORDER BY calm, name, slug LIMIT ${bind(page.limit + 1)}::int`,
    values,
  );
  return rows.map((row) => ({ id: row.id, key: [row.calm, row.name, row.slug] }));
}
