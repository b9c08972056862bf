/** The database of this process: the one we bring along or the one we are pointed to, with its schema up to date. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { Config } from "#lib/config.ts";
import { backupBeforeChange } from "#lib/db/backup/before-change.ts";
import { cannotStart } from "#lib/db/cannot-start.ts";
import { startEmbedded } from "#lib/db/embedded/start.ts";
import { type MigrateOptions, migrateDatabase } from "#lib/db/migrate.ts";
import { clientConfig, type PoolOptions } from "#lib/db/pool.ts";
import type { Logger } from "#lib/log.ts";
import { ProblemError } from "#lib/problem.ts";

export interface Database {
  readonly connection: PoolOptions["connection"];
  /** Whether it is known to be away: the embedded one ended and is being started again. */
  readonly away: () => boolean;
  stop(): Promise<void>;
}

export async function openDatabase(config: Config, log: Logger): Promise<Database> {
  if (config.databaseUrl !== null) {
    await reachable(config.databaseUrl, log);
    await prepare(config.databaseUrl, { log });
    return { connection: config.databaseUrl, away: () => false, stop: async () => {} };
  }
  let away = false;
  const embedded = await startEmbedded({
    dataDir: config.dataDir,
    log,
    onUnexpectedExit: () => {
      away = true;
    },
    onUp: () => {
      away = false;
    },
  });
  try {
    await prepare(embedded.address, {
      log,
      beforeChange: async (pending) => {
        const connection = clientConfig(embedded.address);
        const folder = join(config.dataDir, "backups");
        const file = await backupBeforeChange({ connection, folder, secret: config.secret, pending, now: new Date() });
        log.info(`Before the schema changes, a backup: ${file}`);
      },
    });
  } catch (thrown) {
    await embedded.stop();
    throw thrown;
  }
  return { connection: embedded.address, away: () => away, stop: embedded.stop };
}

async function prepare(connection: PoolOptions["connection"], options: MigrateOptions): Promise<void> {
  const migrated = await migrateDatabase(clientConfig(connection), options);
  if (!migrated.ok) throw new ProblemError(migrated.problem);
}

/** Not there yet, or still starting: waits. Anything else (password, name of the database) is for the operator. */
const PASSING = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EAI_AGAIN",
  "ENOTFOUND",
  "57P03",
  "53300",
]);

async function reachable(url: string, log: Logger): Promise<void> {
  for (let pause = 500; ; pause = Math.min(10_000, pause * 2)) {
    const client = new pg.Client({ ...clientConfig(url), connectionTimeoutMillis: 10_000 });
    client.on("error", () => {});
    try {
      await client.connect();
      return await client.end();
    } catch (thrown) {
      const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
      const because = thrown instanceof Error ? thrown.message : String(thrown);
      if (!PASSING.has(code) && !/timeout/i.test(because)) {
        throw cannotStart(`The database of DATABASE_URL cannot be used: ${because}.`, "Correct it and start again.");
      }
      log.warn(`The database does not answer yet (${code || because}); trying again in ${pause / 1_000} s`);
      await sleep(pause);
    }
  }
}
