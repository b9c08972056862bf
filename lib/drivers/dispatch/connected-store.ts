import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { ConnectedKind } from "#lib/schedules/schema.ts";
import type { Instant } from "#lib/time/instant.ts";

/** A planned firing of a schedule that another scheduler fires. */
export interface ConnectedFiring {
  readonly id: string;
  readonly scheduleId: string;
  readonly window: Instant | null;
  readonly kind: ConnectedKind;
  readonly connection: string;
  readonly ref: string;
}

/** Takes planned firings that are due, for the transaction: they are gone with its commit, and their attempts are there. */
export async function claimConnected(
  sql: Sql,
  asked: { readonly now: Instant; readonly atMost: number },
): Promise<ConnectedFiring[]> {
  return sql.query<ConnectedFiring>(
    `DELETE FROM dispatch d USING (
       SELECT p.id, s.driver FROM dispatch p JOIN schedule s ON s.id = p.schedule_id
        WHERE p.due_at <= to_timestamp($1::float8 / 1000) AND s.driver ->> 'connection' IS NOT NULL
          AND s.archived_at IS NULL
        ORDER BY p.due_at, p.window_at, p.id LIMIT $2::int4 FOR UPDATE OF p SKIP LOCKED
     ) AS due
      WHERE d.id = due.id
     RETURNING d.id::text AS id, d.schedule_id::text AS "scheduleId", ${epochMs("d.window_at")} AS "window",
       due.driver ->> 'kind' AS kind, due.driver ->> 'connection' AS connection, due.driver ->> 'ref' AS ref`,
    [asked.now, asked.atMost],
  );
}
