import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Planned } from "./planned.ts";

/** Stores firings that are to be sent when they are due; one that is stored already stays as it is. */
export async function planDispatches(sql: Sql, planned: readonly Planned[]): Promise<void> {
  if (planned.length === 0) return;
  const column = <T>(pick: (one: Planned) => T): T[] => planned.map(pick);
  await sql.query(
    `INSERT INTO dispatch (id, project_id, schedule_id, window_at, why, retry, due_at, actor, planned_at)
     SELECT d.id, ${PROJECT}, d.schedule_id, ${timestamp("d.window_at")}, d.why, d.retry, ${timestamp("d.due")}, d.actor, ${timestamp("d.planned")}
       FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::text[], $5::int2[], $6::float8[], $7::text[], $8::float8[])
         AS d (id, schedule_id, window_at, why, retry, due, actor, planned)
     ON CONFLICT DO NOTHING`,
    [
      column((one) => one.id),
      column((one) => one.scheduleId),
      column((one) => one.window),
      column((one) => one.why),
      column((one) => one.retry),
      column((one): Instant => one.dueAt),
      column((one) => one.actor),
      column((one): Instant => one.plannedAt),
    ],
  );
}

/**
 * Claims planned firings that are due, oldest first, for the transaction: another engine skips them. Those of schedules
 * that another scheduler fires are `fire-connected.ts`' to take.
 */
export async function claimPlanned(
  sql: Sql,
  asked: { readonly now: Instant; readonly atMost: number },
): Promise<Planned[]> {
  const rows = await sql.query<Omit<Planned, "window"> & { readonly window: Instant | null }>(
    `SELECT id::text AS id, schedule_id::text AS "scheduleId", ${epochMs("window_at")} AS "window", why,
            retry::int AS retry, ${epochMs("due_at")} AS "dueAt", actor, ${epochMs("planned_at")} AS "plannedAt"
       FROM dispatch WHERE due_at <= to_timestamp($1::float8 / 1000)
        AND NOT EXISTS (SELECT FROM schedule s WHERE s.id = dispatch.schedule_id AND s.archived_at IS NULL
                           AND s.driver ->> 'connection' IS NOT NULL)
      ORDER BY due_at, window_at, id LIMIT $2::int4 FOR UPDATE OF dispatch SKIP LOCKED`,
    [asked.now, asked.atMost],
  );
  return rows;
}

export async function deletePlanned(sql: Sql, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await sql.query("DELETE FROM dispatch WHERE id = ANY ($1::uuid[])", [[...ids]]);
}

export async function postponePlanned(sql: Sql, ids: readonly string[], to: Instant): Promise<void> {
  if (ids.length === 0) return;
  await sql.query("UPDATE dispatch SET due_at = to_timestamp($2::float8 / 1000) WHERE id = ANY ($1::uuid[])", [
    [...ids],
    to,
  ]);
}

/** The schedules among these of which a window waits for the run before it. */
export async function withWaiting(sql: Sql, scheduleIds: readonly string[]): Promise<ReadonlySet<string>> {
  if (scheduleIds.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>(
    `SELECT DISTINCT schedule_id::text AS id FROM dispatch
      WHERE schedule_id = ANY ($1::uuid[]) AND why = 'schedule' AND retry = 0`,
    [[...scheduleIds]],
  );
  return new Set(rows.map((row) => row.id));
}

/** Retries of windows that need none any more. */
export async function dropRetries(
  sql: Sql,
  windows: readonly { readonly scheduleId: string; readonly window: Instant }[],
): Promise<void> {
  if (windows.length === 0) return;
  await sql.query(
    `DELETE FROM dispatch d USING unnest($1::uuid[], $2::float8[]) AS w (schedule_id, at)
      WHERE d.schedule_id = w.schedule_id AND d.window_at = ${timestamp("w.at")} AND d.retry > 0`,
    [windows.map((one) => one.scheduleId), windows.map((one) => one.window)],
  );
}
