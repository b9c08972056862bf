/** What a schema holds, in the order in which it can be filled. */
import pg from "pg";

export const quoted = (name: string): string => pg.escapeIdentifier(name);

export const RECORD_TABLE = "_prisma_migrations";

export interface Table {
  readonly name: string;
  /** Without generated ones. */
  readonly columns: readonly string[];
}

/** Tables and partitioned tables, not the partitions; the referenced before the referring. */
export async function tablesInOrder(client: pg.ClientBase): Promise<readonly Table[]> {
  const tables = await client.query<Table>(
    `SELECT c.relname AS name, array_agg(a.attname::text ORDER BY a.attnum) AS columns
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        AND c.relname <> $1 AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
        AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = c.oid AND d.deptype = 'e')
      GROUP BY c.relname ORDER BY c.relname`,
    [RECORD_TABLE],
  );
  const references = await client.query<{ from: string; to: string }>(
    `SELECT DISTINCT f.relname AS from, t.relname AS to
       FROM pg_constraint k JOIN pg_class f ON f.oid = k.conrelid JOIN pg_class t ON t.oid = k.confrelid
      WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid <> k.confrelid
        AND f.relnamespace = current_schema()::regnamespace`,
  );
  return inOrder(tables.rows, references.rows);
}

/** Pure. Throws on a circle of references, which could not be filled without deferring them. */
export function inOrder(
  tables: readonly Table[],
  references: readonly { readonly from: string; readonly to: string }[],
): readonly Table[] {
  const ordered: Table[] = [];
  const placed = new Set<string>();
  let waiting = tables;
  while (waiting.length > 0) {
    const names = new Set(waiting.map((table) => table.name));
    const free = waiting.filter(({ name }) => !references.some((one) => one.from === name && names.has(one.to)));
    if (free.length === 0) throw new Error(`tables refer to each other in a circle: ${[...names].join(", ")}`);
    for (const table of free) {
      ordered.push(table);
      placed.add(table.name);
    }
    waiting = waiting.filter(({ name }) => !placed.has(name));
  }
  return ordered;
}

export async function partitions(client: pg.ClientBase): Promise<{ parent: string; name: string; bound: string }[]> {
  const { rows } = await client.query<{ parent: string; name: string; bound: string }>(
    `SELECT p.relname AS parent, c.relname AS name, pg_get_expr(c.relpartbound, c.oid) AS bound
       FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid JOIN pg_class p ON p.oid = i.inhparent
      WHERE c.relispartition AND c.relkind = 'r' AND c.relnamespace = current_schema()::regnamespace
      ORDER BY p.relname, c.relname`,
  );
  return rows;
}

export async function sequences(client: pg.ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
      WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'S' ORDER BY 1`,
  );
  return rows.map((row) => row.name);
}
