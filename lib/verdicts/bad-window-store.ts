/** Bad windows over many schedules, as screens count and list them. */
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import type { Verdict } from "./verdict.ts";

/** What speaks of the present life of a schedule: of one that was archived and revived, nothing from before. */
const COUNTS = "b.bad AND b.expected_at > s.expected_from";

const BIN = `date_bin(make_interval(secs => $3::float8 / 1000), b.expected_at, ${timestamp("$1")})`;

export interface BadCount {
  /** Which bucket of the span, from 0. */
  readonly bucket: number;
  readonly verdict: Verdict;
  /** Refused at the boundary. */
  readonly rejected: boolean;
  readonly count: number;
}

/**
 * Bad windows of some schedules (`null`: of all) by bucket and verdict. Answered by `bad_window_at`: what is good costs
 * nothing.
 */
export async function countBad(
  sql: Sql,
  asked: { readonly within: Span; readonly bucket: number; readonly scheduleIds: readonly string[] | null },
): Promise<BadCount[]> {
  const { within, bucket, scheduleIds } = asked;
  return sql.query<BadCount>(
    // In whole numbers: what extract answers is a numeric, and slow to reckon with.
    `SELECT (extract(epoch FROM ${BIN} - ${timestamp("$1")}) * 1000 / $3::float8)::float8 AS bucket, b.verdict,
            (b.verdict = 'missing' AND b.cause IS NOT DISTINCT FROM 'rejected') AS rejected, count(*)::float8 AS count
       FROM bad_window b JOIN schedule s ON s.id = b.schedule_id
      WHERE b.project_id = 1 AND b.expected_at >= ${timestamp("$1")} AND b.expected_at < ${timestamp("$2")} AND ${COUNTS}
        AND s.archived_at IS NULL AND ($4::uuid[] IS NULL OR b.schedule_id = ANY ($4::uuid[]))
      GROUP BY ${BIN}, 2, 3 ORDER BY 1`,
    [within.from, within.to, bucket, scheduleIds],
  );
}

export interface BadListed {
  readonly scheduleId: string;
  readonly expectedAt: Instant;
  readonly verdict: Verdict;
  readonly cause: string | null;
  readonly incidentId: string | null;
}

/** Bad windows of some schedules, newest first in each, in the order in which the schedules are given. */
export async function listBad(
  sql: Sql,
  asked: { readonly within: Span; readonly scheduleIds: readonly string[]; readonly atMost: number },
): Promise<BadListed[]> {
  const rows = await sql.query<Omit<BadListed, "expectedAt"> & { readonly at: number }>(
    `SELECT b.schedule_id::text AS "scheduleId", ${epochMs("b.expected_at")} AS at, b.verdict, b.cause,
            b.incident_id::text AS "incidentId"
       FROM bad_window b JOIN schedule s ON s.id = b.schedule_id
       JOIN unnest($3::uuid[]) WITH ORDINALITY AS w (id, place) ON w.id = b.schedule_id
      WHERE b.project_id = 1 AND b.expected_at >= ${timestamp("$1")} AND b.expected_at < ${timestamp("$2")} AND ${COUNTS}
      ORDER BY w.place, b.expected_at DESC LIMIT $4::int`,
    [asked.within.from, asked.within.to, asked.scheduleIds, asked.atMost],
  );
  return rows.map(({ at: moment, ...row }) => ({ ...row, expectedAt: instant(moment) }));
}

/** The missing windows of some schedules that were refused at the boundary. */
export async function listRejected(
  sql: Sql,
  asked: { readonly within: Span; readonly scheduleIds: readonly string[] },
): Promise<{ readonly scheduleId: string; readonly expectedAt: Instant }[]> {
  const rows = await sql.query<{ readonly scheduleId: string; readonly at: number }>(
    `SELECT b.schedule_id::text AS "scheduleId", ${epochMs("b.expected_at")} AS at FROM bad_window b
      WHERE b.schedule_id = ANY ($3::uuid[]) AND b.expected_at >= ${timestamp("$1")} AND b.expected_at < ${timestamp("$2")}
        AND b.bad AND b.verdict = 'missing' AND b.cause = 'rejected'`,
    [asked.within.from, asked.within.to, asked.scheduleIds],
  );
  return rows.map(({ scheduleId, at: moment }) => ({ scheduleId, expectedAt: instant(moment) }));
}

/** The schedules that have a bad window of this verdict in a span; a missing one is asked for by its cause too. */
export async function schedulesWithBad(
  sql: Sql,
  asked: { readonly within: Span; readonly verdict: Verdict; readonly rejected: boolean },
): Promise<Set<string>> {
  const rows = await sql.query<{ readonly id: string }>(
    `SELECT DISTINCT b.schedule_id::text AS id FROM bad_window b JOIN schedule s ON s.id = b.schedule_id
      WHERE b.project_id = 1 AND b.expected_at >= ${timestamp("$1")} AND b.expected_at < ${timestamp("$2")} AND ${COUNTS}
        AND b.verdict = $3 AND (b.verdict <> 'missing' OR (b.cause IS NOT DISTINCT FROM 'rejected') = $4)`,
    [asked.within.from, asked.within.to, asked.verdict, asked.rejected],
  );
  return new Set(rows.map(({ id }) => id));
}
