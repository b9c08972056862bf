import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";

/** One at a time for a subject, over all processes: else a burst would be counted before any of it is stored. */
export const lockSubject = (sql: Sql, subject: string): Promise<unknown> =>
  sql.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))::text AS locked", [subject]);

/** The newest attempts since, at most `limit`, newest first. */
export async function attemptsSince(
  sql: Sql,
  { subject, since, limit }: { readonly subject: string; readonly since: Instant; readonly limit: number },
): Promise<readonly Instant[]> {
  const rows = await sql.query<{ at: Instant }>(
    `SELECT ${epochMs("at")} AS at FROM sign_in_attempt
     WHERE subject = $1 AND at > to_timestamp($2::float8 / 1000.0) ORDER BY at DESC LIMIT $3::int`,
    [subject, since, limit],
  );
  return rows.map((row) => row.at);
}

export const insertAttempt = (sql: Sql, subject: string, at: Instant): Promise<unknown> =>
  sql.query("INSERT INTO sign_in_attempt (subject, at) VALUES ($1, to_timestamp($2::float8 / 1000.0))", [subject, at]);

export const deleteAttempts = (sql: Sql, subject: string): Promise<unknown> =>
  sql.query("DELETE FROM sign_in_attempt WHERE subject = $1", [subject]);

/** One of those that were stored at this moment. */
export const deleteOneAttempt = (sql: Sql, subject: string, at: Instant): Promise<unknown> =>
  sql.query(
    `DELETE FROM sign_in_attempt WHERE ctid IN (
       SELECT ctid FROM sign_in_attempt WHERE subject = $1 AND at = to_timestamp($2::float8 / 1000.0) LIMIT 1 FOR UPDATE)`,
    [subject, at],
  );
