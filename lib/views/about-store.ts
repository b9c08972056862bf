/** What the database says of itself. Only reads. */
import { PROJECT } from "#lib/access/context.ts";
import { epochMs, type Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";

export interface TableSize {
  readonly name: string;
  /** With indexes, and all the months of a table that is partitioned. */
  readonly bytes: number;
  /** As the planner or the statistics believe. */
  readonly rows: number;
}

/** The largest tables first. */
export const largestTables = (sql: Sql, atMost: number): Promise<TableSize[]> =>
  sql.query<TableSize>(
    `SELECT coalesce(p.relname, c.relname)::text AS name, sum(pg_total_relation_size(c.oid))::float8 AS bytes,
            sum(greatest(c.reltuples, pg_stat_get_live_tuples(c.oid)))::float8 AS rows
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = current_schema()
       LEFT JOIN pg_inherits i ON i.inhrelid = c.oid LEFT JOIN pg_class p ON p.oid = i.inhparent
      WHERE c.relkind = 'r'
      GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT $1::int4`,
    [atMost],
  );

export interface Totals {
  readonly databaseVersion: string;
  readonly databaseBytes: number;
  readonly schedules: number;
  /** As the planner believes where there are many. */
  readonly runs: number;
}

export async function readTotals(sql: Sql): Promise<Totals> {
  const [row] = await sql.query<Totals & { readonly believed: number }>(
    `SELECT current_setting('server_version') AS "databaseVersion",
            pg_database_size(current_database())::float8 AS "databaseBytes",
            (SELECT count(*)::float8 FROM schedule WHERE project_id = ${PROJECT} AND archived_at IS NULL) AS schedules,
            (SELECT count(*)::float8 FROM (SELECT 1 FROM run LIMIT 100000) AS first_ones) AS runs,
            (SELECT coalesce(sum(greatest(c.reltuples, pg_stat_get_live_tuples(c.oid))), 0)::float8 FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
              WHERE i.inhparent = 'run'::regclass) AS believed`,
  );
  if (!row) throw new Error("the database does not answer what it is");
  const { believed, ...totals } = row;
  return { ...totals, runs: Math.max(totals.runs, Math.round(believed)) };
}

export interface ProcessRow {
  readonly id: string;
  readonly role: string;
  readonly startedAt: Instant;
  readonly seenAt: Instant;
  readonly spooling: boolean;
}

/** Those that have not said that they stopped and were seen since a moment, the oldest first. */
export const processesSeen = (sql: Sql, since: Instant): Promise<ProcessRow[]> =>
  sql.query<ProcessRow>(
    `SELECT id::text AS id, role, ${epochMs("started_at")} AS "startedAt", ${epochMs("seen_at")} AS "seenAt", spooling
       FROM process WHERE stopped_at IS NULL AND seen_at >= to_timestamp($1::float8 / 1000.0) ORDER BY started_at, id`,
    [since],
  );
