import { epochMs, type Sql } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { CheckIn, CheckInKind } from "./check-in.ts";
import type { Run } from "./run.ts";

/** A run as it is stored: what is judged, and what is shown. */
export interface StoredRun extends Run {
  readonly scheduleId: string;
  readonly manual: boolean;
  readonly source: string;
  readonly logBytes: number;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
}

export interface RunRow {
  readonly id: string;
  readonly schedule_id: string;
  readonly started: number;
  readonly finished: number | null;
  readonly outcome: Run["outcome"];
  readonly rid: string | null;
  readonly exit_status: number | null;
  readonly named: number | null;
  readonly has_start: boolean;
  readonly closed: boolean;
  readonly execution_id: string | null;
  readonly manual: boolean;
  readonly source: string;
  readonly log_bytes: number;
  readonly remote_address: string | null;
  readonly user_agent: string | null;
}

/** The columns of a run under the alias `r`. */
export const RUN_COLUMNS = `r.id::text AS id, r.schedule_id::text AS schedule_id, ${epochMs("r.started_at")} AS started,
  ${epochMs("r.finished_at")} AS finished, r.outcome, r.rid::text AS rid, r.exit_status::int AS exit_status,
  ${epochMs("r.named_window")} AS named, r.has_start, (r.closed_by IS NOT NULL) AS closed, r.execution_id, r.manual,
  r.source, r.log_bytes, r.remote_address, r.user_agent`;

const moment = (ms: number | null): Instant | null => (ms === null ? null : instant(ms));

export const runOfRow = (row: RunRow): StoredRun => ({
  id: row.id,
  scheduleId: row.schedule_id,
  rid: row.rid,
  startedAt: instant(row.started),
  finishedAt: moment(row.finished),
  outcome: row.outcome,
  exitStatus: row.exit_status,
  hasStart: row.has_start,
  namedWindow: moment(row.named),
  executionId: row.execution_id,
  closed: row.closed,
  manual: row.manual,
  source: row.source,
  logBytes: row.log_bytes,
  remoteAddress: row.remote_address,
  userAgent: row.user_agent,
});

/** From where on the runs of a schedule are wanted. */
export interface RunsFrom {
  readonly scheduleId: string;
  readonly from: Instant;
}

/** Unfinished runs that are read along with the others, at most, of each schedule: newest first. */
const OPEN_AT_MOST = 500;

const byStart = (a: StoredRun, b: StoredRun): number => a.startedAt - b.startedAt;

/**
 * The runs of several schedules that started at or after a moment, and the unfinished ones from before it; ascending.
 * Both halves are index scans (`run_pkey`, `run_open`): a few microseconds a schedule and partition.
 */
export async function runsFrom(sql: Sql, wanted: readonly RunsFrom[]): Promise<Map<string, StoredRun[]>> {
  const found = new Map<string, StoredRun[]>(wanted.map(({ scheduleId }) => [scheduleId, []]));
  if (wanted.length === 0) return found;
  const rows = await sql.query<RunRow>(
    `SELECT ${RUN_COLUMNS}
       FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
       JOIN run r ON r.schedule_id = w.id AND r.started_at >= to_timestamp(w.from_ms / 1000)
      WHERE r.started_at >= to_timestamp($3::float8 / 1000)
     UNION ALL
     SELECT open.* FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
      CROSS JOIN LATERAL (
        SELECT ${RUN_COLUMNS} FROM run r
         WHERE r.schedule_id = w.id AND r.outcome = 'running' AND r.started_at < to_timestamp(w.from_ms / 1000)
         ORDER BY r.started_at DESC LIMIT ${OPEN_AT_MOST}
      ) AS open`,
    [
      wanted.map(({ scheduleId }) => scheduleId),
      wanted.map(({ from }) => from),
      wanted.reduce((least, { from }) => Math.min(least, from), Number.MAX_SAFE_INTEGER),
    ],
  );
  for (const row of rows) found.get(row.schedule_id)?.push(runOfRow(row));
  for (const runs of found.values()) runs.sort(byStart);
  return found;
}

/** From where on, and up to where, the runs of a schedule are wanted. */
export interface RunsWithin extends RunsFrom {
  /** Runs that start at or after it are left out, but for those that name a window before `to`. */
  readonly until: Instant;
  /** Windows expected at or after it are not asked for. */
  readonly to: Instant;
}

/** How long after a window a run may still name it, in days (domain.md, Run and check-in). */
const NAMED_FOR = "7 days";

/**
 * The runs of several schedules that may belong to the windows of a stretch, ascending: those that start in it, and
 * those that start up to 7 days later and name one of its windows (`run_named`). What a stretch of the past costs does
 * not depend on how long ago it was.
 */
export async function runsWithin(sql: Sql, wanted: readonly RunsWithin[]): Promise<Map<string, StoredRun[]>> {
  const found = new Map<string, StoredRun[]>(wanted.map(({ scheduleId }) => [scheduleId, []]));
  if (wanted.length === 0) return found;
  const rows = await sql.query<RunRow>(
    `SELECT ${RUN_COLUMNS}
       FROM unnest($1::uuid[], $2::float8[], $3::float8[]) AS w (id, from_ms, until_ms)
       JOIN run r ON r.schedule_id = w.id AND r.started_at >= to_timestamp(w.from_ms / 1000)
        AND r.started_at < to_timestamp(w.until_ms / 1000)
      WHERE r.started_at >= to_timestamp($5::float8 / 1000) AND r.started_at < to_timestamp($6::float8 / 1000)
     UNION ALL
     SELECT ${RUN_COLUMNS}
       FROM unnest($1::uuid[], $2::float8[], $3::float8[], $4::float8[]) AS w (id, from_ms, until_ms, to_ms)
       JOIN run r ON r.schedule_id = w.id AND r.named_window >= to_timestamp(w.from_ms / 1000)
        AND r.named_window < to_timestamp(w.to_ms / 1000) AND r.started_at >= to_timestamp(w.until_ms / 1000)
        AND r.started_at < to_timestamp(w.until_ms / 1000) + interval '${NAMED_FOR}'
      WHERE r.named_window IS NOT NULL AND r.started_at >= to_timestamp($5::float8 / 1000)
        AND r.started_at < to_timestamp($6::float8 / 1000) + interval '${NAMED_FOR}'`,
    [
      wanted.map(({ scheduleId }) => scheduleId),
      wanted.map(({ from }) => from),
      wanted.map(({ until }) => until),
      wanted.map(({ to }) => to),
      wanted.reduce((least, { from }) => Math.min(least, from), Number.MAX_SAFE_INTEGER),
      wanted.reduce((most, { until }) => Math.max(most, until), 0),
    ],
  );
  for (const row of rows) found.get(row.schedule_id)?.push(runOfRow(row));
  for (const runs of found.values()) runs.sort(byStart);
  return found;
}

/** When the first run that started at or after a moment started, for each schedule that has one. */
export async function firstStartsFrom(sql: Sql, wanted: readonly RunsFrom[]): Promise<Map<string, Instant>> {
  if (wanted.length === 0) return new Map();
  const rows = await sql.query<{ id: string; started: number }>(
    `SELECT w.id::text AS id, ${epochMs("first.started_at")} AS started
       FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
      CROSS JOIN LATERAL (
        SELECT r.started_at FROM run r
         WHERE r.schedule_id = w.id AND r.started_at >= to_timestamp(w.from_ms / 1000)
         ORDER BY r.started_at LIMIT 1
      ) AS first`,
    [wanted.map(({ scheduleId }) => scheduleId), wanted.map(({ from }) => from)],
  );
  return new Map(rows.map((row) => [row.id, instant(row.started)]));
}

/** When the last run that started before a moment started, for each schedule that has one. */
export async function lastStartsBefore(sql: Sql, wanted: readonly RunsFrom[]): Promise<Map<string, Instant>> {
  if (wanted.length === 0) return new Map();
  const rows = await sql.query<{ id: string; started: number }>(
    `SELECT w.id::text AS id, ${epochMs("last.started_at")} AS started
       FROM unnest($1::uuid[], $2::float8[]) AS w (id, before_ms)
      CROSS JOIN LATERAL (
        SELECT r.started_at FROM run r
         WHERE r.schedule_id = w.id AND r.started_at < to_timestamp(w.before_ms / 1000)
         ORDER BY r.started_at DESC LIMIT 1
      ) AS last`,
    [wanted.map(({ scheduleId }) => scheduleId), wanted.map(({ from }) => from)],
  );
  return new Map(rows.map((row) => [row.id, instant(row.started)]));
}

/** The newest run of each (schedule, rid). */
export async function runsByRid(
  sql: Sql,
  wanted: readonly { readonly scheduleId: string; readonly rid: string }[],
  before: Instant | null = null,
): Promise<StoredRun[]> {
  if (wanted.length === 0) return [];
  const rows = await sql.query<RunRow>(
    `SELECT newest.* FROM unnest($1::uuid[], $2::uuid[]) AS w (id, rid)
      CROSS JOIN LATERAL (
        SELECT ${RUN_COLUMNS} FROM run r
         WHERE r.schedule_id = w.id AND r.rid = w.rid
           AND ($3::float8 IS NULL OR r.started_at < to_timestamp($3::float8 / 1000))
         ORDER BY r.started_at DESC LIMIT 1
      ) AS newest`,
    [wanted.map(({ scheduleId }) => scheduleId), wanted.map(({ rid }) => rid), before],
  );
  return rows.map(runOfRow);
}

/**
 * The runs of one schedule that started at or after a moment, and those that were under way then: started earlier, but
 * not before `notBefore`, and not finished by then.
 */
export async function runsUnderWayAt(
  sql: Sql,
  asked: { readonly scheduleId: string; readonly at: Instant; readonly notBefore: Instant },
): Promise<StoredRun[]> {
  const rows = await sql.query<RunRow>(
    `SELECT ${RUN_COLUMNS} FROM run r
      WHERE r.schedule_id = $1::uuid AND r.started_at >= to_timestamp($3::float8 / 1000)
        AND (r.started_at >= to_timestamp($2::float8 / 1000) OR r.finished_at IS NULL
             OR r.finished_at >= to_timestamp($2::float8 / 1000))`,
    [asked.scheduleId, asked.at, asked.notBefore],
  );
  return rows.map(runOfRow);
}

/** The moment of the newest check-in of each schedule that has one. */
export async function lastCheckIns(sql: Sql, scheduleIds: readonly string[]): Promise<Map<string, Instant>> {
  if (scheduleIds.length === 0) return new Map();
  const rows = await sql.query<{ id: string; at: number }>(
    `SELECT w.id::text AS id, ${epochMs("last.at")} AS at
       FROM unnest($1::uuid[]) AS w (id)
      CROSS JOIN LATERAL (SELECT c.at FROM check_in c WHERE c.schedule_id = w.id ORDER BY c.at DESC LIMIT 1) AS last`,
    [scheduleIds],
  );
  return new Map(rows.map((row) => [row.id, instant(row.at)]));
}

/** A check-in with the run that it was last found to belong to. */
export interface PlacedCheckIn extends CheckIn {
  readonly runId: string | null;
  readonly bodyBytes: number;
}

interface CheckInRow {
  readonly id: string;
  readonly at: number;
  readonly kind: CheckInKind;
  readonly rid: string | null;
  readonly exit_status: number | null;
  readonly named: number | null;
  readonly run_id: string | null;
  readonly body_bytes: number;
}

/**
 * What runs are derived from anew after a moment: the check-ins from then on, and those of the given runs before it.
 * @param lookBack no check-in of those runs is older
 */
export async function checkInsFrom(
  sql: Sql,
  asked: {
    readonly scheduleId: string;
    /** `null`: only those of the runs. */
    readonly from: Instant | null;
    readonly lookBack: Instant;
    readonly runIds: readonly string[];
  },
): Promise<PlacedCheckIn[]> {
  const rows = await sql.query<CheckInRow>(
    `SELECT c.id::text AS id, ${epochMs("c.at")} AS at, c.kind, c.rid::text AS rid, c.exit_status::int AS exit_status,
            ${epochMs("c.named_window")} AS named, c.run_id::text AS run_id, c.body_bytes
       FROM check_in c
      WHERE c.schedule_id = $1::uuid AND c.at >= to_timestamp($3::float8 / 1000)
        AND (c.at >= to_timestamp($2::float8 / 1000) OR c.run_id = ANY ($4::uuid[]))`,
    [asked.scheduleId, asked.from, asked.lookBack, [...asked.runIds]],
  );
  return rows.map((row) => ({
    id: row.id,
    at: instant(row.at),
    kind: row.kind,
    rid: row.rid,
    exitStatus: row.exit_status,
    window: moment(row.named),
    runId: row.run_id,
    bodyBytes: row.body_bytes,
    ...(row.kind === "close" ? { closes: row.run_id } : {}),
  }));
}
