import { epochMs, type Sql } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { PROJECT } from "../context.ts";

export interface PingKey {
  readonly key: string;
  /** The one before it is taken until then; `null`: none is, or not any more. */
  readonly previousUntil: Instant | null;
}

export async function pingKeyRow(sql: Sql, lock = false): Promise<PingKey | null> {
  const [row] = await sql.query<{ key: string; until: number | null }>(
    `SELECT ping_key AS key, ${epochMs("previous_ping_key_until")} AS until FROM project
      WHERE id = ${PROJECT} ${lock ? "FOR UPDATE" : ""}`,
  );
  return row ? { key: row.key, previousUntil: row.until === null ? null : instant(row.until) } : null;
}

/** The present key becomes the one before. */
export async function replacePingKey(
  sql: Sql,
  given: { readonly key: string; readonly previousUntil: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE project SET previous_ping_key = ping_key, previous_ping_key_until = to_timestamp($2::float8 / 1000.0), ping_key = $1
      WHERE id = ${PROJECT}`,
    [given.key, given.previousUntil],
  );
}
