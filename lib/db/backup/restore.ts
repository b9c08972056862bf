/**
 * Fills a database from a backup, all of it in one transaction: a crash leaves what was there before.
 *
 * 1. The header: every migration in it must be one that this program has, unchanged.
 * 2. The database: refused when it holds something (unless `replace`), or when a Rollcall is connected.
 * 3. The schema as the backup had it, its partitions, its rows, its sequences.
 * 4. After the commit the migrations that are newer than the backup are applied as at any start.
 */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import pg from "pg";
import { from as copyFrom } from "pg-copy-streams";
import { type Migration, migrate, readMigrations, recordMigration } from "#lib/db/migrate.ts";
import { ProblemError } from "#lib/problem.ts";
import { secretMark } from "./backup.ts";
import { type Header, header, Sections, section } from "./format.ts";
import { partitions, quoted, sequences, tablesInOrder } from "./tables.ts";

export interface Restored {
  readonly tables: number;
  readonly rows: number;
  readonly madeAt: string;
  /** Whether the stored secrets (of channels, connections) can be read with the present secret. */
  readonly sameSecret: boolean;
}

export interface RestoreOptions {
  readonly connection: pg.ClientConfig;
  readonly file: string;
  readonly secret: string;
  /** Drops what the database holds. */
  readonly replace: boolean;
  readonly migrations?: readonly Migration[];
  readonly log?: { info(message: string): void };
}

/** Throws with a sentence that says why not. */
export async function restore(options: RestoreOptions): Promise<Restored> {
  const known = options.migrations ?? readMigrations();
  const file = createReadStream(options.file);
  const gunzip = createGunzip();
  const opened = pipeline(file, gunzip);
  opened.catch(() => {}); // the reader below meets the same error
  const client = new pg.Client({ ...options.connection, application_name: "rollcall-restore" });
  client.on("error", () => {});
  try {
    const sections = new Sections(gunzip);
    const head = await readHeader(sections);
    const migrations = migrationsOf(head, known);
    await client.connect();
    const replace = await mayFill(client, options.replace);
    await client.query("BEGIN");
    if (replace) await dropAll(client);
    for (const migration of migrations) {
      await client.query(migration.sql);
      await recordMigration(client, migration);
    }
    await makePartitions(client, head);
    const filled = await fill(client, sections);
    await client.query("COMMIT");
    const after = await migrate(client, { migrations: known, ...(options.log ? { log: options.log } : {}) });
    if (!after.ok) throw new ProblemError(after.problem);
    return { ...filled, madeAt: head.madeAt, sameSecret: head.secretMark === secretMark(options.secret) };
  } catch (thrown) {
    throw readable(thrown);
  } finally {
    file.destroy();
    gunzip.destroy();
    await client.end().catch(() => {}); // and with it a transaction that is still open
  }
}

function readable(thrown: unknown): unknown {
  const code = thrown instanceof Error && "code" in thrown ? thrown.code : null;
  if (code === "Z_BUF_ERROR") return new Error("The backup is cut off: the file is not whole.");
  if (code === "Z_DATA_ERROR") return new Error("This is not a backup of Rollcall, or it is damaged.");
  return thrown;
}

async function readHeader(sections: Sections): Promise<Header> {
  const read = header.safeParse(await sections.line());
  if (!read.success) throw new Error("This is not a backup of Rollcall, or one of a later format.");
  return read.data;
}

function migrationsOf(head: Header, known: readonly Migration[]): readonly Migration[] {
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  return head.migrations.map(({ name, checksum }) => {
    const migration = byName.get(name);
    if (!migration)
      throw new Error(
        `The backup is newer than this program: it holds the migration ${name}. Use the Rollcall that made it, or a later one.`,
      );
    if (migration.checksum !== checksum)
      throw new Error(`The migration ${name} is not the one that the backup was made with: its file has changed.`);
    return migration;
  });
}

/** Whether there is something to drop first. */
async function mayFill(client: pg.Client, replace: boolean): Promise<boolean> {
  const others = await client.query(
    `SELECT FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND application_name LIKE 'rollcall%'`,
  );
  if (others.rowCount) throw new Error("A Rollcall is connected to this database. Stop it, then restore.");
  const schema = await client.query<{ there: boolean; name: string }>(
    "SELECT EXISTS (SELECT FROM pg_class WHERE relnamespace = current_schema()::regnamespace) AS there, current_schema() AS name",
  );
  if (!schema.rows[0]?.there) return false;
  if (replace) return true;
  for (const { name } of await tablesInOrder(client)) {
    const { rowCount } = await client.query(`SELECT FROM ${quoted(name)} LIMIT 1`);
    if (rowCount) {
      throw new Error(
        `The database is not empty (${name} has rows). With --force everything in its schema "${schema.rows[0].name}" is dropped first.`,
      );
    }
  }
  return true;
}

/** All that is in the schema and belongs to no extension. */
async function dropAll(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ drop: string }>(`
    SELECT format('DROP %s IF EXISTS %s CASCADE', what, name) AS drop FROM (
      SELECT oid, 1 AS turn, oid::regclass::text AS name,
             CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS what
        FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
      UNION ALL
      SELECT oid, 2, oid::regprocedure::text, CASE prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE' ELSE 'FUNCTION' END
        FROM pg_proc WHERE pronamespace = current_schema()::regnamespace
      UNION ALL
      SELECT oid, 3, oid::regtype::text, 'TYPE'
        FROM pg_type WHERE typnamespace = current_schema()::regnamespace AND typtype IN ('e', 'd', 'r')
    ) own
    WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = own.oid AND d.deptype = 'e') ORDER BY turn`);
  for (const { drop } of rows) await client.query(drop);
}

/** Only bounds of ranges are taken from the file, and nothing else of it becomes SQL. */
const RANGE = /^FOR VALUES FROM \('[0-9A-Za-z :.+-]+'\) TO \('[0-9A-Za-z :.+-]+'\)$/;

/** Else all rows would lie in the default partitions, which then keep the proper ones from being made. */
async function makePartitions(client: pg.Client, head: Header): Promise<void> {
  const there = new Set((await partitions(client)).map(({ name }) => name));
  for (const { parent, name, bound } of head.partitions) {
    if (there.has(name)) continue;
    if (bound !== "DEFAULT" && !RANGE.test(bound))
      throw new Error(`The partition ${name} of the backup has bounds of an unknown form.`);
    await client.query(`CREATE TABLE ${quoted(name)} PARTITION OF ${quoted(parent)} ${bound}`);
  }
}

async function fill(
  client: pg.Client,
  sections: Sections,
): Promise<{ readonly tables: number; readonly rows: number }> {
  const own = new Set((await tablesInOrder(client)).map(({ name }) => name));
  const counters = new Set(await sequences(client));
  // What migrations put in is in the backup too, as it was last.
  if (own.size > 0) await client.query(`TRUNCATE ${[...own].map(quoted).join(", ")}`);
  let [tables, rows] = [0, 0];
  for (;;) {
    const read = section.parse(await sections.line());
    if ("table" in read) {
      if (!own.has(read.table))
        throw new Error(`The backup has a table ${read.table}, which its own migrations do not make.`);
      const sink = client.query(
        copyFrom(`COPY ${quoted(read.table)} (${read.columns.map(quoted).join(", ")}) FROM STDIN`),
      );
      await pipeline(sections.rows(), sink);
      tables += 1;
      rows += sink.rowCount;
    } else if ("sequence" in read) {
      if (!counters.has(read.sequence))
        throw new Error(`The backup has a sequence ${read.sequence}, which its own migrations do not make.`);
      await client.query("SELECT setval($1::regclass, $2, $3)", [quoted(read.sequence), read.value, read.called]);
    } else {
      await sections.finish();
      if (read.rows !== rows) throw new Error(`The backup tells of ${read.rows} rows, but ${rows} came.`);
      return { tables, rows };
    }
  }
}
