import { PROJECT } from "#lib/access/context.ts";
import { likePattern, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";

export interface FoundSchedule {
  readonly slug: string;
  readonly name: string;
  readonly environment: string;
  readonly paused: boolean;
  readonly archived: boolean;
}

/**
 * Those whose slug or name holds the words, or that have them as a tag: what begins with them first, archived ones last.
 *
 * Read from one end to the other, which nobody feels between two keys while there are tens of thousands. A trigram index
 * would read less, and is an extension that not every database has.
 */
export const findSchedules = (
  sql: Sql,
  { q, limit, now }: { readonly q: string; readonly limit: number; readonly now: Instant },
): Promise<FoundSchedule[]> =>
  sql.query<FoundSchedule>(
    `SELECT slug, name, environment, archived_at IS NOT NULL AS archived,
       paused_at IS NOT NULL AND (paused_until IS NULL OR paused_until > to_timestamp($5::float8 / 1000.0)) AS paused
     FROM schedule
     WHERE project_id = ${PROJECT} AND (slug ILIKE $1 OR name ILIKE $1 OR $2 = ANY (tags))
     ORDER BY archived_at IS NOT NULL, lower(slug) <> lower($2) AND lower(name) <> lower($2),
       NOT (slug ILIKE $3 OR name ILIKE $3), length(name), slug
     LIMIT $4::int`,
    [likePattern(q), q, likePattern(q).slice(1), limit, now],
  );
