import { PROJECT } from "#lib/access/context.ts";
import { likePattern, type Sql } from "#lib/db/sql.ts";

export interface FoundIncident {
  readonly id: string;
  readonly number: number;
  readonly state: "open" | "acknowledged" | "resolved";
  readonly sentence: string;
}

/** Older ones are found by their number. */
const LOOKED_THROUGH = 5_000;

/** The one of this number first; then those whose sentence holds every word, unresolved ones before, newest first. */
export const findIncidents = (
  sql: Sql,
  { q, limit }: { readonly q: string; readonly limit: number },
): Promise<FoundIncident[]> => {
  const [, digits] = /^#?(\d{1,15})$/.exec(q.trim()) ?? [];
  return sql.query<FoundIncident>(
    `SELECT id::text AS id, number::float8 AS number, state, sentence FROM (
       (SELECT id, number, state, sentence, opened_at FROM incident WHERE project_id = ${PROJECT} AND number = $1::bigint)
       UNION
       (SELECT * FROM (
          SELECT id, number, state, sentence, opened_at FROM incident WHERE project_id = ${PROJECT} ORDER BY opened_at DESC LIMIT ${LOOKED_THROUGH}
        ) AS newest WHERE sentence ILIKE ALL ($2::text[]))
     ) AS found
     ORDER BY number <> coalesce($1::bigint, 0), state = 'resolved', opened_at DESC LIMIT $3::int`,
    [digits ?? null, q.trim().split(/\s+/).map(likePattern), limit],
  );
};
