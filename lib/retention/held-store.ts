/** How much is held of what is kept for a time, and how much of it is older than a moment. Only reads. */
import type { Sql } from "#lib/db/sql.ts";
import type { Instant } from "#lib/time/instant.ts";
import type { Kind } from "./retention.ts";

export interface Held {
  readonly rows: number;
  /** With indexes. */
  readonly bytes: number;
}

/** The tables of a kind, each with the column of its time; logs lie in the rows of check-ins. */
const TABLES: Readonly<Record<Kind, readonly (readonly [table: string, column: string])[]>> = {
  runs: [
    ["run", "started_at"],
    ["check_in", "at"],
  ],
  logs: [["check_in", "at"]],
  decisions: [["decision", "at"]],
  attempts: [["attempt", "at"]],
  rollups: [
    ["rollup_hour", "at"],
    ["rollup_day", "at"],
  ],
  audit: [["audit", "at"]],
  messages: [
    ["outbox", "created_at"],
    ["delivery", "created_at"],
  ],
};

/** Up to so many bytes rows are counted; beyond, what the planner believes is told. */
const COUNTED_UP_TO = 64 * 1024 * 1024;
/** More than so many is told as so many. */
export const COUNTED_AT_MOST = 1_000_000;

async function tableHeld(sql: Sql, table: string): Promise<Held> {
  const [row] = await sql.query<Held>(
    `SELECT coalesce(sum(greatest(c.reltuples, pg_stat_get_live_tuples(c.oid))), 0)::float8 AS rows,
            coalesce(sum(pg_total_relation_size(c.oid)), 0)::float8 AS bytes
       FROM pg_class c
      WHERE c.relkind = 'r' AND (c.oid = $1::text::regclass OR c.oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = $1::text::regclass))`,
    [table],
  );
  const held = row ?? { rows: 0, bytes: 0 };
  if (held.bytes > COUNTED_UP_TO) return { rows: Math.round(held.rows), bytes: held.bytes };
  const [exact] = await sql.query<{ count: number }>(`SELECT count(*)::float8 AS count FROM ${table}`);
  return { rows: exact?.count ?? 0, bytes: held.bytes };
}

/** Of all kinds but logs, which lie in the rows of check-ins. */
export async function readHeld(sql: Sql): Promise<Readonly<Record<Exclude<Kind, "logs">, Held>>> {
  const of = async (kind: Kind): Promise<Held> => {
    let sum: Held = { rows: 0, bytes: 0 };
    for (const [table] of TABLES[kind]) {
      const { rows, bytes } = await tableHeld(sql, table);
      sum = { rows: sum.rows + rows, bytes: sum.bytes + bytes };
    }
    return sum;
  };
  return {
    runs: await of("runs"),
    decisions: await of("decisions"),
    attempts: await of("attempts"),
    rollups: await of("rollups"),
    audit: await of("audit"),
    messages: await of("messages"),
  };
}

/** How many rows of a kind are older than a moment, at most `COUNTED_AT_MOST` a table. */
export async function countOlder(sql: Sql, asked: { readonly kind: Kind; readonly before: Instant }): Promise<number> {
  let sum = 0;
  for (const [table, column] of TABLES[asked.kind]) {
    const also = asked.kind === "logs" ? "AND body IS NOT NULL" : "";
    const [row] = await sql.query<{ count: number }>(
      `SELECT count(*)::float8 AS count FROM (
         SELECT 1 FROM ${table} WHERE ${column} < to_timestamp($1::float8 / 1000.0) ${also} LIMIT ${COUNTED_AT_MOST}
       ) AS older`,
      [asked.before],
    );
    sum += row?.count ?? 0;
  }
  return sum;
}
