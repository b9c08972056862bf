// npm run backup [-- FILE]: all that the database holds, while Rollcall runs or not.
import { join } from "node:path";
import { loadConfig } from "#lib/config.ts";
import { backup } from "#lib/db/backup/backup.ts";
import { attachEmbedded } from "#lib/db/embedded/attach.ts";
import { clientConfig } from "#lib/db/pool.ts";
import { isProblemError, ProblemError } from "#lib/problem.ts";

const quiet = { info: () => {}, warn: console.warn, error: console.error };

async function main(): Promise<void> {
  const read = loadConfig();
  if (!read.ok) throw new ProblemError(read.problem);
  const config = read.value;
  const now = new Date();
  const name = `rollcall-${now.toISOString().replace(/[-:]/g, "").slice(0, 15)}Z.backup.gz`;
  const file = process.argv[2] ?? join(config.dataDir, "backups", name);
  const embedded = config.databaseUrl === null ? await attachEmbedded({ dataDir: config.dataDir, log: quiet }) : null;
  const connection = config.databaseUrl ?? embedded?.address;
  if (!connection) throw new Error(`There is no database in ${config.dataDir}, and DATABASE_URL is not set.`);
  try {
    const began = performance.now();
    const { tables, rows } = await backup({ connection: clientConfig(connection), file, secret: config.secret, now });
    const took = ((performance.now() - began) / 1_000).toFixed(1);
    console.log(`${file}: ${rows} rows of ${tables} tables, in ${took} s.`);
    console.log(
      "The secret that encrypts stored credentials is not in it: keep ROLLCALL_SECRET, or the file `secret` of the data folder, beside it.",
    );
  } finally {
    await embedded?.detach();
  }
}

main().catch((thrown: unknown) => {
  if (isProblemError(thrown)) console.error(thrown.problem.message, thrown.problem.doNext);
  else console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
});
