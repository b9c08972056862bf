import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Page } from "#lib/input/page.ts";
import type { Instant } from "#lib/time/instant.ts";

/** A deploy or an edit, shown beside what happened. */
export interface ChangeRow {
  readonly id: string;
  readonly at: Instant;
  readonly title: string;
  readonly url: string | null;
  /** `null`: all of them. */
  readonly schedules: readonly string[] | null;
  readonly actor: string;
}

export async function insertChange(sql: Sql, change: ChangeRow & { readonly createdAt: Instant }): Promise<void> {
  await sql.query(
    `INSERT INTO change_marker (id, project_id, at, title, url, schedules, actor, created_at)
     VALUES ($1::uuid, ${PROJECT}, ${timestamp("$2")}, $3, $4, $5::text[], $6, ${timestamp("$7")})`,
    [change.id, change.at, change.title, change.url, change.schedules, change.actor, change.createdAt],
  );
}

/** Newest first; one more than the page holds. */
export async function listChanges(
  sql: Sql,
  filters: { readonly from?: Instant | undefined; readonly to?: Instant | undefined },
  page: Pick<Page, "limit"> & { readonly before: readonly [Instant, string] | null },
): Promise<ChangeRow[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [`project_id = ${PROJECT}`];
  if (filters.from !== undefined) where.push(`c.at >= ${timestamp(bind(filters.from))}`);
  if (filters.to !== undefined) where.push(`c.at < ${timestamp(bind(filters.to))}`);
  if (page.before !== null) {
    const [at, id] = page.before;
    where.push(`(c.at, c.id) < (${timestamp(bind(at))}, ${bind(id)}::uuid)`);
  }
  return sql.query<ChangeRow>(
    `SELECT c.id::text AS id, ${epochMs("c.at")} AS at, c.title, c.url, c.schedules, c.actor FROM change_marker c
     WHERE ${where.join(" AND ")} ORDER BY c.at DESC, c.id DESC LIMIT ${bind(page.limit + 1)}::int`,
    values,
  );
}

/** Which of these slugs no schedule has. */
export async function unknownSlugs(sql: Sql, slugs: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ readonly slug: string }>(
    `SELECT w.slug FROM unnest($1::text[]) AS w (slug)
     WHERE NOT EXISTS (SELECT 1 FROM schedule s WHERE s.project_id = ${PROJECT} AND s.slug = w.slug)`,
    [slugs],
  );
  return rows.map(({ slug }) => slug);
}
