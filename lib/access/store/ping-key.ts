import type { Sql } from "#lib/db/sql.ts";
import { PROJECT } from "../context.ts";

export async function pingKeyRow(sql: Sql): Promise<string | null> {
  const [row] = await sql.query<{ key: string }>(`SELECT ping_key AS key FROM project WHERE id = ${PROJECT}`);
  return row?.key ?? null;
}
