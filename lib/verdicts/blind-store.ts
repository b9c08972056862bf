import { epochMs, type Sql } from "#lib/db/sql.ts";
import { DAY, type Instant, instant, minus } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";

/** Spans that ended earlier than this before a window excuse nothing in it, whatever silence came between. */
const REMEMBERED = (32 * DAY) as typeof DAY;

const ADVISORY_LOCK = 7_246_015_525;

/** Until the transaction ends, nobody else writes into the ledger: of two processes that start at once one finds the span. */
export const lockLedger = (sql: Sql): Promise<unknown> =>
  sql.query("SELECT 1 AS locked FROM pg_advisory_xact_lock($1::bigint)", [ADVISORY_LOCK]);

/** The ledger of blind spans that ended after a moment, oldest first. */
export async function blindSpansSince(sql: Sql, since: Instant): Promise<Span[]> {
  const rows = await sql.query<{ f: number; t: number }>(
    `SELECT ${epochMs("from_at")} AS f, ${epochMs("to_at")} AS t FROM blind_span
      WHERE project_id = 1 AND to_at > to_timestamp($1::float8 / 1000) ORDER BY from_at`,
    [since],
  );
  return rows.map((row) => span(instant(row.f), instant(row.t)));
}

/** The blind spans that have to be weighed where windows from a moment on are judged. */
export const blindSpansFor = (sql: Sql, from: Instant): Promise<Span[]> =>
  blindSpansSince(sql, minus(from, REMEMBERED));

export async function addBlindSpan(
  sql: Sql,
  given: { readonly id: string; readonly span: Span; readonly reason: string },
): Promise<void> {
  await sql.query(
    `INSERT INTO blind_span (id, project_id, from_at, to_at, reason)
     VALUES ($1::uuid, 1, to_timestamp($2::float8 / 1000), to_timestamp($3::float8 / 1000), $4::text)`,
    [given.id, given.span.from, given.span.to, given.reason],
  );
}
