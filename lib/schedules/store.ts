import { PROJECT } from "#lib/access/context.ts";
import { epochMs, likePattern, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Page } from "#lib/input/page.ts";
import type { Instant, Seconds } from "#lib/time/instant.ts";
import { type MaskedDriver, maskedDriver } from "./driver-secrets.ts";
import type { AlsoBad, ScheduleFields } from "./schema.ts";
import type { Spec } from "./spec.ts";
import { type StoredSpec, specOf, storedSpec } from "./stored-spec.ts";

/** A schedule as it stands now: its own row with the fields of its newest version. */
export interface ScheduleRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly pingUuid: string;
  readonly createdAt: Instant;
  readonly expectedFrom: Instant;
  readonly archivedAt: Instant | null;
  readonly version: number;
  readonly effectiveFrom: Instant;
  readonly spec: Spec;
  readonly timezone: string;
  readonly graceSeconds: Seconds;
  readonly earlySeconds: Seconds | null;
  readonly maxRuntimeSeconds: Seconds | null;
  readonly missThreshold: number;
  readonly recoverThreshold: number;
  readonly alsoBad: readonly AlsoBad[];
  readonly environment: string;
  readonly tags: readonly string[];
  readonly owner: string | null;
  readonly description: string | null;
  readonly route: string | null;
  readonly path: string | null;
  readonly driver: MaskedDriver;
  /** What is secret of its headers, sealed, in base64; `null`: nothing is. */
  readonly headersBox: string | null;
  readonly draft: boolean;
  readonly own: boolean;
  readonly pausedAt: Instant | null;
  readonly pausedUntil: Instant | null;
  readonly pausedBy: string | null;
  readonly resumeOnCheckIn: boolean;
  /** Why its judging was set aside; `null`: it is judged. */
  readonly setAside: string | null;
}

type Stored<T extends { readonly spec: Spec }> = Omit<T, "spec"> & { readonly spec: StoredSpec };
/** What a version keeps: no secret. */
export type VersionFields = Omit<ScheduleFields, "driver"> & { readonly driver: MaskedDriver };
const storedFields = (fields: ScheduleFields): Stored<VersionFields> => ({
  ...{ ...fields, spec: storedSpec(fields.spec) },
  driver: maskedDriver(fields.driver),
});
const read = (row: Stored<ScheduleRow>): ScheduleRow => ({ ...row, spec: specOf(row.spec) });

const COLUMNS = `s.id, s.slug, s.name, s.ping_uuid AS "pingUuid", ${epochMs("s.created_at")} AS "createdAt",
  ${epochMs("s.expected_from")} AS "expectedFrom", ${epochMs("s.archived_at")} AS "archivedAt", s.version,
  ${epochMs("v.effective_from")} AS "effectiveFrom", v.spec, v.timezone, v.grace_seconds AS "graceSeconds",
  v.early_seconds AS "earlySeconds", v.max_runtime_seconds AS "maxRuntimeSeconds",
  s.miss_threshold AS "missThreshold", s.recover_threshold AS "recoverThreshold", s.also_bad AS "alsoBad",
  s.environment, s.tags, s.owner, s.description, s.route, s.path, s.driver, encode(s.headers_box, 'base64') AS "headersBox", s.draft, s.own,
  ${epochMs("s.paused_at")} AS "pausedAt", ${epochMs("s.paused_until")} AS "pausedUntil",
  s.paused_by AS "pausedBy", s.resume_on_check_in AS "resumeOnCheckIn",
  (SELECT st.set_aside_because FROM schedule_state st WHERE st.schedule_id = s.id) AS "setAside"`;
const FROM = "schedule s JOIN schedule_version v ON v.schedule_id = s.id AND v.number = s.version";

export async function scheduleBySlug(sql: Sql, slug: string): Promise<ScheduleRow | null> {
  const [row] = await sql.query<Stored<ScheduleRow>>(
    `SELECT ${COLUMNS} FROM ${FROM} WHERE s.project_id = ${PROJECT} AND s.slug = $1`,
    [slug],
  );
  return row ? read(row) : null;
}

/** Its row stays locked to the end of the transaction, so that two edits come one after the other. */
export async function lockSchedule(sql: Sql, slug: string): Promise<ScheduleRow | null> {
  // First the lock, then the read: a version that another edit made meanwhile is seen.
  await sql.query(`SELECT id FROM schedule WHERE project_id = ${PROJECT} AND slug = $1 FOR UPDATE`, [slug]);
  return scheduleBySlug(sql, slug);
}

/** Which of these slugs are taken, and whether by a schedule that is archived: a `PUT` of such a one revives it. */
export const takenSlugs = (
  sql: Sql,
  slugs: readonly string[],
): Promise<{ readonly slug: string; readonly archived: boolean }[]> =>
  sql.query(
    `SELECT slug, archived_at IS NOT NULL AS archived FROM schedule
     WHERE project_id = ${PROJECT} AND slug = ANY($1::text[])`,
    [slugs],
  );

export async function schedulesByIds(sql: Sql, ids: readonly string[]): Promise<ScheduleRow[]> {
  const text = `SELECT ${COLUMNS} FROM ${FROM} WHERE s.id = ANY($1::uuid[]) ORDER BY s.slug`;
  return (await sql.query<Stored<ScheduleRow>>(text, [ids])).map(read);
}

export async function slugsOf(sql: Sql, ids: readonly string[]): Promise<string[]> {
  const rows = await sql.query<{ readonly slug: string }>("SELECT slug FROM schedule WHERE id = ANY($1::uuid[])", [
    ids,
  ]);
  return rows.map(({ slug }) => slug);
}

export interface ScheduleFilters {
  readonly tag?: string | undefined;
  readonly environment?: string | undefined;
  readonly owner?: string | undefined;
  readonly q?: string | undefined;
  readonly slugs?: readonly string[] | undefined;
  /** Archived ones alone; else those that are not. */
  readonly archived?: boolean | undefined;
}

/** Ascending by slug, after a slug; one more than the page holds. */
export async function listSchedules(
  sql: Sql,
  filters: ScheduleFilters,
  page: Pick<Page, "limit"> & { readonly after: string | null },
): Promise<ScheduleRow[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [`s.project_id = ${PROJECT}`, filters.archived ? "s.archived_at IS NOT NULL" : "s.archived_at IS NULL"];
  if (filters.tag !== undefined) where.push(`s.tags @> ARRAY[${bind(filters.tag)}]::text[]`);
  if (filters.environment !== undefined) where.push(`s.environment = ${bind(filters.environment)}`);
  if (filters.owner !== undefined) where.push(`s.owner = ${bind(filters.owner)}`);
  if (filters.slugs !== undefined) where.push(`s.slug = ANY(${bind(filters.slugs)}::text[])`);
  if (filters.q !== undefined) {
    const like = bind(likePattern(filters.q));
    where.push(`(s.slug ILIKE ${like} OR s.name ILIKE ${like} OR s.description ILIKE ${like})`);
  }
  if (page.after !== null) where.push(`s.slug > ${bind(page.after)}`);
  const text = `SELECT ${COLUMNS} FROM ${FROM} WHERE ${where.join(" AND ")} ORDER BY s.slug LIMIT ${bind(page.limit + 1)}::int`;
  return (await sql.query<Stored<ScheduleRow>>(text, values)).map(read);
}

/** False when the slug is taken. */
export async function insertSchedule(
  sql: Sql,
  made: {
    readonly id: string;
    readonly slug: string;
    readonly pingUuid: string;
    readonly now: Instant;
    readonly draft: boolean;
    readonly own: boolean;
    readonly fields: ScheduleFields;
    readonly headersBox: string | null;
  },
): Promise<boolean> {
  const { fields } = made;
  const rows = await sql.query(
    `INSERT INTO schedule (id, project_id, slug, name, ping_uuid, created_at, expected_from, version, miss_threshold,
       recover_threshold, also_bad, environment, tags, owner, description, route, path, driver, draft, own,
       headers_box)
     VALUES ($1::uuid, ${PROJECT}, $2, $3, $4::uuid, ${timestamp("$5")}, ${timestamp("$5")}, 1, $6::int, $7::int, $8::text[], $9,
       $10::text[], $11, $12, $13, $14, $15::jsonb, $16::boolean, $17::boolean,
       decode($18, 'base64'))
     ON CONFLICT (project_id, slug) DO NOTHING RETURNING id`,
    [
      ...[made.id, made.slug, fields.name, made.pingUuid, made.now, fields.missThreshold, fields.recoverThreshold],
      ...[fields.alsoBad, fields.environment, fields.tags, fields.owner, fields.description, fields.route, fields.path],
      ...[JSON.stringify(maskedDriver(fields.driver)), made.draft, made.own, made.headersBox],
    ],
  );
  return rows.length > 0;
}

export async function insertScheduleState(
  sql: Sql,
  state: { readonly scheduleId: string; readonly now: Instant },
): Promise<void> {
  await sql.query(
    `INSERT INTO schedule_state (schedule_id, project_id, judged_through) VALUES ($1::uuid, ${PROJECT}, ${timestamp("$2")})`,
    [state.scheduleId, state.now],
  );
}

/** Writes what is read as it stands now, and makes the version that was just inserted the present one. */
export async function updateSchedule(
  sql: Sql,
  changed: {
    readonly id: string;
    readonly version: number;
    readonly fields: ScheduleFields;
    readonly headersBox: string | null;
  },
): Promise<void> {
  const { fields } = changed;
  await sql.query(
    `UPDATE schedule SET version = $2::int, name = $3, miss_threshold = $4::int, recover_threshold = $5::int,
       also_bad = $6::text[], environment = $7, tags = $8::text[], owner = $9, description = $10, route = $11,
       path = $12, driver = $13::jsonb, headers_box = decode($14, 'base64'), draft = false
     WHERE id = $1::uuid`,
    [
      ...[changed.id, changed.version, fields.name, fields.missThreshold, fields.recoverThreshold, fields.alsoBad],
      ...[fields.environment, fields.tags, fields.owner, fields.description, fields.route, fields.path],
      ...[JSON.stringify(maskedDriver(fields.driver)), changed.headersBox],
    ],
  );
}

export interface NewVersion {
  readonly scheduleId: string;
  readonly number: number;
  readonly effectiveFrom: Instant;
  readonly fields: ScheduleFields;
  readonly reason: string | null;
  readonly actor: string;
}

export async function insertVersion(sql: Sql, version: NewVersion): Promise<void> {
  const { fields } = version;
  await sql.query(
    `INSERT INTO schedule_version (schedule_id, number, project_id, effective_from, spec, timezone, grace_seconds,
       early_seconds, max_runtime_seconds, fields, reason, actor)
     VALUES ($1::uuid, $2::int, ${PROJECT}, ${timestamp("$3")}, $4::jsonb, $5, $6::int, $7::int, $8::int, $9::jsonb, $10, $11)`,
    [
      ...[
        version.scheduleId,
        version.number,
        version.effectiveFrom,
        JSON.stringify(storedSpec(fields.spec)),
        fields.timezone,
      ],
      ...[fields.graceSeconds, fields.earlySeconds, fields.maxRuntimeSeconds, JSON.stringify(storedFields(fields))],
      ...[version.reason, version.actor],
    ],
  );
}

export interface VersionRow {
  readonly number: number;
  readonly effectiveFrom: Instant;
  readonly fields: VersionFields;
  readonly reason: string | null;
  readonly actor: string;
}

/** Newest first, before a number; one more than asked for. */
export async function versionsOf(
  sql: Sql,
  of: { readonly scheduleId: string; readonly before: number | null; readonly limit: number },
): Promise<VersionRow[]> {
  const rows = await sql.query<Omit<VersionRow, "fields"> & { readonly fields: Stored<VersionFields> }>(
    `SELECT number, ${epochMs("effective_from")} AS "effectiveFrom", fields, reason, actor FROM schedule_version
     WHERE schedule_id = $1::uuid AND ($2::int IS NULL OR number < $2::int) ORDER BY number DESC LIMIT $3::int`,
    [of.scheduleId, of.before, of.limit + 1],
  );
  return rows.map((row) => ({ ...row, fields: { ...row.fields, spec: specOf(row.fields.spec) } }));
}

export async function archiveRow(sql: Sql, id: string, now: Instant): Promise<void> {
  await sql.query(`UPDATE schedule SET archived_at = ${timestamp("$2")} WHERE id = $1::uuid`, [id, now]);
}

/** Expected again from now on; what was expected before its archival belongs to the past. */
export async function reviveRow(sql: Sql, id: string, now: Instant): Promise<void> {
  await sql.query(`UPDATE schedule SET archived_at = NULL, expected_from = ${timestamp("$2")} WHERE id = $1::uuid`, [
    id,
    now,
  ]);
}

export async function rotateRow(
  sql: Sql,
  rotated: { readonly id: string; readonly pingUuid: string; readonly previousUntil: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE schedule SET previous_ping_uuid = ping_uuid, previous_ping_uuid_until = ${timestamp("$3")}, ping_uuid = $2::uuid
     WHERE id = $1::uuid`,
    [rotated.id, rotated.pingUuid, rotated.previousUntil],
  );
}

/** Judged anew from here on, as a schedule that was just made. */
export async function reviveState(
  sql: Sql,
  state: { readonly scheduleId: string; readonly now: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE schedule_state SET seq = seq + 1, judged_through = ${timestamp("$2")}, next_deadline = NULL WHERE schedule_id = $1::uuid`,
    [state.scheduleId, state.now],
  );
}

/** After a resolution only windows that turn later count (domain.md, Incident). */
export async function markResolved(sql: Sql, scheduleIds: readonly string[], now: Instant): Promise<void> {
  await sql.query(
    `UPDATE schedule_state SET seq = seq + 1, resolved_at = ${timestamp("$2")} WHERE schedule_id = ANY($1::uuid[])`,
    [scheduleIds, now],
  );
}

/** Holds the states of schedules, in the order of their ids, to the end of the transaction. */
export async function lockStates(sql: Sql, scheduleIds: readonly string[]): Promise<void> {
  await sql.query(
    "SELECT schedule_id::text AS id FROM schedule_state WHERE schedule_id = ANY($1::uuid[]) ORDER BY schedule_id FOR UPDATE",
    [[...new Set(scheduleIds)]],
  );
}

/** Lets the engine judge them as soon as it can. */
export async function dueAtOnce(
  sql: Sql,
  asked: { readonly scheduleIds: readonly string[]; readonly now: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE schedule_state SET seq = seq + 1, next_deadline = least(next_deadline, ${timestamp("$2")})
     WHERE schedule_id = ANY($1::uuid[])`,
    [asked.scheduleIds, asked.now],
  );
}
