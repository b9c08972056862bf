import { createHmac } from "node:crypto";
import { once } from "node:events";
import { createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { finished } from "node:stream/promises";
import { createGzip, type Gzip } from "node:zlib";
import pg from "pg";
import { to as copyTo } from "pg-copy-streams";
import { syncFolder } from "#lib/db/embedded/files.ts";
import { END_OF_TABLE, type Header, type Section } from "./format.ts";
import { partitions, quoted, RECORD_TABLE, sequences, tablesInOrder } from "./tables.ts";

export interface Backup {
  readonly tables: number;
  readonly rows: number;
}

export const secretMark = (secret: string): string =>
  createHmac("sha256", secret).update("rollcall backup").digest("hex").slice(0, 16);

/**
 * Writes all that the database holds into a file, as it stands at one moment, while it is in use. The file appears
 * under its name when it is whole. Throws when the database has no schema, or an error of either side.
 */
export async function backup(given: {
  readonly connection: pg.ClientConfig;
  readonly file: string;
  readonly secret: string;
  readonly now: Date;
}): Promise<Backup> {
  const client = new pg.Client({ ...given.connection, application_name: "rollcall-backup" });
  client.on("error", () => {}); // told by the query that it breaks
  await client.connect();
  mkdirSync(dirname(given.file), { recursive: true, mode: 0o700 });
  const draft = `${given.file}.part-${process.pid}`;
  const gzip = createGzip({ level: 4 });
  const file = gzip.pipe(createWriteStream(draft, { mode: 0o600, flush: true }));
  file.on("error", (thrown) => gzip.destroy(thrown));
  const written = finished(file);
  written.catch(() => {}); // awaited below
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const done = await writeAll(client, gzip, given);
    await client.query("COMMIT");
    gzip.end();
    await written;
    renameSync(draft, given.file);
    syncFolder(dirname(given.file));
    return done;
  } catch (thrown) {
    gzip.destroy();
    file.destroy();
    rmSync(draft, { force: true });
    throw thrown;
  } finally {
    await client.end().catch(() => {});
  }
}

async function writeAll(
  client: pg.Client,
  gzip: Gzip,
  given: { readonly secret: string; readonly now: Date },
): Promise<Backup> {
  const write = async (bytes: Buffer | string) => {
    if (gzip.errored) throw gzip.errored;
    if (!gzip.write(bytes)) await once(gzip, "drain"); // rejects when it errs
  };
  const line = (value: Header | Section) => write(`${JSON.stringify(value)}\n`);

  const version = await client.query<{ major: number }>(
    "SELECT current_setting('server_version_num')::int / 10000 AS major",
  );
  const known = await client.query("SELECT to_regclass($1) IS NOT NULL AS there", [RECORD_TABLE]);
  if (!known.rows[0]?.there) throw new Error("This database holds nothing of Rollcall's: there is nothing to back up.");
  const migrations = await client.query<{ name: string; checksum: string }>(
    `SELECT migration_name AS name, checksum FROM ${RECORD_TABLE} WHERE rolled_back_at IS NULL ORDER BY migration_name`,
  );
  await line({
    format: "rollcall backup 1",
    madeAt: given.now.toISOString(),
    postgres: version.rows[0]?.major ?? 0,
    secretMark: secretMark(given.secret),
    migrations: migrations.rows,
    partitions: await partitions(client),
  });

  const tables = await tablesInOrder(client);
  let rows = 0;
  for (const { name, columns } of tables) {
    await line({ table: name, columns: [...columns] });
    // A query, because COPY of a partitioned table itself gives nothing before PostgreSQL 18.
    const stream = client.query(
      copyTo(`COPY (SELECT ${columns.map(quoted).join(", ")} FROM ${quoted(name)}) TO STDOUT`),
    );
    for await (const chunk of stream) await write(chunk);
    rows += stream.rowCount;
    await write(END_OF_TABLE);
  }
  for (const sequence of await sequences(client)) {
    const { rows: found } = await client.query<{ value: string; called: boolean }>(
      `SELECT last_value::text AS value, is_called AS called FROM ${quoted(sequence)}`,
    );
    if (found[0]) await line({ sequence, ...found[0] });
  }
  await line({ end: true, rows });
  return { tables: tables.length, rows };
}
