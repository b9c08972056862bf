// npm run rotate-secret: seals all stored credentials under a new ROLLCALL_SECRET, while Rollcall is stopped.
//
// 1. The new secret is written beside the old one (`secret.next`), or comes from ROLLCALL_NEW_SECRET. 2. One transaction
// seals everything anew. 3. The new secret takes the old one's place, which is kept as `secret.before`.
// Interrupted anywhere, it is run again: it goes on with the secret that is written already.
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { rotateSecret } from "#lib/access/rotate-secret.ts";
import { loadConfig } from "#lib/config.ts";
import { startEmbedded } from "#lib/db/embedded/start.ts";
import { makePool } from "#lib/db/pool.ts";
import { sqlOf } from "#lib/db/transaction.ts";
import { isProblemError, ProblemError } from "#lib/problem.ts";
import { systemClock } from "#lib/time/clock.ts";
import { someoneUp } from "#lib/verdicts/liveness-store.ts";

const quiet = { info: () => {}, warn: console.warn, error: console.error };
const LEAST = 16;

/** The new secret; written down before anything is sealed under it, where the old one is a file. */
function newSecret(told: string | undefined, file: string | null): string {
  if (told !== undefined) {
    if (told.length < LEAST) throw new Error(`ROLLCALL_NEW_SECRET must have ${LEAST} characters at least.`);
    if (file === null) return told;
  }
  if (file === null)
    throw new Error("ROLLCALL_SECRET is set in the environment: give the new one as ROLLCALL_NEW_SECRET.");
  const next = `${file}.next`;
  if (existsSync(next)) {
    const kept = readFileSync(next, "utf8").trim();
    if (kept.length >= LEAST) return kept;
  }
  const made = told ?? randomBytes(32).toString("base64url");
  writeFileSync(next, `${made}\n`, { mode: 0o600, flush: true });
  return made;
}

async function main(): Promise<void> {
  const read = loadConfig();
  if (!read.ok) throw new ProblemError(read.problem);
  const config = read.value;
  const file = process.env["ROLLCALL_SECRET"] ? null : join(config.dataDir, "secret");
  const to = newSecret(process.env["ROLLCALL_NEW_SECRET"], file);
  if (to === config.secret) throw new Error("The new secret is the present one: nothing is to be done.");
  const embedded = config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log: quiet }) : null;
  const pool = makePool({ connection: config.databaseUrl ?? embedded?.address ?? "", max: 2, onIdleError: () => {} });
  try {
    const now = systemClock().now();
    if (await someoneUp(sqlOf(pool), now))
      throw new Error("Rollcall is running: stop every process of it first, so that none goes on with the old secret.");
    const { sealed, already, lost } = await rotateSecret(pool, { from: config.secret, to, now });
    if (file !== null) {
      renameSync(file, `${file}.before`);
      renameSync(`${file}.next`, file);
    }
    console.log(`${sealed} sealed anew${already > 0 ? `, ${already} were already` : ""}.`);
    for (const [name, count] of Object.entries(lost))
      console.warn(`${count} of ${name} opened under neither secret: they have to be given anew.`);
    if (file === null) console.log("Start every process with ROLLCALL_SECRET set to the new secret.");
    else console.log(`The new secret is in ${file}; the old one, which older backups need, in ${file}.before.`);
    console.log("Everybody has to sign in again.");
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}

main().catch((thrown: unknown) => {
  if (isProblemError(thrown)) console.error(thrown.problem.message, thrown.problem.doNext);
  else console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
});
