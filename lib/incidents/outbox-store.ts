import { newId } from "#lib/db/new-id.ts";
import type { Sql } from "#lib/db/sql.ts";
import { type Instant, toRfc3339 } from "#lib/time/instant.ts";

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
