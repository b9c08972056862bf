import { epochMs, type Sql } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";

/** Longest that judging waits for a scheduler's history, in ms; and for one that cannot be read, so many readings. */
const WAITS = 60_000;
const TRIED = 3;

/**
 * Claims schedules whose deadline has passed, oldest first, for the transaction: another engine skips them. One whose
 * scheduler has a history waits until that is read past its deadline: what was not read is no silence.
 *
 * The index `schedule_state_deadline` answers it alone, whatever the number of registered schedules.
 */
export async function claimDue(sql: Sql, asked: { readonly now: Instant; readonly atMost: number }): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT schedule_id::text AS id FROM schedule_state
      WHERE next_deadline <= to_timestamp($1::float8 / 1000)
        AND NOT (next_deadline > to_timestamp(($1::float8 - ${WAITS}) / 1000) AND EXISTS (
          SELECT FROM driver_reading r WHERE r.schedule_id = schedule_state.schedule_id AND r.failures < ${TRIED}
             AND (r.read_to IS NULL OR r.read_to < schedule_state.next_deadline)))
      ORDER BY next_deadline LIMIT $2::int4 FOR UPDATE OF schedule_state SKIP LOCKED`,
    [asked.now, asked.atMost],
  );
  return rows.map((row) => row.id);
}

/** The next moment at which some schedule's verdict can change by itself. */
export async function nextDeadline(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ at: number | null }>(
    `SELECT ${epochMs("min(next_deadline)")} AS at FROM schedule_state WHERE next_deadline IS NOT NULL`,
  );
  return row?.at == null ? null : instant(row.at);
}

/** How often anything was said of these schedules: an edit, an excuse, a run, or what their schedulers did. */
export async function seqsOf(sql: Sql, scheduleIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
  if (scheduleIds.length === 0) return new Map();
  const rows = await sql.query<{ id: string; seq: number }>(
    `SELECT schedule_id::text AS id, seq::float8 AS seq FROM schedule_state WHERE schedule_id = ANY ($1::uuid[])`,
    [[...scheduleIds]],
  );
  return new Map(rows.map(({ id, seq }) => [id, seq]));
}

/** What judging leaves behind of one schedule. */
export interface JudgedState {
  readonly scheduleId: string;
  readonly nextDeadline: Instant | null;
  readonly judgedThrough: Instant;
  /** `null`: as it was. */
  readonly resolvedAt: Instant | null;
  readonly lastRunAt: Instant | null;
}

export async function writeStates(sql: Sql, states: readonly JudgedState[]): Promise<void> {
  if (states.length === 0) return;
  await sql.query(
    `UPDATE schedule_state s
        SET seq = s.seq + 1, next_deadline = to_timestamp(t.deadline / 1000),
            judged_through = to_timestamp(t.judged / 1000),
            resolved_at = coalesce(to_timestamp(t.resolved / 1000), s.resolved_at),
            last_run_at = greatest(to_timestamp(t.last_run / 1000), s.last_run_at),
            set_aside_at = NULL, set_aside_because = NULL
       FROM unnest($1::uuid[], $2::float8[], $3::float8[], $4::float8[], $5::float8[])
         AS t (id, deadline, judged, resolved, last_run)
      WHERE s.schedule_id = t.id`,
    [
      states.map((state) => state.scheduleId),
      states.map((state) => state.nextDeadline),
      states.map((state) => state.judgedThrough),
      states.map((state) => state.resolvedAt),
      states.map((state) => state.lastRunAt),
    ],
  );
}

/** Sets aside a schedule whose judging throws: it is shown, and stops no other. */
export async function setAside(
  sql: Sql,
  given: { readonly scheduleId: string; readonly now: Instant; readonly because: string },
): Promise<void> {
  await sql.query(
    `UPDATE schedule_state SET seq = seq + 1, next_deadline = NULL, set_aside_at = to_timestamp($2::float8 / 1000),
            set_aside_because = $3::text
      WHERE schedule_id = $1::uuid`,
    [given.scheduleId, given.now, given.because],
  );
}

/** Lets schedules that were set aside be judged again now: this program may know better than the one before it. */
export async function takeUpAgain(sql: Sql, now: Instant): Promise<void> {
  await sql.query(
    `UPDATE schedule_state SET seq = seq + 1, next_deadline = to_timestamp($1::float8 / 1000)
      WHERE set_aside_at IS NOT NULL AND next_deadline IS NULL`,
    [now],
  );
}

/** The ids of all schedules, archived ones too, a page at a time. */
export async function scheduleIdsAfter(
  sql: Sql,
  asked: { readonly after: string | null; readonly atMost: number },
): Promise<string[]> {
  const rows = await sql.query<{ id: string }>(
    `SELECT schedule_id::text AS id FROM schedule_state
      WHERE $1::uuid IS NULL OR schedule_id > $1::uuid ORDER BY schedule_id LIMIT $2::int4`,
    [asked.after, asked.atMost],
  );
  return rows.map((row) => row.id);
}

/** Marks a schedule as one of Rollcall's own. */
export async function markOwn(sql: Sql, scheduleId: string): Promise<void> {
  await sql.query("UPDATE schedule SET own = true WHERE id = $1::uuid", [scheduleId]);
}

/** What was heard of a schedule's scheduler. */
export interface Heard {
  readonly scheduleId: string;
  readonly admittedAt: Instant | null;
  readonly rejectedAt: Instant | null;
  readonly attemptedAt: Instant | null;
  /** The start of a run that was stored beside it. */
  readonly ranAt?: Instant | null;
}

/**
 * Remembers what was heard of schedulers, and raises `seq`, so that no remembered copy is judged by without it. The
 * states are locked in the order of their ids, as judging locks them, to the end of the transaction.
 */
export async function raiseHeard(sql: Sql, heard: readonly Heard[]): Promise<void> {
  if (heard.length === 0) return;
  const ids = heard.map((one) => one.scheduleId);
  await sql.query(
    "SELECT 1 AS locked FROM schedule_state WHERE schedule_id = ANY ($1::uuid[]) ORDER BY schedule_id FOR UPDATE",
    [ids],
  );
  await sql.query(
    `UPDATE schedule_state s
        SET seq = s.seq + 1, admitted_at = greatest(s.admitted_at, to_timestamp(h.admitted / 1000)),
            rejected_at = greatest(s.rejected_at, to_timestamp(h.rejected / 1000)),
            attempted_at = greatest(s.attempted_at, to_timestamp(h.attempted / 1000)),
            last_run_at = greatest(s.last_run_at, to_timestamp(h.ran / 1000))
       FROM unnest($1::uuid[], $2::float8[], $3::float8[], $4::float8[], $5::float8[])
         AS h (id, admitted, rejected, attempted, ran)
      WHERE s.schedule_id = h.id`,
    [
      ids,
      heard.map((one) => one.admittedAt),
      heard.map((one) => one.rejectedAt),
      heard.map((one) => one.attemptedAt),
      heard.map((one) => one.ranAt ?? null),
    ],
  );
}

/** The whole hour from which anything is expected of any schedule; `null`: there is none. */
export async function firstExpected(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ at: number | null }>(
    `SELECT ${epochMs("date_trunc('hour', min(expected_from), 'UTC')")} AS at FROM schedule`,
  );
  return row?.at == null ? null : instant(row.at);
}
