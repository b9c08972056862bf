import { PROJECT } from "#lib/access/context.ts";
import type { Sql } from "#lib/db/sql.ts";
import { tellStale } from "#lib/db/tell.ts";
import type { Renamed } from "#lib/input/renamed.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { OutageReason } from "./outage.ts";
import { tellOutages } from "./outbox-store.ts";

/** The open outage of each reason, made where there is none. */
export async function joinOutages(
  sql: Sql,
  reasons: readonly OutageReason[],
  by: { readonly now: Instant; readonly makeId: () => string },
): Promise<Map<string, { readonly id: string; readonly made: boolean }>> {
  const distinct = [...new Map(reasons.map((reason) => [reason.key, reason])).values()].sort((a, b) =>
    a.key < b.key ? -1 : 1,
  );
  if (distinct.length === 0) return new Map();
  const rows = await sql.query<{ key: string; id: string; made: boolean }>(
    `INSERT INTO outage AS o (id, project_id, reason_key, reason, route, driver, opened_at)
     SELECT r.id, 1, r.key, r.reason, r.route, r.driver, to_timestamp($6::float8 / 1000)
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[]) AS r (id, key, reason, route, driver)
     ON CONFLICT (project_id, reason_key) WHERE resolved_at IS NULL DO UPDATE SET reason = o.reason
     RETURNING reason_key AS key, id::text AS id, (xmax = 0) AS made`,
    [
      distinct.map(by.makeId),
      distinct.map((reason) => reason.key),
      distinct.map((reason) => reason.reason),
      distinct.map((reason) => reason.route),
      distinct.map((reason) => reason.driver),
      by.now,
    ],
  );
  return new Map(rows.map((row) => [row.key, { id: row.id, made: row.made }]));
}

/** Resolves those of the outages that have no open incident left, and tells of it; answers which. */
export async function resolveEmptyOutages(
  sql: Sql,
  given: { readonly outageIds: readonly string[]; readonly now: Instant },
): Promise<string[]> {
  if (given.outageIds.length === 0) return [];
  const rows = await sql.query<{ id: string }>(
    `UPDATE outage o SET resolved_at = to_timestamp($2::float8 / 1000)
      WHERE o.id = ANY ($1::uuid[]) AND o.resolved_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM incident i WHERE i.outage_id = o.id AND i.state <> 'resolved')
     RETURNING o.id::text AS id`,
    [[...given.outageIds], given.now],
  );
  const ids = rows.map((row) => row.id);
  await tellOutages(sql, "outage.resolved", { ids, now: given.now });
  if (ids.length > 0) await tellStale(sql, ["outages"]);
  return ids;
}

/** An outage of a driver that goes on is the same one under the new name of its connection. */
export async function renameOutages(sql: Sql, { from, to }: Renamed): Promise<void> {
  await sql.query(
    `UPDATE outage SET driver = $2, reason_key = 'driver:' || $2
      WHERE project_id = ${PROJECT} AND driver = $1 AND resolved_at IS NULL`,
    [from, to],
  );
}
