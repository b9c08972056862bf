import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";
import { incidentsByIds, incidentsOfOutages, outagesByIds } from "./row-store.ts";
import { incidentShape, outageShape } from "./shape.ts";

export interface Message {
  readonly id: string;
  readonly type: string;
  /** The id of what it tells about. */
  readonly subject: string;
  readonly payload: unknown;
  readonly at: Instant;
}

/** Puts messages into the outbox, in the transaction of what they tell. */
export async function writeOutbox(sql: Sql, messages: readonly Message[]): Promise<void> {
  if (messages.length === 0) return;
  await sql.query(
    `INSERT INTO outbox (id, project_id, type, subject, payload, created_at)
     SELECT m.id, 1, m.type, m.subject, m.payload::jsonb, to_timestamp(m.at / 1000)
       FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::float8[]) AS m (id, type, subject, payload, at)`,
    [
      messages.map((message) => message.id),
      messages.map((message) => message.type),
      messages.map((message) => message.subject),
      messages.map((message) => JSON.stringify(message.payload)),
      messages.map((message) => message.at),
    ],
  );
  await sql.query("SELECT count(pg_notify('rollcall_outbox', ''))::int AS told");
}

export type IncidentMessage = "incident.opened" | "incident.acknowledged" | "incident.changed" | "incident.resolved";
export type OutageMessage = "outage.opened" | "outage.resolved";

/**
 * Tells of incidents as they stand in this transaction: the one place that says what a message of `incident.*` holds,
 * which is what `GET /incidents` lists.
 */
export async function tellIncidents(
  sql: Sql,
  told: readonly { readonly type: IncidentMessage; readonly id: string }[],
  now: Instant,
): Promise<void> {
  if (told.length === 0) return;
  const rows = await incidentsByIds(
    sql,
    told.map(({ id }) => id),
  );
  const known = new Map(rows.map((row) => [row.id, row]));
  const messages = told.flatMap(({ type, id }) => {
    const row = known.get(id);
    return row ? [messageOf(type, { subject: id, at: now, data: incidentShape(row) })] : [];
  });
  await writeOutbox(sql, messages);
}

/** Tells of outages as they stand in this transaction: as `GET /outages` has them, with the number of their incidents. */
export async function tellOutages(
  sql: Sql,
  type: OutageMessage,
  { ids, now }: { readonly ids: readonly string[]; readonly now: Instant },
): Promise<void> {
  if (ids.length === 0) return;
  const outages = await outagesByIds(sql, ids);
  const incidents = await incidentsOfOutages(sql, ids);
  const messages = outages.map((outage) => {
    const data = outageShape(
      outage,
      incidents.filter(({ outageId }) => outageId === outage.id),
    );
    return messageOf(type, { subject: outage.id, at: now, data });
  });
  await writeOutbox(sql, messages);
}

/** A message for the outbox in the form in which it goes out (api.md, Outgoing webhook); `subject` is what it tells of. */
export const messageOf = (
  type: string,
  told: { readonly subject: string; readonly at: Instant; readonly data: object },
): Message => ({
  id: newId(told.at),
  type,
  subject: told.subject,
  at: told.at,
  payload: { type, timestamp: toRfc3339(told.at), data: told.data },
});
