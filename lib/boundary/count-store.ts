import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import type { Via } from "./decision.ts";

export interface DecisionCount {
  /** The beginning of its bucket; buckets are aligned to the epoch. */
  readonly at: Instant;
  readonly route: string;
  readonly outcome: "admitted" | "rejected";
  readonly reason: string;
  readonly via: Via;
  readonly count: number;
}

/**
 * How many decisions the routes that there are made in a span, oldest first. Counted route by route, which
 * `decision_route` answers: what names a route that nobody made is not looked at.
 */
export async function countDecisions(
  sql: Sql,
  asked: { readonly route: string | null; readonly span: Span; readonly bucketSeconds: number },
): Promise<DecisionCount[]> {
  const rows = await sql.query<Omit<DecisionCount, "at"> & { readonly at: number }>(
    `SELECT ${epochMs("date_bin(make_interval(secs => $4::int), d.at, 'epoch'::timestamptz)")} AS at,
            d.route, d.outcome, d.reason, d.via, count(*)::int AS count
       FROM route r JOIN decision d ON d.route = r.name
      WHERE r.project_id = ${PROJECT} AND d.project_id = ${PROJECT} AND ($1::text IS NULL OR r.name = $1)
        AND d.at >= to_timestamp($2::float8 / 1000.0) AND d.at < to_timestamp($3::float8 / 1000.0)
      GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`,
    [asked.route, asked.span.from, asked.span.to, asked.bucketSeconds],
  );
  return rows.map((row) => ({ ...row, at: instant(row.at) }));
}
