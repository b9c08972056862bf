/**
 * Brings the schema up to date. The record is Prisma's own table, so that its tools and ours can take turns.
 *
 * 1. The advisory lock: of several processes that start at once one migrates, the others wait and find it done.
 * 2. What is recorded is compared with what this program has: refused when the database is newer or a file was edited.
 * 3. Before a database that holds something is changed, `beforeChange` may take a backup.
 * 4. Each migration in one transaction with its record: a crash leaves it done or not begun.
 */
import { createHash, randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { ok, type Problem, type Result, refuse } from "#lib/problem.ts";
import { projectRoot } from "#lib/project-root.ts";

export interface Migration {
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file in hex. */
  readonly checksum: string;
}

const OLDEST_POSTGRES = 15;
/** "Rollcall" as a number: any, as long as all processes take the same. */
const LOCK = 7_246_015_522;

export function readMigrations(folder: string = join(projectRoot(), "prisma", "migrations")): readonly Migration[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, "migration.sql")))
    .map((entry) => {
      const file = readFileSync(join(folder, entry.name, "migration.sql"));
      const checksum = createHash("sha256").update(file).digest("hex");
      return { name: entry.name, sql: file.toString("utf8"), checksum };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** As `prisma migrate` makes it (schema-engine, `sql_schema_connector/src/flavour/postgres.rs`). */
const RECORD = `
  CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id                      VARCHAR(36) PRIMARY KEY NOT NULL,
    checksum                VARCHAR(64) NOT NULL,
    finished_at             TIMESTAMPTZ,
    migration_name          VARCHAR(255) NOT NULL,
    logs                    TEXT,
    rolled_back_at          TIMESTAMPTZ,
    started_at              TIMESTAMPTZ NOT NULL DEFAULT now(),
    applied_steps_count     INTEGER NOT NULL DEFAULT 0
  )`;

interface Recorded {
  readonly migration_name: string;
  readonly checksum: string;
  readonly finished_at: Date | null;
}

const problem = (code: string, message: string, doNext: string): Problem => ({
  ...{ code, status: 500, message, doNext, retry: "never", logLevel: "error" },
});

/** The migrations to apply, or why none may be. Pure. */
export function planMigrations(
  known: readonly Migration[],
  recorded: readonly Recorded[],
): Result<readonly Migration[]> {
  const unfinished = recorded.find((one) => one.finished_at === null);
  if (unfinished) {
    return refuse(
      problem(
        "migration_unfinished",
        `The migration ${unfinished.migration_name} was begun by another tool and did not end.`,
        "Mend the schema, then mark it with prisma migrate resolve.",
      ),
    );
  }
  const byName = new Map(known.map((migration) => [migration.name, migration]));
  const unknown = recorded.filter((one) => !byName.has(one.migration_name));
  if (unknown.length > 0) {
    return refuse(
      problem(
        "database_newer",
        `The database is newer than this program: it holds ${unknown.map((one) => one.migration_name).join(", ")}.`,
        "Start the Rollcall that it was last used with, or a later one; or restore a backup of before.",
      ),
    );
  }
  const edited = recorded.filter((one) => byName.get(one.migration_name)?.checksum !== one.checksum);
  if (edited.length > 0) {
    return refuse(
      problem(
        "migration_edited",
        `The migration ${edited.map((one) => one.migration_name).join(", ")} is not the one that made this database: its file has changed.`,
        "Put the file back as it was released; a change of the schema is a migration of its own.",
      ),
    );
  }
  const done = new Set(recorded.map((one) => one.migration_name));
  return ok(known.filter((migration) => !done.has(migration.name)));
}

export interface MigrateOptions {
  readonly migrations?: readonly Migration[];
  readonly log?: { info(message: string): void };
  /** Called under the lock, before the first migration of a database that has been used; throws to prevent it. */
  readonly beforeChange?: (pending: readonly string[]) => Promise<void>;
}

/** Applies what is missing and answers its names. `client` is connected, and free of a transaction. */
export async function migrate(client: pg.Client, options: MigrateOptions): Promise<Result<readonly string[]>> {
  const old = await tooOld(client);
  if (old) return refuse(old);
  await client.query("SELECT pg_advisory_lock($1)", [LOCK]);
  try {
    await client.query(RECORD);
    const { rows } = await client.query<Recorded>(
      "SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at, migration_name",
    );
    const plan = planMigrations(options.migrations ?? readMigrations(), rows);
    if (!plan.ok) return plan;
    const names = plan.value.map((migration) => migration.name);
    if (names.length > 0 && rows.length > 0) await options.beforeChange?.(names);
    for (const migration of plan.value) {
      const failed = await apply(client, migration);
      if (failed) return refuse(failed);
      options.log?.info(`Applied the migration ${migration.name}`);
    }
    return ok(names);
  } finally {
    // A broken connection has lost the lock already, and its own error is the one to tell.
    await client.query("SELECT pg_advisory_unlock($1)", [LOCK]).catch(() => {});
  }
}

/** For who applies it in a transaction of their own; makes the record where it is missing. */
export async function recordMigration(client: pg.ClientBase, { name, checksum }: Migration): Promise<void> {
  await client.query(RECORD);
  await client.query(
    `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
     VALUES ($1, $2, $3, now(), clock_timestamp(), 1)`,
    [randomUUID(), checksum, name],
  );
}

async function apply(client: pg.Client, migration: Migration): Promise<Problem | null> {
  try {
    await client.query("BEGIN");
    await client.query(migration.sql);
    await recordMigration(client, migration);
    await client.query("COMMIT");
    return null;
  } catch (thrown) {
    await client.query("ROLLBACK").catch(() => {});
    const because = thrown instanceof Error ? thrown.message : String(thrown);
    return problem(
      "migration_failed",
      `The migration ${migration.name} failed and was undone: ${because}`,
      "Nothing has changed. Mend what the message names, then start again.",
    );
  }
}

async function tooOld(client: pg.Client): Promise<Problem | null> {
  const { rows } = await client.query<{ version: number }>(
    "SELECT current_setting('server_version_num')::int AS version",
  );
  const major = Math.floor((rows[0]?.version ?? 0) / 10_000);
  if (major >= OLDEST_POSTGRES) return null;
  return problem(
    "postgres_too_old",
    `The database is PostgreSQL ${major}, and Rollcall needs ${OLDEST_POSTGRES} or later.`,
    "Point DATABASE_URL to a later PostgreSQL, or unset it to use the embedded one.",
  );
}

/** The same over a connection of its own. */
export async function migrateDatabase(
  connection: pg.ClientConfig,
  options: MigrateOptions,
): Promise<Result<readonly string[]>> {
  const client = new pg.Client({ ...connection, application_name: "rollcall migrate" });
  client.on("error", () => {}); // told by the query that it breaks
  await client.connect();
  try {
    return await migrate(client, options);
  } finally {
    await client.end().catch(() => {});
  }
}
