import { epochMs, likePattern, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Span } from "#lib/time/span.ts";
import type { Actor } from "../actor.ts";
import { PROJECT } from "../context.ts";

export type AuditDetail = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

export interface AuditEntry {
  readonly id: string;
  readonly at: Instant;
  readonly actorKind: Actor["kind"];
  readonly actorId: string | null;
  readonly actorName: string;
  readonly action: string;
  readonly subjectKind: string;
  readonly subjectId: string;
  readonly detail: AuditDetail;
}

export const insertAudit = (sql: Sql, entry: AuditEntry): Promise<unknown> =>
  sql.query(
    `INSERT INTO audit (id, project_id, at, actor_kind, actor_id, actor_name, action, subject_kind, subject_id, detail)
     VALUES ($1::uuid, ${PROJECT}, to_timestamp($2::float8 / 1000.0), $3, $4, $5, $6, $7, $8, $9::jsonb)`,
    [
      entry.id,
      entry.at,
      entry.actorKind,
      entry.actorId,
      entry.actorName,
      entry.action,
      entry.subjectKind,
      entry.subjectId,
      JSON.stringify(entry.detail),
    ],
  );

export interface AuditFilter {
  /** Their name, as it stood then. */
  readonly actor?: string | undefined;
  /** `webhook.changed`, or `webhook` for all that was done to one. */
  readonly action?: string | undefined;
  /** Words in the name or id of what was changed. */
  readonly subject?: string | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
}

export interface AuditPage {
  readonly limit: number;
  readonly after: { readonly at: Instant; readonly id: string } | null;
  readonly filter: AuditFilter;
}

/** Newest first, by the index audit_at (project_id, at DESC, id); what the filter leaves out is read past. */
export const auditFrom = (sql: Sql, { limit, after, filter }: AuditPage): Promise<AuditEntry[]> =>
  sql.query<AuditEntry>(
    `SELECT id::text AS id, ${epochMs("at")} AS at, actor_kind AS "actorKind", actor_id AS "actorId",
       actor_name AS "actorName", action, subject_kind AS "subjectKind", subject_id AS "subjectId", detail
     FROM audit
     WHERE project_id = ${PROJECT} AND ($1::float8 IS NULL OR (at <= to_timestamp($1::float8 / 1000.0)
       AND (at < to_timestamp($1::float8 / 1000.0) OR id > $2::uuid)))
       AND ($4::text IS NULL OR actor_name = $4)
       AND ($5::text IS NULL OR action = $5 OR starts_with(action, $5 || '.'))
       AND ($6::text IS NULL OR subject_id ILIKE $6 OR detail::text ILIKE $6)
       AND ($7::float8 IS NULL OR at >= to_timestamp($7::float8 / 1000.0))
       AND ($8::float8 IS NULL OR at < to_timestamp($8::float8 / 1000.0))
     ORDER BY at DESC, id LIMIT $3::int`,
    [
      ...[after?.at ?? null, after?.id ?? null, limit],
      ...[filter.actor ?? null, filter.action ?? null],
      ...[filter.subject === undefined ? null : likePattern(filter.subject)],
      ...[filter.from ?? null, filter.to ?? null],
    ],
  );

/** What was done, and to which subject; `null`: to any. */
export interface AuditAbout {
  readonly action: string;
  readonly subject: string | null;
}

/** What was done to certain subjects in a stretch of time, the newest first; by the index audit_at. */
export const auditAbout = (
  sql: Sql,
  { span, about, limit }: { readonly span: Span; readonly about: readonly AuditAbout[]; readonly limit: number },
): Promise<AuditEntry[]> =>
  sql.query<AuditEntry>(
    `SELECT id::text AS id, ${epochMs("at")} AS at, actor_kind AS "actorKind", actor_id AS "actorId",
       actor_name AS "actorName", action, subject_kind AS "subjectKind", subject_id AS "subjectId", detail
     FROM audit
     WHERE project_id = ${PROJECT} AND at >= to_timestamp($1::float8 / 1000.0) AND at < to_timestamp($2::float8 / 1000.0)
       AND EXISTS (SELECT 1 FROM unnest($3::text[], $4::text[]) AS asked (action, subject)
         WHERE audit.action = asked.action AND (asked.subject IS NULL OR asked.subject = audit.subject_id))
     ORDER BY at DESC, id LIMIT $5::int`,
    [span.from, span.to, about.map(({ action }) => action), about.map(({ subject }) => subject), limit],
  );

/** Who stands in it and what was done, for the filters. */
export async function auditNames(
  sql: Sql,
): Promise<{ readonly actors: readonly string[]; readonly actions: readonly string[] }> {
  const distinct = async (column: "actor_name" | "action"): Promise<string[]> => {
    const rows = await sql.query<{ name: string }>(
      `SELECT DISTINCT ${column} AS name FROM audit WHERE project_id = ${PROJECT} ORDER BY 1 LIMIT 200`,
    );
    return rows.map(({ name }) => name);
  };
  return { actors: await distinct("actor_name"), actions: await distinct("action") };
}

/** Forgets entries from before a moment; answers how many. */
export async function forgetAudit(sql: Sql, before: Instant): Promise<number> {
  const [row] = await sql.query<{ count: number }>(
    `WITH gone AS (DELETE FROM audit WHERE project_id = ${PROJECT} AND at < to_timestamp($1::float8 / 1000.0) RETURNING 1)
     SELECT count(*)::float8 AS count FROM gone`,
    [before],
  );
  return row?.count ?? 0;
}
