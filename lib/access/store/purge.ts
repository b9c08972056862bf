import type { Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";

const before = (column: string): string => `${column} < to_timestamp($1::float8 / 1000.0)`;

export const deleteAttemptsBefore = (sql: Sql, at: Instant): Promise<unknown> =>
  sql.query(`DELETE FROM sign_in_attempt WHERE ${before("at")}`, [at]);

export const deleteSessionsEndedBefore = (sql: Sql, at: Instant): Promise<unknown> =>
  sql.query(`DELETE FROM session WHERE ${before("expires_at")} OR ${before("revoked_at")}`, [at]);

export const deleteLinksEndedBefore = (sql: Sql, at: Instant): Promise<unknown> =>
  sql.query(`DELETE FROM one_time_link WHERE ${before("expires_at")} OR ${before("used_at")}`, [at]);
