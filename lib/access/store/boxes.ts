/** Everything that is sealed (`box.ts`), wherever it lies: each column of bytes whose name ends with `_box`. */
import type { Sql } from "#lib/db/sql.ts";

export interface BoxColumn {
  readonly table: string;
  readonly column: string;
}

/** By the catalog, so that a new column is found without being written down anywhere. */
export const boxColumns = (sql: Sql): Promise<BoxColumn[]> =>
  sql.query<BoxColumn>(
    `SELECT c.relname::text AS "table", a.attname::text AS "column"
       FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND a.attnum > 0 AND NOT a.attisdropped AND a.atttypid = 'bytea'::regtype AND a.attname LIKE '%\\_box'
      ORDER BY 1, 2`,
  );

/** From the catalog alone; quoted all the same. */
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export interface Box {
  /** Where its row lies, for this transaction and until it is written. */
  readonly row: string;
  /** Base64. */
  readonly box: string;
}

/** Nobody else writes to the table until the transaction ends. */
export async function lockBoxes(sql: Sql, { table, column }: BoxColumn): Promise<Box[]> {
  await sql.query(`LOCK TABLE ${quoted(table)} IN SHARE ROW EXCLUSIVE MODE`);
  return sql.query<Box>(
    `SELECT ctid::text AS row, encode(${quoted(column)}, 'base64') AS box FROM ${quoted(table)}
      WHERE ${quoted(column)} IS NOT NULL`,
  );
}

export async function writeBoxes(sql: Sql, { table, column }: BoxColumn, boxes: readonly Box[]): Promise<void> {
  if (boxes.length === 0) return;
  await sql.query(
    `UPDATE ${quoted(table)} AS t SET ${quoted(column)} = decode(b.box, 'base64')
       FROM unnest($1::text[], $2::text[]) AS b (row, box) WHERE t.ctid = b.row::tid`,
    [boxes.map(({ row }) => row), boxes.map(({ box }) => box)],
  );
}
