import { PROJECT } from "#lib/access/context.ts";
import type { Sql } from "#lib/db/sql.ts";

/** A schedule that says that a route guards it. */
export interface Guarded {
  readonly id: string;
  readonly slug: string;
  readonly route: string;
  readonly path: string | null;
  readonly version: number;
}

/** The schedules of these routes, by slug; archived ones have none. The index `schedule_route` answers it. */
export const guardedBy = (sql: Sql, routes: readonly string[]): Promise<Guarded[]> =>
  sql.query<Guarded>(
    `SELECT id::text AS id, slug, route, path, version FROM schedule
      WHERE project_id = ${PROJECT} AND route = ANY ($1::text[]) AND archived_at IS NULL ORDER BY slug`,
    [[...routes]],
  );
