import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";

/** One message on its way to one webhook. */
export interface Delivery {
  readonly outboxId: string;
  readonly webhookId: string;
  readonly webhookName: string;
  readonly attempts: number;
  readonly url: string;
  /** Sealed (`access/box.ts`), in base64. */
  readonly secretBox: string;
  readonly payload: unknown;
  readonly createdAt: number;
}

/**
 * Spreads messages of the outbox over the webhooks that want them, oldest first; answers how many were spread. A
 * message that nobody wants is done.
 */
export async function spreadOutbox(
  sql: Sql,
  asked: { readonly now: Instant; readonly atMost: number },
): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `WITH waiting AS (
       SELECT id, project_id, type FROM outbox WHERE spread_at IS NULL
        ORDER BY created_at, id LIMIT $2::int4 FOR UPDATE SKIP LOCKED
     ), made AS (
       INSERT INTO delivery (outbox_id, webhook_id, project_id, created_at, next_attempt_at)
       SELECT o.id, w.id, o.project_id, to_timestamp($1::float8 / 1000), to_timestamp($1::float8 / 1000)
         FROM waiting o JOIN webhook w ON w.project_id = o.project_id AND (w.events IS NULL OR o.type = ANY (w.events))
          -- One that is being deleted at this moment wants nothing more.
          FOR KEY SHARE OF w
       ON CONFLICT DO NOTHING
     ), done AS (
       UPDATE outbox SET spread_at = to_timestamp($1::float8 / 1000) WHERE id IN (SELECT id FROM waiting) RETURNING 1
     )
     SELECT count(*)::float8 AS count FROM done`,
    [asked.now, asked.atMost],
  );
  return row?.count ?? 0;
}

/**
 * Takes deliveries that are due, for as long as the lease: if this process dies meanwhile, another tries them again
 * under the same id.
 */
export async function leaseDeliveries(
  sql: Sql,
  asked: { readonly now: Instant; readonly until: Instant; readonly atMost: number },
): Promise<Delivery[]> {
  const rows = await sql.query<{
    outbox_id: string;
    webhook_id: string;
    name: string;
    attempts: number;
    url: string;
    secret: string;
    payload: unknown;
    created: number;
  }>(
    `WITH due AS (
       SELECT outbox_id, webhook_id FROM delivery
        WHERE next_attempt_at <= to_timestamp($1::float8 / 1000)
        ORDER BY next_attempt_at, outbox_id LIMIT $3::int4 FOR UPDATE SKIP LOCKED
     ), leased AS (
       UPDATE delivery d SET attempts = d.attempts + 1, next_attempt_at = to_timestamp($2::float8 / 1000)
         FROM due WHERE d.outbox_id = due.outbox_id AND d.webhook_id = due.webhook_id
       RETURNING d.outbox_id, d.webhook_id, d.attempts
     )
     SELECT l.outbox_id::text AS outbox_id, l.webhook_id::text AS webhook_id, w.name, l.attempts, w.url,
            encode(w.secret_box, 'base64') AS secret, o.payload, ${epochMs("o.created_at")} AS created
       FROM leased l JOIN webhook w ON w.id = l.webhook_id JOIN outbox o ON o.id = l.outbox_id
      ORDER BY o.created_at, o.id`,
    [asked.now, asked.until, asked.atMost],
  );
  return rows.map((row) => ({
    outboxId: row.outbox_id,
    webhookId: row.webhook_id,
    webhookName: row.name,
    attempts: row.attempts,
    url: row.url,
    secretBox: row.secret,
    payload: row.payload,
    createdAt: row.created,
  }));
}

/** How an attempt ended. */
export interface Attempted {
  readonly outboxId: string;
  readonly webhookId: string;
  readonly deliveredAt: Instant | null;
  readonly gaveUpAt: Instant | null;
  readonly nextAttemptAt: Instant | null;
  readonly status: number | null;
  readonly error: string | null;
}

export async function writeAttempts(sql: Sql, attempts: readonly Attempted[]): Promise<void> {
  if (attempts.length === 0) return;
  const column = <T>(pick: (one: Attempted) => T): T[] => attempts.map(pick);
  await sql.query(
    `UPDATE delivery d
        SET delivered_at = to_timestamp(a.delivered / 1000), gave_up_at = to_timestamp(a.gave_up / 1000),
            next_attempt_at = to_timestamp(a.next / 1000), last_status = a.status, last_error = a.error
       FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::float8[], $5::float8[], $6::int4[], $7::text[])
         AS a (outbox_id, webhook_id, delivered, gave_up, next, status, error)
      WHERE d.outbox_id = a.outbox_id AND d.webhook_id = a.webhook_id`,
    [
      column((one) => one.outboxId),
      column((one) => one.webhookId),
      column((one) => one.deliveredAt),
      column((one) => one.gaveUpAt),
      column((one) => one.nextAttemptAt),
      column((one) => one.status),
      column((one) => one.error),
    ],
  );
}

/** When a delivery is due next; `null`: none is waiting. */
export async function nextDelivery(sql: Sql): Promise<number | null> {
  const [row] = await sql.query<{ at: number | null }>(
    `SELECT ${epochMs("min(next_attempt_at)")} AS at FROM delivery WHERE next_attempt_at IS NOT NULL`,
  );
  return row?.at ?? null;
}

/** Forgets messages that were spread long ago, with their deliveries. */
export async function forgetOutbox(sql: Sql, before: Instant): Promise<void> {
  await sql.query(
    "DELETE FROM delivery WHERE created_at < to_timestamp($1::float8 / 1000) AND next_attempt_at IS NULL",
    [before],
  );
  await sql.query(
    `DELETE FROM outbox o WHERE o.spread_at < to_timestamp($1::float8 / 1000)
        AND NOT EXISTS (SELECT 1 FROM delivery d WHERE d.outbox_id = o.id)`,
    [before],
  );
}

/** One message to one webhook, as it stands. */
export interface DeliveryRow {
  readonly id: string;
  readonly type: string;
  readonly createdAt: Instant;
  readonly attempts: number;
  readonly nextAttemptAt: Instant | null;
  readonly deliveredAt: Instant | null;
  readonly gaveUpAt: Instant | null;
  readonly lastStatus: number | null;
  readonly lastError: string | null;
}

/** Newest first, by the index delivery_of_webhook; one more than the page holds. */
export const deliveriesOf = (
  sql: Sql,
  asked: {
    readonly webhookId: string;
    readonly limit: number;
    readonly before: readonly [Instant, string] | null;
  },
): Promise<DeliveryRow[]> =>
  sql.query<DeliveryRow>(
    `SELECT d.outbox_id::text AS id, o.type, ${epochMs("d.created_at")} AS "createdAt", d.attempts,
            ${epochMs("d.next_attempt_at")} AS "nextAttemptAt", ${epochMs("d.delivered_at")} AS "deliveredAt",
            ${epochMs("d.gave_up_at")} AS "gaveUpAt", d.last_status AS "lastStatus", d.last_error AS "lastError"
       FROM delivery d JOIN outbox o ON o.id = d.outbox_id
      WHERE d.webhook_id = $1::uuid
        AND ($2::float8 IS NULL OR (d.created_at, d.outbox_id) < (to_timestamp($2::float8 / 1000.0), $3::uuid))
      ORDER BY d.created_at DESC, d.outbox_id DESC LIMIT $4::int4`,
    [asked.webhookId, asked.before?.[0] ?? null, asked.before?.[1] ?? null, asked.limit + 1],
  );
