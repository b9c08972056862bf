import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql, timestamp } from "#lib/db/sql.ts";
import type { Page } from "#lib/input/page.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { CaseResult, Verification } from "./verification.ts";

const COLUMNS = `id::text AS id, route, ${epochMs("at")} AS at, ${epochMs("finished_at")} AS "finishedAt",
  coalesce(green, false) AS green, coalesce(representative, true) AS representative, cases, actor AS by`;

/**
 * Claims the route for one run of its matrix; false while another is under way. One that began before `stale` was broken
 * off by a crash, and is forgotten.
 */
export async function claimVerification(
  sql: Sql,
  made: {
    readonly id: string;
    readonly route: string;
    readonly now: Instant;
    readonly stale: Instant;
    readonly by: string;
  },
): Promise<boolean> {
  await sql.query(
    `DELETE FROM verification WHERE project_id = ${PROJECT} AND route = $1 AND finished_at IS NULL AND at < ${timestamp("$2")}`,
    [made.route, made.stale],
  );
  const rows = await sql.query(
    `INSERT INTO verification (id, project_id, route, at, actor, cases)
     VALUES ($1::uuid, ${PROJECT}, $2, ${timestamp("$3")}, $4, '[]')
     ON CONFLICT (project_id, route) WHERE finished_at IS NULL DO NOTHING RETURNING id`,
    [made.id, made.route, made.now, made.by],
  );
  return rows.length > 0;
}

/** What is known so far, for screens that watch. */
export async function writeProgress(sql: Sql, id: string, cases: readonly CaseResult[]): Promise<void> {
  await sql.query("UPDATE verification SET cases = $2::jsonb WHERE id = $1::uuid AND finished_at IS NULL", [
    id,
    JSON.stringify(cases),
  ]);
}

export async function finishVerification(
  sql: Sql,
  done: Pick<Verification, "id" | "cases" | "green" | "representative"> & { readonly finishedAt: Instant },
): Promise<void> {
  await sql.query(
    `UPDATE verification SET finished_at = ${timestamp("$2")}, green = $3::boolean, representative = $4::boolean, cases = $5::jsonb
      WHERE id = $1::uuid`,
    [done.id, done.finishedAt, done.green, done.representative, JSON.stringify(done.cases)],
  );
}

/** A run that could not be brought to its end. */
export async function dropVerification(sql: Sql, id: string): Promise<void> {
  await sql.query("DELETE FROM verification WHERE id = $1::uuid AND finished_at IS NULL", [id]);
}

/** Newest first, before a key; one more than the page holds. */
export const listVerifications = (
  sql: Sql,
  route: string,
  page: Pick<Page, "limit"> & { readonly before: { readonly at: Instant; readonly id: string } | null },
): Promise<Verification[]> =>
  sql.query<Verification>(
    `SELECT ${COLUMNS} FROM verification
      WHERE project_id = ${PROJECT} AND route = $1
        AND ($2::float8 IS NULL OR (at, id) < (${timestamp("$2")}, $3::uuid))
      ORDER BY verification.at DESC, verification.id DESC LIMIT $4::int`,
    [route, page.before?.at ?? null, page.before?.id ?? null, page.limit + 1],
  );

/** The newest that came to its end, for each of some routes. */
export async function newestVerifications(sql: Sql, routes: readonly string[]): Promise<Map<string, Verification>> {
  const rows = await sql.query<Verification>(
    `SELECT DISTINCT ON (route) ${COLUMNS} FROM verification
      WHERE project_id = ${PROJECT} AND route = ANY ($1::text[]) AND finished_at IS NOT NULL
      ORDER BY route, verification.at DESC`,
    [[...routes]],
  );
  return new Map(rows.map((one) => [one.route, one]));
}

/** Forgets what finished before a moment, but for the newest of each route. */
export async function forgetVerifications(sql: Sql, before: Instant): Promise<void> {
  await sql.query(
    `DELETE FROM verification v WHERE v.at < ${timestamp("$1")}
        AND EXISTS (SELECT 1 FROM verification n WHERE n.project_id = v.project_id AND n.route = v.route
                       AND n.finished_at IS NOT NULL AND n.at > v.at)`,
    [before],
  );
}

/** What the scheduler's requests on a route resembled, newest first; and whether one was let in after a moment. */
export async function arrivedOn(
  sql: Sql,
  route: string,
  since: { readonly resembled: Instant; readonly admitted: Instant },
): Promise<{ readonly resembled: readonly string[]; readonly admittedLately: boolean }> {
  // Answered by `decision_route`. Ten of the newest say what arrives; of one that was let in, the contract says it.
  const rows = await sql.query<{ readonly kind: string }>(
    `SELECT coalesce(contract_resembled, contract_expected) AS kind FROM decision
      WHERE project_id = ${PROJECT} AND route = $1 AND at >= ${timestamp("$2")} AND via = 'scheduler'
        AND (contract_resembled IS NOT NULL OR (outcome = 'admitted' AND contract_expected IS NOT NULL))
      ORDER BY decision.at DESC LIMIT 10`,
    [route, since.resembled],
  );
  const [lately] = await sql.query<{ readonly admitted: boolean }>(
    `SELECT EXISTS (SELECT 1 FROM decision WHERE project_id = ${PROJECT} AND route = $1 AND at >= ${timestamp("$2")}
        AND via = 'scheduler' AND outcome = 'admitted') AS admitted`,
    [route, since.admitted],
  );
  return { resembled: rows.map(({ kind }) => kind), admittedLately: lately?.admitted ?? false };
}
