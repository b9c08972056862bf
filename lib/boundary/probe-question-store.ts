/** The question that a silent window raises, and what the probe found. */
import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Finding } from "./silence.ts";

export interface Question {
  readonly scheduleId: string;
  readonly expectedAt: Instant;
  readonly route: string;
}

/** Asks, in the transaction that judged; only of routes that have a probe, and of each window once. */
export async function askWhy(sql: Sql, questions: readonly Question[], now: Instant): Promise<void> {
  if (questions.length === 0) return;
  const rows = await sql.query(
    `INSERT INTO probe_question (schedule_id, expected_at, project_id, route, asked_at)
     SELECT q.id, to_timestamp(q.expected / 1000), ${PROJECT}, q.route, ${timestamp("$4")}
       FROM unnest($1::uuid[], $2::float8[], $3::text[]) AS q (id, expected, route)
       JOIN route r ON r.project_id = ${PROJECT} AND r.name = q.route AND r.probe_url IS NOT NULL
     ON CONFLICT (schedule_id, expected_at) DO NOTHING RETURNING schedule_id`,
    [
      questions.map((one) => one.scheduleId),
      questions.map((one) => one.expectedAt),
      questions.map((one) => one.route),
      now,
    ],
  );
  if (rows.length > 0) await sql.query("SELECT count(pg_notify('rollcall_probe', ''))::int AS told");
}

/**
 * Takes open questions for a while; one whose lease ran out was lost with its process, and is taken again. Of a route that
 * somebody is asking nothing is taken: two processes must not ask it within one minute, and what the one finds answers the
 * other's questions too. The lock makes looking and taking one step; it ends with the caller's transaction.
 */
export async function leaseQuestions(
  sql: Sql,
  by: { readonly now: Instant; readonly until: Instant; readonly atMost: number },
): Promise<Question[]> {
  await sql.query("SELECT count(pg_advisory_xact_lock(hashtext('rollcall probe questions')))::int AS locked");
  return sql.query<Question>(
    `UPDATE probe_question p SET leased_until = ${timestamp("$2")}
       FROM (SELECT schedule_id, expected_at FROM probe_question open
              WHERE answered_at IS NULL AND (leased_until IS NULL OR leased_until <= ${timestamp("$1")})
                AND NOT EXISTS (SELECT 1 FROM probe_question taken
                                 WHERE taken.project_id = open.project_id AND taken.route = open.route
                                   AND taken.answered_at IS NULL AND taken.leased_until > ${timestamp("$1")})
              ORDER BY asked_at LIMIT $3::int FOR UPDATE SKIP LOCKED) AS due
      WHERE p.schedule_id = due.schedule_id AND p.expected_at = due.expected_at
     RETURNING p.schedule_id::text AS "scheduleId", ${epochMs("p.expected_at")} AS "expectedAt", p.route`,
    [by.now, by.until, by.atMost],
  );
}

/** What was found on a route since a moment, so that it is not asked again so soon. */
export async function foundSince(sql: Sql, route: string, since: Instant): Promise<Finding | null> {
  const [row] = await sql.query<Finding>(
    `SELECT reason, sentence FROM probe_question
      WHERE project_id = ${PROJECT} AND route = $1 AND answered_at >= ${timestamp("$2")} AND sentence IS NOT NULL
      ORDER BY answered_at DESC LIMIT 1`,
    [route, since],
  );
  return row ?? null;
}

/** @param finding `null`: the route has no probe any more, and nothing is said */
export async function writeFinding(
  sql: Sql,
  questions: readonly Question[],
  given: { readonly finding: Finding | null; readonly now: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE probe_question p SET answered_at = ${timestamp("$3")}, leased_until = NULL, reason = $4, sentence = $5
       FROM unnest($1::uuid[], $2::float8[]) AS q (id, expected)
      WHERE p.schedule_id = q.id AND p.expected_at = to_timestamp(q.expected / 1000)`,
    [
      questions.map((one) => one.scheduleId),
      questions.map((one) => one.expectedAt),
      given.now,
      given.finding?.reason ?? null,
      given.finding?.sentence ?? null,
    ],
  );
}

export type Findings = ReadonlyMap<Instant, Finding>;

/** What was found for windows of several schedules from a moment on. */
export async function findingsFrom(
  sql: Sql,
  wanted: readonly { readonly scheduleId: string; readonly from: Instant }[],
): Promise<Map<string, Findings>> {
  const found = new Map<string, Map<Instant, Finding>>();
  if (wanted.length === 0) return found;
  const rows = await sql.query<Finding & { readonly id: string; readonly expected: number }>(
    `SELECT p.schedule_id::text AS id, ${epochMs("p.expected_at")} AS expected, p.reason, p.sentence
       FROM unnest($1::uuid[], $2::float8[]) AS w (id, from_ms)
       JOIN probe_question p ON p.schedule_id = w.id AND p.expected_at >= to_timestamp(w.from_ms / 1000)
      WHERE p.sentence IS NOT NULL`,
    [wanted.map((one) => one.scheduleId), wanted.map((one) => one.from)],
  );
  for (const { id, expected, reason, sentence } of rows) {
    const its = found.get(id) ?? new Map<Instant, Finding>();
    found.set(id, its.set(instant(expected), { reason, sentence }));
  }
  return found;
}

/** Forgets what was asked before a moment. */
export async function forgetQuestions(sql: Sql, before: Instant): Promise<void> {
  await sql.query(`DELETE FROM probe_question WHERE asked_at < ${timestamp("$1")}`, [before]);
}
