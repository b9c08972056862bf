import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Page } from "#lib/input/page.ts";
import type { Instant } from "#lib/time/instant.ts";

/** A check-in as it came; its body is asked for by itself. */
export interface KeptCheckIn {
  readonly id: string;
  readonly at: Instant;
  readonly receivedAt: Instant;
  readonly kind: "start" | "success" | "fail" | "log" | "close";
  readonly runId: string | null;
  readonly rid: string | null;
  readonly exitStatus: number | null;
  readonly namedWindow: Instant | null;
  readonly bodyBytes: number;
  readonly method: string;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
}

const COLUMNS = `c.id::text AS id, ${epochMs("c.at")} AS at, ${epochMs("c.received_at")} AS "receivedAt", c.kind,
  c.run_id::text AS "runId", c.rid::text AS rid, c.exit_status AS "exitStatus",
  ${epochMs("c.named_window")} AS "namedWindow", c.body_bytes AS "bodyBytes", c.method,
  c.remote_address AS "remoteAddress", c.user_agent AS "userAgent"`;

/** Of one schedule, by its primary key: the newest first; one more than the page holds. */
export async function listCheckIns(
  sql: Sql,
  scheduleId: string,
  page: Pick<Page, "limit"> & { readonly before: readonly [Instant, string] | null },
): Promise<KeptCheckIn[]> {
  return sql.query<KeptCheckIn>(
    `SELECT ${COLUMNS} FROM check_in c
     WHERE c.schedule_id = $1::uuid
       AND ($2::float8 IS NULL OR (c.at, c.id) < (to_timestamp($2::float8 / 1000.0), $3::uuid))
     ORDER BY c.at DESC, c.id DESC LIMIT $4::int`,
    [scheduleId, page.before?.[0] ?? null, page.before?.[1] ?? null, page.limit + 1],
  );
}

/** What came with it, byte for byte; `null` where there is no such check-in. */
export async function checkInBody(
  sql: Sql,
  of: { readonly scheduleId: string; readonly id: string },
): Promise<Uint8Array | null> {
  const [row] = await sql.query<{ readonly body: Uint8Array | null }>(
    "SELECT body FROM check_in WHERE schedule_id = $1::uuid AND id = $2::uuid LIMIT 1",
    [of.scheduleId, of.id],
  );
  return row ? (row.body ?? new Uint8Array()) : null;
}
