/** What the registry reads of schedules, their aliases and the project's ping key. */
import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Address } from "./protocols/protocol.ts";
import type { RegistryEntry, RegistryProject } from "./registry.ts";

const ENTRY = `
  s.id::text AS id, s.project_id::float8 AS "projectId", s.slug, s.ping_uuid::text AS uuid,
  s.previous_ping_uuid::text AS "previousUuid", ${epochMs("s.previous_ping_uuid_until")} AS "previousUntil",
  s.environment, s.archived_at IS NOT NULL AS archived, s.paused_at IS NOT NULL AS paused,
  s.resume_on_check_in AS "resumeOnCheckIn",
  coalesce((SELECT array_agg(a.slug) FROM slug_alias a WHERE a.schedule_id = s.id), '{}') AS aliases`;

export const readProjects = (sql: Sql): Promise<RegistryProject[]> =>
  sql.query<RegistryProject>(
    `SELECT id::float8 AS id, ping_key AS "pingKey", previous_ping_key AS "previousPingKey",
            ${epochMs("previous_ping_key_until")} AS "previousPingKeyUntil"
       FROM project ORDER BY id`,
  );

/** In pages, by id: the whole of it at once would hold its rows twice in memory. */
export const readPage = (
  sql: Sql,
  page: { readonly after: string; readonly limit: number },
): Promise<RegistryEntry[]> =>
  sql.query<RegistryEntry>(`SELECT ${ENTRY} FROM schedule s WHERE s.id > $1::uuid ORDER BY s.id LIMIT $2`, [
    page.after,
    page.limit,
  ]);

export const readByIds = (sql: Sql, ids: readonly string[]): Promise<RegistryEntry[]> =>
  sql.query<RegistryEntry>(`SELECT ${ENTRY} FROM schedule s WHERE s.id = ANY ($1::uuid[])`, [ids]);

/** By the addresses of check-ins; what a union of four look-ups finds, each by its own index. */
export function readByAddresses(sql: Sql, addresses: readonly Address[]): Promise<RegistryEntry[]> {
  const uuids = addresses.flatMap((address) => (address.form === "uuid" ? [address.uuid] : []));
  // What holds a NUL cannot be sent to PostgreSQL as text, nor be a name in it.
  const slugs = addresses.flatMap((address) =>
    address.form === "slug" && !address.slug.includes("\0") ? [address.slug] : [],
  );
  return sql.query<RegistryEntry>(
    `SELECT ${ENTRY} FROM schedule s WHERE s.id IN (
       SELECT id FROM schedule WHERE ping_uuid = ANY ($1::uuid[])
       UNION SELECT id FROM schedule WHERE previous_ping_uuid = ANY ($1::uuid[])
       UNION SELECT t.id FROM project p JOIN schedule t ON t.project_id = p.id AND t.slug = ANY ($2::text[])
       UNION SELECT a.schedule_id FROM project p JOIN slug_alias a ON a.project_id = p.id AND a.slug = ANY ($2::text[])
     )`,
    [uuids, slugs],
  );
}
