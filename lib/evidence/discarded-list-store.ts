import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Page } from "#lib/input/page.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { DiscardedReason } from "./discarded.ts";

export interface DiscardedShown {
  readonly id: string;
  readonly reason: DiscardedReason;
  readonly path: string;
  readonly sender: string;
  readonly slug: string | null;
  readonly detail: string | null;
  readonly count: number;
  readonly firstAt: Instant;
  readonly lastAt: Instant;
  /** The schedule that its slug means by now, by itself or as an alias. */
  readonly means: string | null;
}

const COLUMNS = `d.id::text AS id, d.reason, d.path, d.sender, d.slug, d.detail, d.count::float8 AS count,
  ${epochMs("d.first_at")} AS "firstAt", ${epochMs("d.last_at")} AS "lastAt",
  coalesce(
    (SELECT s.slug FROM schedule s WHERE s.project_id = d.project_id AND s.slug = d.slug AND s.archived_at IS NULL),
    (SELECT s.slug FROM slug_alias a JOIN schedule s ON s.id = a.schedule_id
      WHERE a.project_id = d.project_id AND a.slug = d.slug AND s.archived_at IS NULL)) AS means`;

export async function discardedById(sql: Sql, id: string): Promise<DiscardedShown | null> {
  const text = `SELECT ${COLUMNS} FROM discarded d WHERE d.id = $1::uuid`;
  const [row] = await sql.query<DiscardedShown>(text, [id]);
  return row ?? null;
}

/** The last one that came first; one more than the page holds. */
export async function listDiscarded(
  sql: Sql,
  filters: {
    readonly reason?: DiscardedReason | undefined;
    readonly from?: Instant | undefined;
    readonly to?: Instant | undefined;
  },
  page: Pick<Page, "limit"> & { readonly before: readonly [Instant, string] | null },
): Promise<DiscardedShown[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [`d.project_id = ${PROJECT}`];
  if (filters.reason !== undefined) where.push(`d.reason = ${bind(filters.reason)}`);
  if (filters.from !== undefined) where.push(`d.last_at >= ${timestamp(bind(filters.from))}`);
  if (filters.to !== undefined) where.push(`d.last_at < ${timestamp(bind(filters.to))}`);
  if (page.before !== null) {
    const [lastAt, id] = page.before;
    where.push(`(d.last_at, d.id) < (${timestamp(bind(lastAt))}, ${bind(id)}::uuid)`);
  }
  return sql.query<DiscardedShown>(
    `SELECT ${COLUMNS} FROM discarded d WHERE ${where.join(" AND ")}
     ORDER BY d.last_at DESC, d.id DESC LIMIT ${bind(page.limit + 1)}::int`,
    values,
  );
}
