import { epochMs, type Sql } from "#lib/db/sql.ts";
import { tellAccess } from "#lib/db/tell.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Scope } from "../actor.ts";
import { PROJECT } from "../context.ts";

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scope: Scope;
  /** How its text begins; empty where that would give too much of it away. */
  readonly prefix: string;
  readonly createdAt: Instant;
  readonly createdBy: string;
  /** Exact to the minute. */
  readonly lastUsedAt: Instant | null;
}

const KEY = `id::text AS id, name, scope, prefix, ${epochMs("created_at")} AS "createdAt", created_by AS "createdBy",
  ${epochMs("last_used_at")} AS "lastUsedAt"`;

export async function liveKeyByHash(sql: Sql, keyHash: string): Promise<ApiKey | null> {
  const text = `SELECT ${KEY} FROM api_key WHERE key_hash = decode($1, 'hex') AND revoked_at IS NULL`;
  const [row] = await sql.query<ApiKey>(text, [keyHash]);
  return row ?? null;
}

/** Revoked ones too. */
export async function knownKeyHash(sql: Sql, keyHash: string): Promise<{ readonly revoked: boolean } | null> {
  const [row] = await sql.query<{ revoked: boolean }>(
    "SELECT revoked_at IS NOT NULL AS revoked FROM api_key WHERE key_hash = decode($1, 'hex')",
    [keyHash],
  );
  return row ?? null;
}

export async function liveKeyByName(sql: Sql, name: string): Promise<ApiKey | null> {
  const text = `SELECT ${KEY} FROM api_key WHERE lower(name) = lower($1) AND revoked_at IS NULL`;
  const [row] = await sql.query<ApiKey>(text, [name]);
  return row ?? null;
}

export interface KeyPage {
  readonly limit: number;
  readonly after: string | null;
}

export const liveKeysFrom = (sql: Sql, { limit, after }: KeyPage): Promise<ApiKey[]> =>
  sql.query<ApiKey>(
    `SELECT ${KEY} FROM api_key
     WHERE project_id = ${PROJECT} AND revoked_at IS NULL AND ($1::uuid IS NULL OR id > $1::uuid)
     ORDER BY id LIMIT $2::int`,
    [after, limit],
  );

export const insertKey = (sql: Sql, key: Omit<ApiKey, "lastUsedAt"> & { readonly keyHash: string }): Promise<unknown> =>
  sql.query(
    `INSERT INTO api_key (id, project_id, name, scope, key_hash, prefix, created_at, created_by)
     VALUES ($1::uuid, ${PROJECT}, $2, $3, decode($4, 'hex'), $5, to_timestamp($6::float8 / 1000.0), $7)`,
    [key.id, key.name, key.scope, key.keyHash, key.prefix, key.createdAt, key.createdBy],
  );

/** `null` when there is no such key, or it was revoked before. */
export async function revokeKeyRow(
  sql: Sql,
  { id, now }: { readonly id: string; readonly now: Instant },
): Promise<{ readonly name: string } | null> {
  const [row] = await sql.query<{ name: string }>(
    `UPDATE api_key SET revoked_at = to_timestamp($2::float8 / 1000.0)
     WHERE id = $1::uuid AND revoked_at IS NULL RETURNING name`,
    [id, now],
  );
  if (row) await tellAccess(sql);
  return row ?? null;
}

export const touchKey = (sql: Sql, id: string, now: Instant): Promise<unknown> =>
  sql.query(
    `UPDATE api_key SET last_used_at = to_timestamp($2::float8 / 1000.0)
     WHERE id = $1::uuid AND (last_used_at IS NULL OR last_used_at < to_timestamp($2::float8 / 1000.0))`,
    [id, now],
  );

const NAMES_LOCK = 7_246_015_524;
export const lockKeyNames = (sql: Sql): Promise<unknown> =>
  sql.query(`SELECT pg_advisory_xact_lock(${NAMES_LOCK})::text AS locked`);

/** True when it was another one before. */
export async function setPingKey(sql: Sql, pingKey: string): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE project SET ping_key = $1 WHERE id = ${PROJECT} AND ping_key <> $1 RETURNING id::float8 AS id`,
    [pingKey],
  );
  return rows.length > 0;
}
