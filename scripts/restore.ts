// npm run restore -- FILE [--force]: fills an empty database from a backup, while Rollcall is stopped.
import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { loadConfig } from "#lib/config.ts";
import { restore } from "#lib/db/backup/restore.ts";
import { startEmbedded } from "#lib/db/embedded/start.ts";
import { clientConfig } from "#lib/db/pool.ts";
import { isProblemError, ProblemError } from "#lib/problem.ts";

const log = { info: console.log, warn: console.warn, error: console.error };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { force: { type: "boolean" } } });
  const [file, ...more] = positionals;
  if (!file || more.length > 0) throw new Error("Usage: npm run restore -- FILE [--force]");
  if (!existsSync(file)) throw new Error(`There is no file ${file}.`);
  const read = loadConfig();
  if (!read.ok) throw new ProblemError(read.problem);
  const config = read.value;
  const embedded = config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log }) : null;
  const connection = config.databaseUrl ?? embedded?.address ?? "";
  try {
    const done = await restore({
      ...{ connection: clientConfig(connection), file, secret: config.secret, log },
      replace: values.force === true,
    });
    console.log(`Restored ${done.rows} rows of ${done.tables} tables, as they were at ${done.madeAt}.`);
    if (!done.sameSecret) {
      console.warn(
        "The backup was made with another secret: stored credentials cannot be read until ROLLCALL_SECRET, or the file `secret` of the data folder, is the one of then.",
      );
    }
  } finally {
    await embedded?.stop();
  }
}

main().catch((thrown: unknown) => {
  if (isProblemError(thrown)) console.error(thrown.problem.message, thrown.problem.doNext);
  else console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
});
