import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Page } from "#lib/input/page.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Selector } from "./facts-store.ts";

export interface NewPause {
  readonly id: string;
  readonly scheduleId: string;
  readonly from: Instant;
  readonly until: Instant | null;
  readonly resumeOnCheckIn: boolean;
  readonly actor: string;
}

/** Begins a pause: a row that excuses, and what the schedule shows of it. */
export async function beginPause(sql: Sql, pause: NewPause): Promise<void> {
  await sql.query(
    `INSERT INTO excuse (id, project_id, kind, schedule_id, from_at, to_at, actor, created_at)
     VALUES ($1::uuid, ${PROJECT}, 'pause', $2::uuid, ${timestamp("$3")}, ${timestamp("$4")}, $5, ${timestamp("$3")})`,
    [pause.id, pause.scheduleId, pause.from, pause.until, pause.actor],
  );
  await sql.query(
    `UPDATE schedule SET paused_at = ${timestamp("$2")}, paused_until = ${timestamp("$3")}, paused_by = $4, resume_on_check_in = $5::boolean
     WHERE id = $1::uuid`,
    [pause.scheduleId, pause.from, pause.until, pause.actor, pause.resumeOnCheckIn],
  );
}

/** Moves the end of the pause that goes on now. */
export async function changePause(
  sql: Sql,
  pause: {
    readonly scheduleId: string;
    readonly until: Instant | null;
    readonly resumeOnCheckIn: boolean;
    readonly now: Instant;
  },
): Promise<void> {
  await sql.query(
    `UPDATE excuse SET to_at = ${timestamp("$2")}, version = version + 1
     WHERE schedule_id = $1::uuid AND kind = 'pause' AND (to_at IS NULL OR to_at > ${timestamp("$3")})`,
    [pause.scheduleId, pause.until, pause.now],
  );
  await sql.query(
    `UPDATE schedule SET paused_until = ${timestamp("$2")}, resume_on_check_in = $3::boolean WHERE id = $1::uuid`,
    [pause.scheduleId, pause.until, pause.resumeOnCheckIn],
  );
}

/** Ends the pause that goes on now. */
export async function endPause(sql: Sql, pause: { readonly scheduleId: string; readonly now: Instant }): Promise<void> {
  await sql.query(
    `UPDATE excuse SET to_at = ${timestamp("$2")}, version = version + 1
     WHERE schedule_id = $1::uuid AND kind = 'pause' AND (to_at IS NULL OR to_at > ${timestamp("$2")})`,
    [pause.scheduleId, pause.now],
  );
  await sql.query(
    `UPDATE schedule SET paused_at = NULL, paused_until = NULL, paused_by = NULL, resume_on_check_in = false
     WHERE id = $1::uuid`,
    [pause.scheduleId],
  );
}

/** Single windows that a person excuses; one that is excused already stays as it is. */
export async function excuseWindows(
  sql: Sql,
  excused: {
    readonly scheduleId: string;
    readonly windows: readonly { readonly id: string; readonly expectedAt: Instant }[];
    readonly reason: string | null;
    readonly actor: string;
    readonly now: Instant;
  },
): Promise<void> {
  await sql.query(
    `INSERT INTO excuse (id, project_id, kind, schedule_id, window_expected_at, from_at, reason, actor, created_at)
     SELECT w.id, ${PROJECT}, 'person', $1::uuid, ${timestamp("w.expected")}, ${timestamp("w.expected")}, $4, $5, ${timestamp("$6")}
     FROM unnest($2::uuid[], $3::float8[]) AS w (id, expected)
     WHERE NOT EXISTS (SELECT 1 FROM excuse e WHERE e.schedule_id = $1::uuid AND e.kind = 'person'
       AND e.window_expected_at = ${timestamp("w.expected")})`,
    [
      excused.scheduleId,
      excused.windows.map(({ id }) => id),
      excused.windows.map(({ expectedAt }) => expectedAt),
      excused.reason,
      excused.actor,
      excused.now,
    ],
  );
}

export interface MaintenanceRow {
  readonly id: string;
  readonly from: Instant;
  readonly to: Instant;
  readonly selector: Selector;
  readonly reason: string | null;
  readonly actor: string;
  readonly createdAt: Instant;
  readonly version: number;
}

const MAINTENANCE = `id::text AS id, ${epochMs("from_at")} AS "from", ${epochMs("to_at")} AS "to", selector, reason, actor,
  ${epochMs("created_at")} AS "createdAt", version`;

export async function insertMaintenance(sql: Sql, made: MaintenanceRow): Promise<void> {
  await sql.query(
    `INSERT INTO excuse (id, project_id, kind, from_at, to_at, selector, reason, actor, created_at)
     VALUES ($1::uuid, ${PROJECT}, 'maintenance', ${timestamp("$2")}, ${timestamp("$3")}, $4::jsonb, $5, $6, ${timestamp("$7")})`,
    [made.id, made.from, made.to, JSON.stringify(made.selector), made.reason, made.actor, made.createdAt],
  );
}

export async function lockMaintenance(sql: Sql, id: string): Promise<MaintenanceRow | null> {
  const rows = await sql.query<MaintenanceRow>(
    `SELECT ${MAINTENANCE} FROM excuse WHERE id = $1::uuid AND kind = 'maintenance' FOR UPDATE`,
    [id],
  );
  return rows[0] ?? null;
}

export const deleteMaintenance = async (sql: Sql, id: string): Promise<void> => {
  await sql.query("DELETE FROM excuse WHERE id = $1::uuid AND kind = 'maintenance'", [id]);
};

export const endMaintenance = async (sql: Sql, id: string, now: Instant): Promise<void> => {
  await sql.query(`UPDATE excuse SET to_at = ${timestamp("$2")}, version = version + 1 WHERE id = $1::uuid`, [id, now]);
};

/** Newest beginning first; one more than the page holds. */
export async function listMaintenance(
  sql: Sql,
  page: Pick<Page, "limit"> & { readonly before: readonly [Instant, string] | null },
): Promise<MaintenanceRow[]> {
  const [from, id] = page.before ?? [null, null];
  return sql.query<MaintenanceRow>(
    `SELECT ${MAINTENANCE} FROM excuse
     WHERE project_id = ${PROJECT} AND kind = 'maintenance'
       AND ($1::float8 IS NULL OR (from_at, id) < (${timestamp("$1")}, $2::uuid))
     ORDER BY from_at DESC, id DESC LIMIT $3::int`,
    [from, id, page.limit + 1],
  );
}

/** The ids of the schedules that a maintenance speaks of, as `speaksOf` says it; archived ones are left out. */
export async function selectedSchedules(
  sql: Sql,
  selector: Selector,
  { onlyRolling }: { readonly onlyRolling: boolean },
): Promise<string[]> {
  const { schedules = [], tags = [], routes = [], drivers = [] } = selector;
  const all = schedules.length + tags.length + routes.length + drivers.length === 0;
  const rows = await sql.query<{ readonly id: string }>(
    `SELECT s.id::text AS id FROM schedule s JOIN schedule_version v ON v.schedule_id = s.id AND v.number = s.version
     WHERE s.project_id = ${PROJECT} AND s.archived_at IS NULL
       AND ($1::boolean OR s.slug = ANY($2::text[]) OR s.tags && $3::text[] OR s.route = ANY($4::text[])
         OR s.driver ->> 'kind' = ANY($5::text[]))
       AND (NOT $6::boolean OR v.spec ->> 'kind' = 'rolling')
     ORDER BY s.id`,
    [all, schedules, tags, routes, drivers, onlyRolling],
  );
  return rows.map(({ id }) => id);
}
