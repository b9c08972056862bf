/** Monthly partitions of the tables that grow: made ahead, and dropped when all of one is older than is kept. */
import { type Instant, instant } from "#lib/time/instant.ts";
import type { Sql } from "./sql.ts";

/** The partitioned tables, by the column of their time. */
const PARTITIONED = { check_in: "at", run: "started_at", decision: "at", attempt: "at" } as const;
export type Partitioned = keyof typeof PARTITIONED;

export interface Month {
  readonly name: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** The months that meet a span, in UTC: `_2027_01` from 1 January to 1 February. */
function monthsOf(from: Instant, to: Instant): Month[] {
  const months: Month[] = [];
  const first = new Date(from);
  for (let month = first.getUTCFullYear() * 12 + first.getUTCMonth(); ; month++) {
    const year = Math.floor(month / 12);
    const begin = Date.UTC(year, month % 12, 1);
    if (begin >= to) return months;
    const name = `_${year}_${String((month % 12) + 1).padStart(2, "0")}`;
    months.push({ name, from: instant(begin), to: instant(Date.UTC(year, (month % 12) + 1, 1)) });
  }
}

const existing = async (sql: Sql, table: Partitioned): Promise<Set<string>> => {
  const rows = await sql.query<{ name: string }>(
    `SELECT c.relname::text AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = $1::text::regclass`,
    [table],
  );
  return new Set(rows.map((row) => row.name));
};

/**
 * Makes the partitions that a span needs. Rows of a month that went to the default partition, because it was not made
 * in time, are moved.
 */
export async function makePartitions(sql: Sql, from: Instant, to: Instant): Promise<void> {
  await sql.query("SELECT 1 AS locked FROM pg_advisory_xact_lock(7246015524)");
  for (const [table, column] of Object.entries(PARTITIONED) as [Partitioned, string][]) {
    const there = await existing(sql, table);
    for (const month of monthsOf(from, to)) {
      const name = `${table}${month.name}`;
      if (there.has(name)) continue;
      const [begin, end] = [new Date(month.from).toISOString(), new Date(month.to).toISOString()];
      await sql.query(`CREATE TABLE ${name} (LIKE ${table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)`);
      await sql.query(
        `WITH moved AS (DELETE FROM ${table}_default WHERE ${column} >= '${begin}' AND ${column} < '${end}' RETURNING *)
         INSERT INTO ${name} SELECT * FROM moved`,
      );
      await sql.query(`ALTER TABLE ${table} ATTACH PARTITION ${name} FOR VALUES FROM ('${begin}') TO ('${end}')`);
    }
  }
}

export const PARTITIONED_TABLES = Object.keys(PARTITIONED) as readonly Partitioned[];

/** Drops every month that ended before a moment; answers the names. */
export async function dropPartitions(
  sql: Sql,
  before: Instant,
  tables: readonly Partitioned[] = PARTITIONED_TABLES,
): Promise<string[]> {
  const dropped: string[] = [];
  for (const table of tables) {
    for (const name of await existing(sql, table)) {
      const match = /_(\d{4})_(\d{2})$/.exec(name);
      if (!match || Date.UTC(Number(match[1]), Number(match[2]), 1) > before) continue;
      await sql.query(`DROP TABLE ${name}`);
      dropped.push(name);
    }
  }
  return dropped;
}

/** Deletes rows of a table older than a moment, some at a time; answers how many. */
export async function deleteOld(
  sql: Sql,
  given: { readonly table: Partitioned; readonly before: Instant; readonly atMost: number },
): Promise<number> {
  const column = PARTITIONED[given.table];
  const [row] = await sql.query<{ count: number }>(
    `WITH old AS (
       SELECT tableoid AS t, ctid AS c FROM ${given.table} WHERE ${column} < to_timestamp($1::float8 / 1000) LIMIT $2::int4
     ), gone AS (
       DELETE FROM ${given.table} USING old WHERE ${given.table}.tableoid = old.t AND ${given.table}.ctid = old.c RETURNING 1
     ) SELECT count(*)::float8 AS count FROM gone`,
    [given.before, given.atMost],
  );
  return row?.count ?? 0;
}
