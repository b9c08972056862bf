import { type Sql, timestamp } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Incoming } from "./incoming.ts";
import type { Run } from "./run.ts";

/** A check-in with the run that it belongs to. */
export interface Placed {
  readonly incoming: Incoming;
  readonly runId: string | null;
}

/** A run to be stored, with who sent the check-in that last changed it. */
export interface RunToStore {
  readonly scheduleId: string;
  readonly run: Run;
  /** It was not stored before. */
  readonly isNew: boolean;
  /** Bytes of bodies that its new check-ins brought. */
  readonly addedLogBytes: number;
  readonly closedBy: string | null;
  readonly remoteAddress: string | null;
  readonly userAgent: string | null;
  /** `ping`: the job itself. A run that is stored keeps the one that it has. */
  readonly source: string;
  /** A person had it fired. */
  readonly manual: boolean;
}

/** What a schedule's judging leaves behind. */
export interface NextState {
  readonly scheduleId: string;
  /** The `seq` under which it was read. */
  readonly seq: number;
  readonly nextDeadline: Instant | null;
  readonly judgedThrough: Instant;
  readonly lastRunAt: Instant | null;
}

const CHECK_INS = `
  SELECT c.id, 1, c.schedule_id, ${timestamp("c.at")}, ${timestamp("c.received")}, c.kind, c.run_id, c.rid, c.exit_status,
         ${timestamp("c.named")}, c.body, c.body_bytes, c.method, c.remote_address, c.user_agent
    FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::float8[], $5::text[], $6::uuid[], $7::uuid[], $8::int2[],
                $9::float8[], $10::bytea[], $11::int4[], $12::text[], $13::text[], $14::text[])
      AS c (id, schedule_id, at, received, kind, run_id, rid, exit_status, named, body, body_bytes, method,
            remote_address, user_agent)`;

const INTO_CHECK_IN = `INSERT INTO check_in (id, project_id, schedule_id, at, received_at, kind, run_id, rid, exit_status,
    named_window, body, body_bytes, method, remote_address, user_agent)`;

const runsFrom = (first: number): string => `
  SELECT r.id, 1, r.schedule_id, ${timestamp("r.started")}, ${timestamp("r.finished")}, r.outcome, r.rid, r.exit_status,
         ${timestamp("r.named")}, r.has_start, r.closed_by, r.execution_id, r.log_bytes, r.remote_address, r.user_agent,
         r.source, r.manual
    FROM unnest($${first}::uuid[], $${first + 1}::uuid[], $${first + 2}::float8[], $${first + 3}::float8[],
                $${first + 4}::text[], $${first + 5}::uuid[], $${first + 6}::int2[], $${first + 7}::float8[],
                $${first + 8}::bool[], $${first + 9}::text[], $${first + 10}::text[], $${first + 11}::int4[],
                $${first + 12}::text[], $${first + 13}::text[], $${first + 14}::text[], $${first + 15}::bool[])
      AS r (id, schedule_id, started, finished, outcome, rid, exit_status, named, has_start, closed_by, execution_id,
            log_bytes, remote_address, user_agent, source, manual)`;

const INTO_RUN = `INSERT INTO run AS stored (id, project_id, schedule_id, started_at, finished_at, outcome, rid,
    exit_status, named_window, has_start, closed_by, execution_id, log_bytes, remote_address, user_agent, source,
    manual)`;

const RUN_CHANGED = `ON CONFLICT (schedule_id, started_at, id) DO UPDATE SET
    finished_at = excluded.finished_at, outcome = excluded.outcome, exit_status = excluded.exit_status,
    named_window = excluded.named_window, has_start = excluded.has_start,
    closed_by = coalesce(excluded.closed_by, stored.closed_by), execution_id = excluded.execution_id,
    log_bytes = stored.log_bytes + excluded.log_bytes`;

function checkInColumns(placed: readonly Placed[]): unknown[] {
  const column = <T>(pick: (one: Placed) => T): T[] => placed.map(pick);
  return [
    column((one) => one.incoming.id),
    column((one) => one.incoming.scheduleId),
    column((one) => one.incoming.at),
    column((one) => one.incoming.receivedAt),
    column((one) => one.incoming.kind),
    column((one) => one.runId),
    column((one) => one.incoming.rid),
    column((one) => one.incoming.exitStatus),
    column((one) => one.incoming.window),
    column((one) => one.incoming.body),
    column((one) => one.incoming.bodyBytes),
    column((one) => one.incoming.method),
    column((one) => one.incoming.remoteAddress),
    column((one) => one.incoming.userAgent),
  ];
}

function runColumns(runs: readonly RunToStore[]): unknown[] {
  const column = <T>(pick: (one: RunToStore) => T): T[] => runs.map(pick);
  return [
    column((one) => one.run.id),
    column((one) => one.scheduleId),
    column((one) => one.run.startedAt),
    column((one) => one.run.finishedAt),
    column((one) => one.run.outcome),
    column((one) => one.run.rid),
    column((one) => one.run.exitStatus),
    column((one) => one.run.namedWindow),
    column((one) => one.run.hasStart),
    column((one) => one.closedBy),
    column((one) => one.run.executionId),
    column((one) => one.addedLogBytes),
    column((one) => one.remoteAddress),
    column((one) => one.userAgent),
    column((one) => one.source),
    column((one) => one.manual),
  ];
}

/**
 * One statement, one commit, for check-ins that turn no window bad: the state of each schedule is raised only where it
 * is still as it was read (`seq`), and evidence is stored only for those; the rest is read anew and tried again.
 *
 * Every round trip to the database costs about as much as the work in it, so the state, a table of another module, is
 * raised here and not in a statement of its own.
 */
const storeTogetherText = (runChanged: string): string => `
  WITH told AS (
    SELECT * FROM unnest($15::uuid[], $16::float8[], $17::float8[], $18::float8[], $19::float8[])
      AS t (schedule_id, seq, deadline, judged, last_run)
  ), current AS (
    UPDATE schedule_state s
       SET seq = s.seq + 1, next_deadline = ${timestamp("t.deadline")}, judged_through = ${timestamp("t.judged")},
           last_run_at = coalesce(${timestamp("t.last_run")}, s.last_run_at)
      FROM told t WHERE s.schedule_id = t.schedule_id AND s.seq = t.seq::bigint
    RETURNING s.schedule_id
  ), stored AS (
    ${INTO_CHECK_IN} SELECT c.* FROM (${CHECK_INS}) c WHERE c.schedule_id IN (SELECT schedule_id FROM current)
  ), runs AS (
    ${INTO_RUN} SELECT r.* FROM (${runsFrom(20)}) r WHERE r.schedule_id IN (SELECT schedule_id FROM current)
    ${runChanged}
  )
  SELECT schedule_id::text AS id FROM current`;

const STORE_TOGETHER = storeTogetherText(RUN_CHANGED);
/** Where no run is an earlier one that changed, nothing has to be looked for before it is inserted: a tenth less work. */
const STORE_NEW_TOGETHER = storeTogetherText("");

/**
 * Answers the schedules whose evidence is now stored; nothing of the others is. Rejects where a check-in is stored
 * already: the copy that it was taken for new by is out of date, and nothing of the batch is stored.
 */
export async function storeTogether(
  sql: Sql,
  given: {
    readonly states: readonly NextState[];
    readonly checkIns: readonly Placed[];
    readonly runs: readonly RunToStore[];
  },
): Promise<ReadonlySet<string>> {
  const { states } = given;
  const text = given.runs.every((one) => one.isNew) ? STORE_NEW_TOGETHER : STORE_TOGETHER;
  const rows = await sql.query<{ id: string }>(text, [
    ...checkInColumns(given.checkIns),
    states.map((state) => state.scheduleId),
    states.map((state) => state.seq),
    states.map((state) => state.nextDeadline),
    states.map((state) => state.judgedThrough),
    states.map((state) => state.lastRunAt),
    ...runColumns(given.runs),
  ]);
  return new Set(rows.map((row) => row.id));
}

/** Stores check-ins within the caller's transaction; one that is stored already stays as it is. */
export async function insertCheckIns(sql: Sql, placed: readonly Placed[]): Promise<void> {
  if (placed.length === 0) return;
  await sql.query(`${INTO_CHECK_IN} ${CHECK_INS} ON CONFLICT DO NOTHING`, checkInColumns(placed));
}

export async function upsertRuns(sql: Sql, runs: readonly RunToStore[]): Promise<void> {
  if (runs.length === 0) return;
  await sql.query(`${INTO_RUN} ${runsFrom(1)} ${RUN_CHANGED}`, runColumns(runs));
}

/** Removes runs that a new derivation no longer finds. */
export async function deleteRuns(
  sql: Sql,
  scheduleId: string,
  runs: readonly { readonly id: string; readonly startedAt: Instant }[],
): Promise<void> {
  if (runs.length === 0) return;
  await sql.query(
    `DELETE FROM run USING unnest($2::uuid[], $3::float8[]) AS g (id, started)
      WHERE run.schedule_id = $1::uuid AND run.id = g.id AND run.started_at = to_timestamp(g.started / 1000)`,
    [scheduleId, runs.map((run) => run.id), runs.map((run) => run.startedAt)],
  );
}

/** Writes to which run check-ins belong after a new derivation. */
export async function placeCheckIns(
  sql: Sql,
  scheduleId: string,
  placed: readonly { readonly id: string; readonly at: Instant; readonly runId: string | null }[],
): Promise<void> {
  if (placed.length === 0) return;
  await sql.query(
    `UPDATE check_in SET run_id = g.run_id FROM unnest($2::uuid[], $3::float8[], $4::uuid[]) AS g (id, at, run_id)
      WHERE check_in.schedule_id = $1::uuid AND check_in.at = to_timestamp(g.at / 1000) AND check_in.id = g.id`,
    [scheduleId, placed.map((one) => one.id), placed.map((one) => one.at), placed.map((one) => one.runId)],
  );
}
