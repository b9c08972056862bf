import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
import { PROJECT } from "../context.ts";

export type LinkKind = "setup" | "invitation" | "reset";

export interface OpenLink {
  readonly id: string;
  readonly kind: LinkKind;
  readonly expiresAt: Instant;
  /** Whom it is for; `null` for a set-up. */
  readonly person: { readonly id: string; readonly email: string; readonly name: string } | null;
}

interface Row {
  readonly id: string;
  readonly kind: LinkKind;
  readonly expiresAt: Instant;
  readonly personId: string | null;
  readonly email: string | null;
  readonly name: string | null;
}

/** The link of this token, when it may still be used and its person has not been disabled since. */
export async function openLink(sql: Sql, tokenHash: string, now: Instant): Promise<OpenLink | null> {
  const [row] = await sql.query<Row>(
    `SELECT l.id::text AS id, l.kind, ${epochMs("l.expires_at")} AS "expiresAt",
       p.id::text AS "personId", p.email, p.name
     FROM one_time_link l LEFT JOIN person p ON p.id = l.person_id
     WHERE l.token_hash = decode($1, 'hex') AND l.used_at IS NULL
       AND l.expires_at > to_timestamp($2::float8 / 1000.0) AND p.disabled_at IS NULL`,
    [tokenHash, now],
  );
  if (!row) return null;
  const { personId, email, name } = row;
  const person = personId !== null && email !== null && name !== null ? { id: personId, email, name } : null;
  return { id: row.id, kind: row.kind, expiresAt: row.expiresAt, person };
}

/** True for exactly one of those who use it at once. */
export async function spendLink(sql: Sql, id: string, now: Instant): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE one_time_link SET used_at = to_timestamp($2::float8 / 1000.0)
     WHERE id = $1::uuid AND used_at IS NULL AND expires_at > to_timestamp($2::float8 / 1000.0)
     RETURNING id::text AS id`,
    [id, now],
  );
  return rows.length === 1;
}

export interface NewLink {
  readonly id: string;
  readonly kind: LinkKind;
  readonly personId: string | null;
  readonly tokenHash: string;
  readonly createdAt: Instant;
  readonly expiresAt: Instant;
}

export const insertLink = (sql: Sql, link: NewLink): Promise<unknown> =>
  sql.query(
    `INSERT INTO one_time_link (id, project_id, kind, person_id, token_hash, created_at, expires_at)
     VALUES ($1::uuid, ${PROJECT}, $2, $3::uuid, decode($4, 'hex'),
             to_timestamp($5::float8 / 1000.0), to_timestamp($6::float8 / 1000.0))`,
    [link.id, link.kind, link.personId, link.tokenHash, link.createdAt, link.expiresAt],
  );

/** An earlier link that nobody has used opens nothing any more. `null`: those of the set-up. */
export const deleteUnusedLinks = (sql: Sql, personId: string | null): Promise<unknown> =>
  sql.query("DELETE FROM one_time_link WHERE used_at IS NULL AND person_id IS NOT DISTINCT FROM $1::uuid", [personId]);
