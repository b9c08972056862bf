import { PROJECT } from "#lib/access/context.ts";
import type { Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Planned } from "./planned.ts";

const ms = (parameter: string): string => `to_timestamp(${parameter} / 1000)`;

/** Stores firings that are to be sent when they are due; one that is stored already stays as it is. */
export async function planDispatches(sql: Sql, planned: readonly Planned[]): Promise<void> {
  if (planned.length === 0) return;
  const column = <T>(pick: (one: Planned) => T): T[] => planned.map(pick);
  await sql.query(
    `INSERT INTO dispatch (id, project_id, schedule_id, window_at, why, retry, due_at, actor, planned_at)
     SELECT d.id, ${PROJECT}, d.schedule_id, ${ms("d.window_at")}, d.why, d.retry, ${ms("d.due")}, d.actor, ${ms("d.planned")}
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
