import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Renamed } from "#lib/input/renamed.ts";
import type { ConnectedKind } from "#lib/schedules/schema.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { type Span, span } from "#lib/time/span.ts";
import type { DriverProblem } from "./driver.ts";

/** How far the history of a schedule's job was read. */
export interface ReadingRow {
  readonly scheduleId: string;
  readonly kind: ConnectedKind;
  readonly connection: string;
  /** What the connection was called when its reading began: ids of its evidence are made of it. */
  readonly knownAs: string;
  readonly ref: string;
  readonly cursor: unknown;
  readonly readTo: Instant | null;
  readonly beganAt: Instant;
  readonly failures: number;
  /** Schedules of the same connection whose histories are read. */
  readonly siblings: number;
}

/**
 * Makes a row for every schedule whose driver has a history to read, and takes away those of others. A schedule that got
 * another job begins anew: what its first job did stays its evidence.
 */
export async function followSchedules(sql: Sql, kinds: readonly string[], now: Instant): Promise<void> {
  await sql.query(
    `DELETE FROM driver_reading r WHERE NOT EXISTS (
       SELECT FROM schedule s WHERE s.id = r.schedule_id AND s.archived_at IS NULL
          AND s.driver ->> 'connection' IS NOT NULL AND s.driver ->> 'kind' = ANY ($1::text[]))`,
    [[...kinds]],
  );
  await sql.query(
    `INSERT INTO driver_reading AS r (schedule_id, project_id, kind, connection, known_as, ref, next_at, began_at)
     SELECT s.id, ${PROJECT}, s.driver ->> 'kind', s.driver ->> 'connection', s.driver ->> 'connection',
            s.driver ->> 'ref', ${timestamp("$2")},
            (SELECT max(v.effective_from) FROM schedule_version v WHERE v.schedule_id = s.id)
       FROM schedule s
      WHERE s.project_id = ${PROJECT} AND s.archived_at IS NULL AND s.driver ->> 'connection' IS NOT NULL
        AND s.driver ->> 'kind' = ANY ($1::text[])
        AND NOT EXISTS (
          SELECT FROM driver_reading k WHERE k.schedule_id = s.id AND k.kind = s.driver ->> 'kind'
             AND k.connection = s.driver ->> 'connection' AND k.ref = s.driver ->> 'ref')
     ON CONFLICT (schedule_id) DO UPDATE SET kind = excluded.kind, connection = excluded.connection,
       known_as = excluded.known_as, ref = excluded.ref, cursor = NULL, read_to = NULL, next_at = excluded.next_at, began_at = excluded.began_at,
       leased_until = NULL, failures = 0, failing_since = NULL, problem = NULL, problem_kind = NULL
      -- Another engine made the row a moment ago, and may have leased it: it stays as it is.
      WHERE (r.kind, r.connection, r.ref) IS DISTINCT FROM (excluded.kind, excluded.connection, excluded.ref)`,
    [[...kinds], now],
  );
}

/** Leases what is due: another engine takes others, and these again when the lease has run out. */
export async function leaseReadings(
  sql: Sql,
  asked: { readonly now: Instant; readonly until: Instant; readonly atMost: number },
): Promise<ReadingRow[]> {
  return sql.query<ReadingRow>(
    `UPDATE driver_reading r SET leased_until = ${timestamp("$2")}
       FROM (SELECT schedule_id FROM driver_reading
              WHERE next_at <= ${timestamp("$1")} AND (leased_until IS NULL OR leased_until <= ${timestamp("$1")})
              ORDER BY next_at LIMIT $3::int FOR UPDATE SKIP LOCKED) AS due
      WHERE r.schedule_id = due.schedule_id
     RETURNING r.schedule_id::text AS "scheduleId", r.kind, r.connection, r.known_as AS "knownAs", r.ref,
       r.cursor,
       ${epochMs("r.read_to")} AS "readTo", ${epochMs("r.began_at")} AS "beganAt", r.failures,
       (SELECT count(*)::int FROM driver_reading o WHERE o.connection = r.connection) AS siblings`,
    [asked.now, asked.until, asked.atMost],
  );
}

/** When something is to be read next. */
export async function nextReading(sql: Sql): Promise<Instant | null> {
  const [row] = await sql.query<{ at: number | null }>(
    `SELECT ${epochMs("min(greatest(next_at, leased_until))")} AS at FROM driver_reading`,
  );
  return row?.at == null ? null : instant(row.at);
}

type Named = Pick<ReadingRow, "scheduleId" | "kind" | "connection" | "ref">;

/** Locks a row that is still about the job that was read; answers when its schedule is judged next, else `null`. */
export async function lockReading(
  sql: Sql,
  one: Named,
): Promise<{ readonly nextDeadline: Instant | null; readonly failing: boolean } | null> {
  const [row] = await sql.query<{ deadline: number | null; failing: boolean }>(
    `SELECT ${epochMs("s.next_deadline")} AS deadline, r.failing_since IS NOT NULL AS failing
       FROM driver_reading r JOIN schedule_state s ON s.schedule_id = r.schedule_id
      WHERE r.schedule_id = $1::uuid AND r.kind = $2 AND r.connection = $3 AND r.ref = $4 FOR UPDATE OF r`,
    [one.scheduleId, one.kind, one.connection, one.ref],
  );
  if (!row) return null;
  return { nextDeadline: row.deadline === null ? null : instant(row.deadline), failing: row.failing };
}

export async function writeRead(
  sql: Sql,
  read: Pick<ReadingRow, "scheduleId" | "cursor"> & { readonly readTo: Instant; readonly nextAt: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE driver_reading SET cursor = $2::jsonb, read_to = greatest(read_to, ${timestamp("$3")}), next_at = ${timestamp("$4")},
       leased_until = NULL, failures = 0, failing_since = NULL, problem = NULL, problem_kind = NULL
     WHERE schedule_id = $1::uuid`,
    [read.scheduleId, JSON.stringify(read.cursor), read.readTo, read.nextAt],
  );
}

export async function writeFailed(
  sql: Sql,
  failed: Named & { readonly problem: DriverProblem; readonly now: Instant; readonly nextAt: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE driver_reading SET failures = failures + 1, failing_since = coalesce(failing_since, ${timestamp("$5")}),
       problem = $6, problem_kind = $7, next_at = ${timestamp("$8")}, leased_until = NULL
     WHERE schedule_id = $1::uuid AND kind = $2 AND connection = $3 AND ref = $4`,
    [
      ...[failed.scheduleId, failed.kind, failed.connection, failed.ref, failed.now],
      ...[failed.problem.sentence, failed.problem.kind, failed.nextAt],
    ],
  );
}

/** Goes on where it was; what is being read under the old name is read anew. */
export async function renameReadings(sql: Sql, { from, to }: Renamed): Promise<void> {
  await sql.query(
    `UPDATE driver_reading SET connection = $2, leased_until = NULL WHERE project_id = ${PROJECT} AND connection = $1`,
    [from, to],
  );
}

/** Coverage grows at its end; where there is a hole before it, another span begins. */
export async function coverMore(sql: Sql, scheduleId: string, covered: Span): Promise<void> {
  const grown = await sql.query(
    `UPDATE driver_coverage SET to_at = greatest(to_at, ${timestamp("$3")})
      WHERE schedule_id = $1::uuid AND from_at <= ${timestamp("$2")} AND to_at >= ${timestamp("$2")} RETURNING 1 AS grown`,
    [scheduleId, covered.from, covered.to],
  );
  if (grown.length > 0) return;
  await sql.query(
    `INSERT INTO driver_coverage AS c (schedule_id, from_at, to_at, project_id)
     VALUES ($1::uuid, ${timestamp("$2")}, ${timestamp("$3")}, ${PROJECT})
     ON CONFLICT (schedule_id, from_at) DO UPDATE SET to_at = greatest(c.to_at, excluded.to_at)`,
    [scheduleId, covered.from, covered.to],
  );
}

/** What the histories of these schedules cover, and what keeps them from being read now. */
export interface DriverWord {
  readonly covers: readonly Span[];
  readonly failing: {
    readonly since: Instant;
    readonly kind: DriverProblem["kind"];
    readonly sentence: string;
  } | null;
}

export async function driverWords(sql: Sql, scheduleIds: readonly string[]): Promise<Map<string, DriverWord>> {
  if (scheduleIds.length === 0) return new Map();
  const rows = await sql.query<{
    readonly id: string;
    readonly spans: readonly { readonly from: number; readonly to: number }[] | null;
    readonly since: number | null;
    readonly kind: DriverProblem["kind"] | null;
    readonly sentence: string | null;
  }>(
    `SELECT w.id::text AS id, ${epochMs("r.failing_since")} AS since, r.problem_kind AS kind, r.problem AS sentence,
            (SELECT json_agg(json_build_object('from', ${epochMs("c.from_at")}, 'to', ${epochMs("c.to_at")})
                             ORDER BY c.from_at)
               FROM driver_coverage c WHERE c.schedule_id = w.id) AS spans
       FROM unnest($1::uuid[]) AS w (id) LEFT JOIN driver_reading r ON r.schedule_id = w.id`,
    [[...scheduleIds]],
  );
  return new Map(
    rows.map(({ id, spans, since, kind, sentence }) => [
      id,
      {
        covers: (spans ?? []).map(({ from, to }) => span(instant(from), instant(to))),
        failing:
          since === null || kind === null || sentence === null ? null : { since: instant(since), kind, sentence },
      },
    ]),
  );
}
