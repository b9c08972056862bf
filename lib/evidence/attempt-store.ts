import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Attempt, StoredAttempt } from "./attempt.ts";

/** Stores attempts within the caller's transaction; one that is stored already stays as it is. Answers the new ids. */
export async function insertAttempts(
  sql: Sql,
  attempts: readonly (StoredAttempt & { readonly scheduleId: string })[],
): Promise<ReadonlySet<string>> {
  if (attempts.length === 0) return new Set();
  const column = <T>(pick: (one: StoredAttempt & { readonly scheduleId: string }) => T): T[] => attempts.map(pick);
  const rows = await sql.query<{ id: string }>(
    `INSERT INTO attempt (id, project_id, schedule_id, at, scheduled_for, outcome, status, latency_ms, error, source,
         pending_until)
     SELECT a.id, ${PROJECT}, a.schedule_id, ${timestamp("a.at")}, ${timestamp("a.scheduled")}, a.outcome, a.status, a.latency, a.error,
            a.source, ${timestamp("a.pending")}
       FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::float8[], $5::text[], $6::int2[], $7::int4[], $8::text[],
                   $9::text[], $10::float8[])
         AS a (id, schedule_id, at, scheduled, outcome, status, latency, error, source, pending)
     ON CONFLICT DO NOTHING RETURNING id::text AS id`,
    [
      column((one) => one.id),
      column((one) => one.scheduleId),
      column((one) => one.at),
      column((one) => one.scheduledFor),
      column((one) => one.outcome),
      column((one) => one.status),
      column((one) => one.latencyMs),
      column((one) => one.error),
      column((one) => one.source),
      column((one) => one.pendingUntil ?? null),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

/** How an attempt of the dispatcher ended. */
export interface AnsweredAttempt {
  readonly scheduleId: string;
  readonly id: string;
  /** When it was stored: it is found by it. */
  readonly at: Instant;
  readonly outcome: Attempt["outcome"];
  readonly status: number | null;
  readonly latencyMs: number;
  readonly error: string | null;
  readonly excerpt: string | null;
}

/** Writes how attempts ended whose answers were not known; answers the ids of those that it wrote. */
export async function writeAnswers(sql: Sql, answered: readonly AnsweredAttempt[]): Promise<ReadonlySet<string>> {
  if (answered.length === 0) return new Set();
  const column = <T>(pick: (one: AnsweredAttempt) => T): T[] => answered.map(pick);
  const rows = await sql.query<{ id: string }>(
    `UPDATE attempt t
        SET outcome = a.outcome, status = a.status, latency_ms = a.latency, error = a.error, excerpt = a.excerpt,
            pending_until = NULL
       FROM unnest($1::uuid[], $2::uuid[], $3::float8[], $4::text[], $5::int2[], $6::int4[], $7::text[], $8::text[])
         AS a (id, schedule_id, at, outcome, status, latency, error, excerpt)
      WHERE t.schedule_id = a.schedule_id AND t.at = ${timestamp("a.at")} AND t.id = a.id AND t.outcome = 'answer_unknown'
        AND t.at >= to_timestamp($9::float8 / 1000) AND t.at <= to_timestamp($10::float8 / 1000)
     RETURNING t.id::text AS id`,
    [
      column((one) => one.id),
      column((one) => one.scheduleId),
      column((one) => one.at),
      column((one) => one.outcome),
      column((one) => one.status),
      column((one) => one.latencyMs),
      column((one) => one.error),
      column((one) => one.excerpt),
      // So that the planner leaves out the other months.
      Math.min(...answered.map(({ at }) => at)),
      Math.max(...answered.map(({ at }) => at)),
    ],
  );
  return new Set(rows.map((row) => row.id));
}

/** The schedules among these of which an attempt's answer may still come. */
export async function withPendingAttempt(
  sql: Sql,
  scheduleIds: readonly string[],
  by: { readonly now: Instant; readonly since: Instant },
): Promise<ReadonlySet<string>> {
  if (scheduleIds.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>(
    `SELECT DISTINCT a.schedule_id::text AS id FROM attempt a
      WHERE a.schedule_id = ANY ($1::uuid[]) AND a.at >= to_timestamp($3::float8 / 1000)
        AND a.outcome = 'answer_unknown' AND a.pending_until > to_timestamp($2::float8 / 1000)`,
    [[...scheduleIds], by.now, by.since],
  );
  return new Set(rows.map((row) => row.id));
}

/** Which of these attempts of a schedule are stored, of those between two moments; `attempt_pkey` answers it. */
export async function storedAmong(
  sql: Sql,
  asked: { readonly scheduleId: string; readonly ids: readonly string[]; readonly from: Instant; readonly to: Instant },
): Promise<ReadonlySet<string>> {
  if (asked.ids.length === 0) return new Set();
  const rows = await sql.query<{ id: string }>(
    `SELECT a.id::text AS id FROM attempt a
      WHERE a.schedule_id = $1::uuid AND a.at >= ${timestamp("$3::float8")} AND a.at <= ${timestamp("$4::float8")}
        AND a.id = ANY ($2::uuid[])`,
    [asked.scheduleId, [...asked.ids], asked.from, asked.to],
  );
  return new Set(rows.map((row) => row.id));
}

interface AttemptRow {
  readonly of: string;
  readonly id: string;
  readonly at: number;
  readonly scheduled: number | null;
  readonly outcome: Attempt["outcome"];
  readonly status: number | null;
  readonly latency: number | null;
  readonly error: string | null;
  readonly source: string;
  readonly pending: number | null;
  readonly excerpt: string | null;
}

/** So many of one schedule are read, newest first: a month of every five minutes. */
const READ_AT_MOST = 10_000;

/** The attempts of several schedules from a moment on, ascending; `attempt_pkey` answers it. */
export async function attemptsFrom(
  sql: Sql,
  wanted: readonly { readonly scheduleId: string; readonly from: Instant }[],
): Promise<Map<string, StoredAttempt[]>> {
  const found = new Map<string, StoredAttempt[]>();
  if (wanted.length === 0) return found;
  const rows = await sql.query<AttemptRow>(
    `SELECT mine.* FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
      CROSS JOIN LATERAL (
        SELECT a.schedule_id::text AS of, a.id::text AS id, ${epochMs("a.at")} AS at,
               ${epochMs("a.scheduled_for")} AS scheduled, a.outcome, a.status::int AS status, a.latency_ms AS latency,
               a.error, a.source, ${epochMs("a.pending_until")} AS pending, a.excerpt
          FROM attempt a WHERE a.schedule_id = w.id AND a.at >= to_timestamp(w.from_ms / 1000)
         ORDER BY a.at DESC LIMIT ${READ_AT_MOST}
      ) AS mine`,
    [wanted.map(({ scheduleId }) => scheduleId), wanted.map(({ from }) => from)],
  );
  for (const row of rows.reverse()) {
    const attempt: StoredAttempt = {
      id: row.id,
      at: instant(row.at),
      scheduledFor: row.scheduled === null ? null : instant(row.scheduled),
      outcome: row.outcome,
      status: row.status,
      latencyMs: row.latency,
      error: row.error,
      source: row.source,
      ...(row.pending === null ? {} : { pendingUntil: instant(row.pending) }),
      ...(row.excerpt === null ? {} : { excerpt: row.excerpt }),
    };
    const list = found.get(row.of);
    if (list) list.push(attempt);
    else found.set(row.of, [attempt]);
  }
  for (const list of found.values()) list.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1));
  return found;
}
