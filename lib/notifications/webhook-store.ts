import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Page } from "#lib/input/page.ts";
import type { Instant } from "#lib/time/instant.ts";

export interface WebhookRow {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  readonly secretLength: number;
  readonly secretUpdatedAt: Instant;
  /** `null`: all. */
  readonly events: readonly string[] | null;
  readonly createdAt: Instant;
  readonly version: number;
}

const COLUMNS = `id::text AS id, name, url, secret_length AS "secretLength",
  ${epochMs("secret_updated_at")} AS "secretUpdatedAt", events, ${epochMs("created_at")} AS "createdAt", version`;

export async function webhookByName(sql: Sql, name: string, lock = false): Promise<WebhookRow | null> {
  const [row] = await sql.query<WebhookRow>(
    `SELECT ${COLUMNS} FROM webhook WHERE project_id = ${PROJECT} AND name = $1 ${lock ? "FOR UPDATE" : ""}`,
    [name],
  );
  return row ?? null;
}

/** By name, after a name; one more than the page holds. */
export const listWebhooks = (
  sql: Sql,
  page: Pick<Page, "limit"> & { readonly after: string | null },
): Promise<WebhookRow[]> =>
  sql.query<WebhookRow>(
    `SELECT ${COLUMNS} FROM webhook WHERE project_id = ${PROJECT} AND ($1::text IS NULL OR name > $1::text)
     ORDER BY name LIMIT $2::int`,
    [page.after, page.limit + 1],
  );

export interface SecretWrite {
  /** Sealed, as base64. */
  readonly box: string;
  readonly length: number;
}

/** False when the name is taken. */
export async function insertWebhook(
  sql: Sql,
  made: Pick<WebhookRow, "id" | "name" | "url" | "events" | "createdAt"> & { readonly secret: SecretWrite },
): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO webhook (name, project_id, id, url, secret_box, secret_length, secret_updated_at, events, created_at)
     VALUES ($1, ${PROJECT}, $2::uuid, $3, decode($4, 'base64'), $5::int, ${timestamp("$6")}, $7::text[], ${timestamp("$6")})
     ON CONFLICT (project_id, name) DO NOTHING RETURNING name`,
    [made.name, made.id, made.url, made.secret.box, made.secret.length, made.createdAt, made.events],
  );
  return rows.length > 0;
}

export async function updateWebhook(
  sql: Sql,
  changed: Pick<WebhookRow, "name" | "url" | "events"> & { readonly secret: SecretWrite | null; readonly now: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE webhook SET version = version + 1, url = $2, events = $3::text[],
       secret_box = coalesce(decode($4::text, 'base64'), secret_box), secret_length = coalesce($5::int, secret_length),
       secret_updated_at = CASE WHEN $4::text IS NULL THEN secret_updated_at ELSE ${timestamp("$6")} END
     WHERE project_id = ${PROJECT} AND name = $1`,
    [
      changed.name,
      changed.url,
      changed.events,
      changed.secret?.box ?? null,
      changed.secret?.length ?? null,
      changed.now,
    ],
  );
}

export async function deleteWebhook(sql: Sql, name: string): Promise<void> {
  await sql.query(`DELETE FROM webhook WHERE project_id = ${PROJECT} AND name = $1`, [name]);
}

/** A message for one webhook alone, due at once. */
export async function insertTest(
  sql: Sql,
  test: { readonly id: string; readonly webhookId: string; readonly payload: unknown; readonly now: Instant },
): Promise<void> {
  await sql.query(
    `INSERT INTO outbox (id, project_id, type, subject, payload, created_at, spread_at)
     VALUES ($1::uuid, ${PROJECT}, 'webhook.test', $2, $3::jsonb, ${timestamp("$4")}, ${timestamp("$4")})`,
    [test.id, test.webhookId, JSON.stringify(test.payload), test.now],
  );
  await sql.query(
    `INSERT INTO delivery (outbox_id, webhook_id, project_id, created_at, next_attempt_at)
     VALUES ($1::uuid, $2::uuid, ${PROJECT}, ${timestamp("$3")}, ${timestamp("$3")})`,
    [test.id, test.webhookId, test.now],
  );
}
