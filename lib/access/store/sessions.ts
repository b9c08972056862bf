import { epochMs, type Sql } from "#lib/db/sql.ts";
import { tellAccess } from "#lib/db/tell.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Role } from "../actor.ts";

export interface Session {
  readonly id: string;
  readonly createdAt: Instant;
  /** Exact to the minute. */
  readonly seenAt: Instant;
  readonly expiresAt: Instant;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
}

export interface LiveSession {
  readonly personId: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly createdAt: Instant;
  readonly seenAt: Instant;
}

const LIVE = "s.revoked_at IS NULL AND s.expires_at > to_timestamp($2::float8 / 1000.0)";

/** Asked by every request of a person: two rows by their primary keys (0.1 ms over a socket), so nothing is cached. */
export async function liveSession(sql: Sql, id: string, now: Instant): Promise<LiveSession | null> {
  const [row] = await sql.query<LiveSession>(
    `SELECT p.id::text AS "personId", p.name, p.email, p.role,
       ${epochMs("s.created_at")} AS "createdAt", ${epochMs("s.seen_at")} AS "seenAt"
     FROM session s JOIN person p ON p.id = s.person_id
     WHERE s.id = $1::uuid AND ${LIVE} AND p.disabled_at IS NULL`,
    [id, now],
  );
  return row ?? null;
}

export const touchSession = (
  sql: Sql,
  { id, now, expiresAt }: { readonly id: string; readonly now: Instant; readonly expiresAt: Instant },
): Promise<unknown> =>
  sql.query(
    `UPDATE session SET seen_at = to_timestamp($2::float8 / 1000.0), expires_at = to_timestamp($3::float8 / 1000.0)
     WHERE id = $1::uuid AND revoked_at IS NULL AND seen_at < to_timestamp($2::float8 / 1000.0)`,
    [id, now, expiresAt],
  );

export const insertSession = (
  sql: Sql,
  session: Omit<Session, "seenAt"> & { readonly personId: string },
): Promise<unknown> =>
  sql.query(
    `INSERT INTO session (id, person_id, created_at, seen_at, expires_at, remote_address, user_agent)
     VALUES ($1::uuid, $2::uuid, to_timestamp($3::float8 / 1000.0), to_timestamp($3::float8 / 1000.0),
             to_timestamp($4::float8 / 1000.0), $5, $6)`,
    [session.id, session.personId, session.createdAt, session.expiresAt, session.remoteAddress, session.userAgent],
  );

export const liveSessionsOf = (sql: Sql, personId: string, now: Instant): Promise<Session[]> =>
  sql.query<Session>(
    `SELECT s.id::text AS id, ${epochMs("s.created_at")} AS "createdAt", ${epochMs("s.seen_at")} AS "seenAt",
       ${epochMs("s.expires_at")} AS "expiresAt", s.remote_address AS "remoteAddress", s.user_agent AS "userAgent"
     FROM session s WHERE s.person_id = $1::uuid AND ${LIVE} ORDER BY s.seen_at DESC, s.id LIMIT 1000`,
    [personId, now],
  );

/** Ends one session of a person; false when there was none to end. */
export async function revokeSession(
  sql: Sql,
  { id, personId, now }: { readonly id: string; readonly personId: string; readonly now: Instant },
): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE session SET revoked_at = to_timestamp($2::float8 / 1000.0)
     WHERE id = $1::uuid AND person_id = $3::uuid AND revoked_at IS NULL RETURNING id::text AS id`,
    [id, now, personId],
  );
  if (rows.length > 0) await tellAccess(sql);
  return rows.length === 1;
}

/** Ends a person's sessions, all but `except`; answers how many. */
export async function revokeSessionsOf(
  sql: Sql,
  {
    personId,
    now,
    except = null,
  }: { readonly personId: string; readonly now: Instant; readonly except?: string | null },
): Promise<number> {
  const rows = await sql.query(
    `UPDATE session s SET revoked_at = to_timestamp($2::float8 / 1000.0)
     WHERE s.person_id = $1::uuid AND ${LIVE} AND s.id IS DISTINCT FROM $3::uuid RETURNING s.id::text AS id`,
    [personId, now, except],
  );
  if (rows.length > 0) await tellAccess(sql);
  return rows.length;
}
