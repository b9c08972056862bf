import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Held } from "#lib/drivers/driver.ts";
import type { Page } from "#lib/input/page.ts";
import type { Renamed } from "#lib/input/renamed.ts";
import type { Spec } from "#lib/schedules/spec.ts";
import { lockStates } from "#lib/schedules/store.ts";
import { type StoredSpec, specOf, storedSpec } from "#lib/schedules/stored-spec.ts";
import type { Instant, Seconds } from "#lib/time/instant.ts";
import type { Saga, State } from "./saga.ts";

/** Who fired the schedule when its acceleration was asked for. */
export interface DriverThen {
  readonly kind: string;
  readonly connection?: string;
  readonly ref?: string;
}

/** An acceleration with what stands from its request on. */
export interface Acceleration extends Saga {
  readonly id: string;
  readonly scheduleId: string;
  /** Its slug. */
  readonly schedule: string;
  readonly route: string | null;
  /** The schedule is archived: it ends. */
  readonly archived: boolean;
  readonly standIn: boolean;
  readonly driver: DriverThen;
  readonly originalSpec: Spec;
  readonly halfGapSeconds: Seconds | null;
  readonly requestedAt: Instant;
  readonly requestedBy: string;
  readonly reason: string;
  readonly overrideReason: string | null;
  readonly leverOn: boolean;
  readonly version: number;
}

type StoredHeld = Omit<Held, "spec"> & { readonly spec: StoredSpec };
type Row = Omit<Acceleration, "originalSpec" | "temporarySpec" | "original" | "temporary" | "theirs"> & {
  readonly originalSpec: StoredSpec;
  readonly temporarySpec: StoredSpec;
  readonly original: StoredHeld | null;
  readonly temporary: StoredHeld | null;
  readonly theirs: StoredHeld | null;
};

const heldOf = (held: StoredHeld | null): Held | null => held && { ...held, spec: specOf(held.spec) };
const storedHeld = (held: Held | null): string | null =>
  held && JSON.stringify({ ...held, spec: storedSpec(held.spec) });
const read = (row: Row): Acceleration => ({
  ...row,
  originalSpec: specOf(row.originalSpec),
  temporarySpec: specOf(row.temporarySpec),
  original: heldOf(row.original),
  temporary: heldOf(row.temporary),
  theirs: heldOf(row.theirs),
});

const ms = (column: string, name: string): string => `${epochMs(`a.${column}`)} AS "${name}"`;

const COLUMNS = `a.id::text AS id, a.schedule_id::text AS "scheduleId", s.slug AS schedule, s.route,
  s.archived_at IS NOT NULL AS archived, a.state, a.outcome, a.stand_in AS "standIn", a.driver,
  a.original_spec AS "originalSpec", a.temporary_spec AS "temporarySpec", a.timezone,
  a.half_gap_seconds AS "halfGapSeconds", ${ms("requested_at", "requestedAt")}, a.requested_by AS "requestedBy", a.reason,
  a.override_reason AS "overrideReason", ${ms("expires_at", "expiresAt")},
  a.confirmed_runs_wanted AS "confirmedRunsWanted", a.max_runs AS "maxRuns", a.runs_seen AS "runsSeen",
  a.runs_confirmed AS "runsConfirmed", ${ms("applied_at", "appliedAt")}, ${ms("confirmed_at", "confirmedAt")},
  ${ms("revert_began_at", "revertBeganAt")}, ${ms("ended_at", "endedAt")}, a.original, a.temporary, a.theirs, a.doing,
  a.put_back AS "putBack", ${ms("doubt_until", "doubtUntil")}, a.failures, ${ms("next_at", "nextAt")},
  a.lever_on AS "leverOn", a.version`;
const FROM = "acceleration a JOIN schedule s ON s.id = a.schedule_id";

export interface NewAcceleration {
  readonly id: string;
  readonly scheduleId: string;
  readonly standIn: boolean;
  readonly driver: DriverThen;
  readonly originalSpec: Spec;
  readonly temporarySpec: Spec;
  readonly timezone: string;
  readonly halfGapSeconds: Seconds | null;
  readonly requestedAt: Instant;
  readonly requestedBy: string;
  readonly reason: string;
  readonly overrideReason: string | null;
  readonly expiresAt: Instant;
  readonly confirmedRunsWanted: number;
  readonly maxRuns: number | null;
}

/** False where one is active already: one at a time for a schedule. */
export async function insertAcceleration(sql: Sql, made: NewAcceleration): Promise<boolean> {
  const rows = await sql.query(
    `INSERT INTO acceleration (id, project_id, schedule_id, state, stand_in, driver, original_spec, temporary_spec, timezone,
       half_gap_seconds, requested_at, requested_by, reason, override_reason, expires_at, confirmed_runs_wanted, max_runs,
       next_at)
     VALUES ($1::uuid, ${PROJECT}, $2::uuid, 'requested', $3::boolean, $4::jsonb, $5::jsonb, $6::jsonb, $7, $8::int,
       ${timestamp("$9")}, $10, $11, $12, ${timestamp("$13")}, $14::int, $15::int, ${timestamp("$9")})
     ON CONFLICT (schedule_id) WHERE ended_at IS NULL DO NOTHING RETURNING id`,
    [
      ...[made.id, made.scheduleId, made.standIn, JSON.stringify(made.driver)],
      ...[JSON.stringify(storedSpec(made.originalSpec)), JSON.stringify(storedSpec(made.temporarySpec)), made.timezone],
      ...[made.halfGapSeconds, made.requestedAt, made.requestedBy, made.reason, made.overrideReason, made.expiresAt],
      ...[made.confirmedRunsWanted, made.maxRuns],
    ],
  );
  return rows.length > 0;
}

/** Writes what the machine moved, and raises the version. The original, once there, stays whatever is written. */
export async function writeSaga(sql: Sql, id: string, saga: Saga): Promise<void> {
  await sql.query(
    `UPDATE acceleration SET state = $2, outcome = $3, runs_seen = $4::int, runs_confirmed = $5::int,
       applied_at = ${timestamp("$6")}, confirmed_at = ${timestamp("$7")}, revert_began_at = ${timestamp("$8")}, ended_at = ${timestamp("$9")},
       original = coalesce(original, $10::jsonb), temporary = $11::jsonb, theirs = $12::jsonb, doing = $13,
       put_back = $14::boolean, doubt_until = ${timestamp("$15")}, failures = $16::int, next_at = ${timestamp("$17")},
       version = version + 1
     WHERE id = $1::uuid`,
    [
      ...[id, saga.state, saga.outcome, saga.runsSeen, saga.runsConfirmed, saga.appliedAt, saga.confirmedAt],
      ...[saga.revertBeganAt, saga.endedAt, storedHeld(saga.original), storedHeld(saga.temporary)],
      ...[storedHeld(saga.theirs), saga.doing, saga.putBack, saga.doubtUntil, saga.failures, saga.nextAt],
    ],
  );
}

export interface StepRow {
  readonly at: Instant;
  readonly step: string;
  readonly ok: boolean;
  readonly detail: string;
}

/** In their order, after those that are there. */
export async function writeSteps(sql: Sql, id: string, steps: readonly StepRow[]): Promise<void> {
  if (steps.length === 0) return;
  await sql.query(
    `INSERT INTO acceleration_step (acceleration_id, number, at, step, ok, detail)
     SELECT $1::uuid, (SELECT coalesce(max(number), 0) FROM acceleration_step WHERE acceleration_id = $1::uuid) + n,
            to_timestamp(t.at / 1000.0), t.step, t.ok, t.detail
       FROM unnest($2::float8[], $3::text[], $4::boolean[], $5::text[]) WITH ORDINALITY AS t (at, step, ok, detail, n)`,
    [
      id,
      steps.map((one) => one.at),
      steps.map((one) => one.step),
      steps.map((one) => one.ok),
      steps.map((one) => one.detail.slice(0, 2_000)),
    ],
  );
}

/** The steps of each of some accelerations, in their order. */
export async function stepsOf(sql: Sql, ids: readonly string[]): Promise<Map<string, StepRow[]>> {
  const rows = await sql.query<StepRow & { readonly id: string }>(
    `SELECT acceleration_id::text AS id, ${epochMs("at")} AS at, step, ok, detail FROM acceleration_step
      WHERE acceleration_id = ANY ($1::uuid[]) ORDER BY acceleration_id, number`,
    [ids],
  );
  const found = new Map<string, StepRow[]>();
  for (const { id, ...step } of rows) {
    const those = found.get(id);
    if (those) those.push(step);
    else found.set(id, [step]);
  }
  return found;
}

export async function accelerationById(sql: Sql, id: string): Promise<Acceleration | null> {
  const text = `SELECT ${COLUMNS} FROM ${FROM} WHERE a.project_id = ${PROJECT} AND a.id = $1::uuid`;
  const [row] = await sql.query<Row>(text, [id]);
  return row ? read(row) : null;
}

/**
 * Its row stays locked to the end of the transaction; before it its schedule and that one's state, in the order in which
 * edits and judging lock them, so that neither waits for the other for ever.
 */
export async function lockAcceleration(sql: Sql, id: string): Promise<Acceleration | null> {
  const [row] = await sql.query<{ readonly scheduleId: string }>(
    `SELECT id::text AS "scheduleId" FROM schedule
      WHERE id = (SELECT schedule_id FROM acceleration WHERE id = $1::uuid) FOR UPDATE`,
    [id],
  );
  if (!row) return null;
  await lockStates(sql, [row.scheduleId]);
  await sql.query("SELECT id FROM acceleration WHERE id = $1::uuid FOR UPDATE", [id]);
  return accelerationById(sql, id);
}

export interface AccelerationFilters {
  readonly state?: State | undefined;
  /** Whether something is left to do. */
  readonly active?: boolean | undefined;
  /** A slug. */
  readonly schedule?: string | undefined;
}

/** Newest first, before a key; one more than the page holds. */
export async function listAccelerations(
  sql: Sql,
  filters: AccelerationFilters,
  page: Pick<Page, "limit"> & { readonly before: readonly [Instant, string] | null },
): Promise<Acceleration[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [`a.project_id = ${PROJECT}`];
  if (filters.state !== undefined) where.push(`a.state = ${bind(filters.state)}`);
  if (filters.active !== undefined) where.push(`a.ended_at IS ${filters.active ? "" : "NOT "}NULL`);
  if (filters.schedule !== undefined) where.push(`s.slug = ${bind(filters.schedule)}`);
  if (page.before !== null) {
    const [moment, id] = page.before;
    where.push(`(a.requested_at, a.id) < (${timestamp(bind(moment))}, ${bind(id)}::uuid)`);
  }
  const text = `SELECT ${COLUMNS} FROM ${FROM} WHERE ${where.join(" AND ")}
    ORDER BY a.requested_at DESC, a.id DESC LIMIT ${bind(page.limit + 1)}::int`;
  return (await sql.query<Row>(text, values)).map(read);
}

/** The active one of each schedule that has one, by the schedule's id. */
export async function activeOf(sql: Sql, scheduleIds: readonly string[]): Promise<Map<string, string>> {
  const rows = await sql.query<{ readonly scheduleId: string; readonly id: string }>(
    `SELECT schedule_id::text AS "scheduleId", id::text AS id FROM acceleration
      WHERE ended_at IS NULL AND schedule_id = ANY ($1::uuid[])`,
    [scheduleIds],
  );
  return new Map(rows.map(({ scheduleId, id }) => [scheduleId, id]));
}

/** A band of the timeline. */
export interface Band {
  readonly id: string;
  readonly scheduleId: string;
  readonly state: State;
  readonly from: Instant;
  /** When it ends by itself; when its revert began, where it did. */
  readonly to: Instant;
  readonly confirmedAt: Instant | null;
  readonly revertedAt: Instant | null;
}

/** Those of some schedules that were in force in a span, oldest first. */
export const bandsIn = (
  sql: Sql,
  scheduleIds: readonly string[],
  within: { readonly from: Instant; readonly to: Instant },
): Promise<Band[]> =>
  sql.query<Band>(
    `SELECT id::text AS id, schedule_id::text AS "scheduleId", state, ${epochMs("applied_at")} AS from,
            ${epochMs("coalesce(revert_began_at, expires_at)")} AS to, ${epochMs("confirmed_at")} AS "confirmedAt",
            ${epochMs("CASE WHEN state = 'reverted' THEN ended_at END")} AS "revertedAt"
       FROM acceleration
      WHERE schedule_id = ANY ($1::uuid[]) AND applied_at IS NOT NULL AND applied_at < ${timestamp("$3")}
        AND coalesce(revert_began_at, expires_at) >= ${timestamp("$2")}
      ORDER BY applied_at`,
    [scheduleIds, within.from, within.to],
  );

/** Lets the engine look at the active accelerations of schedules at once; answers whether there are any. */
export async function wakeAccelerations(sql: Sql, scheduleIds: readonly string[], now: Instant): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE acceleration SET next_at = least(next_at, ${timestamp("$2")})
      WHERE ended_at IS NULL AND state <> 'drifted' AND schedule_id = ANY ($1::uuid[]) RETURNING id`,
    [scheduleIds, now],
  );
  return rows.length > 0;
}

/** The same for those that wait for a run: something came in one of their windows. */
export async function wakeByRuns(sql: Sql, scheduleIds: readonly string[], now: Instant): Promise<boolean> {
  const rows = await sql.query(
    `UPDATE acceleration SET next_at = least(next_at, ${timestamp("$2")})
      WHERE state = 'applied' AND schedule_id = ANY ($1::uuid[]) RETURNING id`,
    [scheduleIds, now],
  );
  return rows.length > 0;
}

/** Has them name a connection by its new name: one that is under way is put back over it. */
export async function renameInAccelerations(sql: Sql, { from, to }: Renamed): Promise<void> {
  await sql.query(
    `UPDATE acceleration SET driver = jsonb_set(driver, '{connection}', to_jsonb($2::text))
      WHERE project_id = ${PROJECT} AND driver ->> 'connection' = $1`,
    [from, to],
  );
}
