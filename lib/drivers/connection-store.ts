import { open, seal } from "#lib/access/box.ts";
import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Secrets } from "#lib/input/kept-secret.ts";
import type { Page } from "#lib/input/page.ts";
import type { Renamed } from "#lib/input/renamed.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { StoredConnection } from "./connection.ts";
import type { AnyConfig } from "./fields.ts";

export interface ConnectionRow extends StoredConnection {
  readonly id: string;
  readonly name: string;
  /** Sealed, as base64. */
  readonly secretsBox: string;
  readonly createdAt: Instant;
  readonly version: number;
}

export const sealedConnection = (key: string, secrets: Secrets): string =>
  seal(key, JSON.stringify(secrets)).toString("base64");

/** `null`: it was sealed under another ROLLCALL_SECRET. */
export function openedSecrets(row: Pick<ConnectionRow, "secretsBox">, key: string): Secrets | null {
  const text = open(key, Buffer.from(row.secretsBox, "base64"));
  // Sealed by `sealedConnection` alone, and authenticated.
  return text === null ? null : (JSON.parse(text) as Secrets);
}

/** What a driver is given: options and secrets; `null` where they cannot be opened. */
export function configOf(row: ConnectionRow, key: string): AnyConfig | null {
  const secrets = openedSecrets(row, key);
  return secrets === null ? null : { ...row.options, ...secrets };
}

const COLUMNS = `id::text AS id, name, kind, options, secrets, encode(secrets_box, 'base64') AS "secretsBox",
  ${epochMs("created_at")} AS "createdAt", version`;

export async function connectionByName(sql: Sql, name: string, lock = false): Promise<ConnectionRow | null> {
  const [row] = await sql.query<ConnectionRow>(
    `SELECT ${COLUMNS} FROM connection WHERE project_id = ${PROJECT} AND name = $1 ${lock ? "FOR UPDATE" : ""}`,
    [name],
  );
  return row ?? null;
}

/** By name, after a name; one more than the page holds. */
export const listConnections = (
  sql: Sql,
  page: Pick<Page, "limit"> & { readonly after: string | null },
): Promise<ConnectionRow[]> =>
  sql.query<ConnectionRow>(
    `SELECT ${COLUMNS} FROM connection WHERE project_id = ${PROJECT} AND ($1::text IS NULL OR name > $1::text)
     ORDER BY name LIMIT $2::int`,
    [page.after, page.limit + 1],
  );

type Written = Pick<ConnectionRow, "name" | "kind" | "options" | "secrets" | "secretsBox">;

const fields = (written: Written): unknown[] => [
  written.name,
  written.kind,
  JSON.stringify(written.options),
  JSON.stringify(written.secrets),
  written.secretsBox,
];

/** False when the name is taken. */
export async function insertConnection(
  sql: Sql,
  made: Written & { readonly id: string; readonly now: Instant },
): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO connection (name, kind, options, secrets, secrets_box, id, project_id, created_at)
     VALUES ($1, $2, $3::jsonb, $4::jsonb, decode($5, 'base64'), $6::uuid, ${PROJECT}, ${timestamp("$7")})
     ON CONFLICT (project_id, name) DO NOTHING RETURNING name`,
    [...fields(made), made.id, made.now],
  );
  return rows.length > 0;
}

export async function updateConnection(sql: Sql, changed: Written): Promise<void> {
  await sql.query(
    `UPDATE connection SET version = version + 1, kind = $2, options = $3::jsonb, secrets = $4::jsonb,
       secrets_box = decode($5, 'base64')
     WHERE project_id = ${PROJECT} AND name = $1`,
    fields(changed),
  );
}

/** False when the new name is taken. What names it is renamed by `lib/engine/put-connection.ts`. */
export async function renameConnection(sql: Sql, { from, to }: Renamed): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE connection SET name = $2 WHERE project_id = ${PROJECT} AND name = $1
        AND NOT EXISTS (SELECT FROM connection WHERE project_id = ${PROJECT} AND name = $2) RETURNING name`,
    [from, to],
  );
  return rows.length > 0;
}

export async function deleteConnection(sql: Sql, name: string): Promise<void> {
  await sql.query(`DELETE FROM connection WHERE project_id = ${PROJECT} AND name = $1`, [name]);
}

/** A schedule that is reached through a connection. */
export interface Connected {
  readonly connection: string;
  readonly slug: string;
  readonly ref: string;
  readonly kind: string;
  /** Since when its history cannot be read; `null`: it can, or was not tried yet. */
  readonly failingSince: Instant | null;
  readonly problem: string | null;
  readonly readTo: Instant | null;
}

/** The schedules of these connections, by slug; archived ones have none. The index `schedule_connection` answers it. */
export const connectedBy = (sql: Sql, names: readonly string[]): Promise<Connected[]> =>
  sql.query<Connected>(
    `SELECT s.driver ->> 'connection' AS connection, s.slug, s.driver ->> 'ref' AS ref, s.driver ->> 'kind' AS kind,
            ${epochMs("r.failing_since")} AS "failingSince", r.problem, ${epochMs("r.read_to")} AS "readTo"
       FROM schedule s
       LEFT JOIN driver_reading r ON r.schedule_id = s.id AND r.connection = s.driver ->> 'connection'
                                 AND r.ref = s.driver ->> 'ref'
      WHERE s.project_id = ${PROJECT} AND s.driver ->> 'connection' = ANY ($1::text[]) AND s.archived_at IS NULL
      ORDER BY s.slug`,
    [[...names]],
  );
