import { PROJECT } from "#lib/access/context.ts";
import type { Sql } from "#lib/db/sql.ts";

/** A schedule that says that a route guards it. */
export interface Guarded {
  readonly id: string;
  readonly slug: string;
  readonly route: string | null;
  readonly path: string | null;
  readonly version: number;
  /** Raised when an acceleration is laid over its versions, and when one ends. */
  readonly accelerated: number;
}

const COLUMNS = `id::text AS id, slug, route, path, version,
  (SELECT count(a.applied_at) + count(a.revert_began_at) FROM acceleration a
    WHERE a.schedule_id = schedule.id AND a.applied_at IS NOT NULL)::float8 AS accelerated`;

/** The schedules of these routes, by slug; archived ones have none. The index `schedule_route` answers it. */
export const guardedBy = (sql: Sql, routes: readonly string[]): Promise<Guarded[]> =>
  sql.query<Guarded>(
    `SELECT ${COLUMNS} FROM schedule
      WHERE project_id = ${PROJECT} AND route = ANY ($1::text[]) AND archived_at IS NULL ORDER BY slug`,
    [[...routes]],
  );

/** Those, and the ones that are named by slug, whatever their route. */
export const guardedOrNamed = (
  sql: Sql,
  asked: { readonly routes: readonly string[]; readonly slugs: readonly string[] },
): Promise<Guarded[]> =>
  sql.query<Guarded>(
    `SELECT ${COLUMNS} FROM schedule
      WHERE project_id = ${PROJECT} AND archived_at IS NULL AND (route = ANY ($1::text[]) OR slug = ANY ($2::text[]))
      ORDER BY slug`,
    [[...asked.routes], [...asked.slugs]],
  );
