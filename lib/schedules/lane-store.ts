import { PROJECT } from "#lib/access/context.ts";
import { epochMs, likePattern, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { LaneGroup } from "./lane.ts";

export interface LaneFilters {
  readonly slugs?: readonly string[] | undefined;
  /** A lane has all of them. */
  readonly tags?: readonly string[] | undefined;
  readonly environment?: string | undefined;
  readonly q?: string | undefined;
}

/** What lanes are sorted and grouped by, without judging any. */
export interface LaneRow {
  readonly id: string;
  readonly slug: string;
  /** In lower case. */
  readonly name: string;
  /** Raised with every edit. */
  readonly version: number;
  /** Raised by every transaction that stores evidence or judges. */
  readonly seq: number;
  readonly lastRunAt: Instant | null;
  readonly pausedAt: Instant | null;
  readonly pausedUntil: Instant | null;
  readonly openIncidentId: string | null;
  /** Of that incident. */
  readonly cause: string | null;
  /** By what it is grouped; empty where it has no such thing, or nothing was asked. */
  readonly group: string;
}

const GROUPS: Readonly<Record<LaneGroup, string>> = {
  // A lane stands in one place: with several tags under the first of them.
  tag: `coalesce((SELECT min(tag COLLATE "C") FROM unnest(s.tags) AS tag), '')`,
  environment: "s.environment",
  owner: "coalesce(s.owner, '')",
  route: "coalesce(s.route, '')",
  driver: "coalesce(s.driver ->> 'kind', '')",
};

/**
 * Every lane that fits the filters, in no order: sorting needs more than is stored. Incidents are found by
 * `incident_one_open`.
 */
export async function listLanes(sql: Sql, filters: LaneFilters, group: LaneGroup | null = null): Promise<LaneRow[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const where = [`s.project_id = ${PROJECT}`, "s.archived_at IS NULL"];
  if (filters.slugs !== undefined) where.push(`s.slug = ANY(${bind(filters.slugs)}::text[])`);
  if (filters.tags !== undefined) where.push(`s.tags @> ${bind(filters.tags)}::text[]`);
  if (filters.environment !== undefined) where.push(`s.environment = ${bind(filters.environment)}`);
  if (filters.q !== undefined) {
    const like = bind(likePattern(filters.q));
    where.push(`(s.slug ILIKE ${like} OR s.name ILIKE ${like})`);
  }
  return sql.query<LaneRow>(
    `SELECT s.id::text AS id, s.slug, lower(s.name) AS name, s.version, st.seq::float8 AS seq,
            ${epochMs("st.last_run_at")} AS "lastRunAt", ${epochMs("s.paused_at")} AS "pausedAt", ${epochMs("s.paused_until")} AS "pausedUntil",
            i.id::text AS "openIncidentId", i.cause, ${group === null ? "''" : GROUPS[group]} AS "group"
       FROM schedule s JOIN schedule_state st ON st.schedule_id = s.id
       LEFT JOIN incident i ON i.project_id = s.project_id AND i.kind = 'windows' AND i.subject = s.id::text
        AND i.state <> 'resolved'
      WHERE ${where.join(" AND ")}`,
    values,
  );
}

/** Every tag and environment of a schedule that is not archived, each once, ascending. */
export async function laneWords(
  sql: Sql,
): Promise<{ readonly tags: readonly string[]; readonly environments: readonly string[] }> {
  const [row] = await sql.query<{ readonly tags: readonly string[]; readonly environments: readonly string[] }>(
    `WITH lane AS (SELECT tags, environment FROM schedule WHERE project_id = ${PROJECT} AND archived_at IS NULL)
     SELECT ARRAY(SELECT DISTINCT unnest(tags) AS word FROM lane ORDER BY word) AS tags,
            ARRAY(SELECT DISTINCT environment FROM lane ORDER BY environment) AS environments`,
  );
  return row ?? { tags: [], environments: [] };
}
