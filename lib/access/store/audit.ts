import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
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

export interface AuditPage {
  readonly limit: number;
  readonly after: { readonly at: Instant; readonly id: string } | null;
}

/** Newest first, by the index audit_at (project_id, at DESC, id). */
export const auditFrom = (sql: Sql, { limit, after }: AuditPage): Promise<AuditEntry[]> =>
  sql.query<AuditEntry>(
    `SELECT id::text AS id, ${epochMs("at")} AS at, actor_kind AS "actorKind", actor_id AS "actorId",
       actor_name AS "actorName", action, subject_kind AS "subjectKind", subject_id AS "subjectId", detail
     FROM audit
     WHERE project_id = ${PROJECT} AND ($1::float8 IS NULL OR (at <= to_timestamp($1::float8 / 1000.0)
       AND (at < to_timestamp($1::float8 / 1000.0) OR id > $2::uuid)))
     ORDER BY at DESC, id LIMIT $3::int`,
    [after?.at ?? null, after?.id ?? null, limit],
  );
