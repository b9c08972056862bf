// npm run admin -- reset EMAIL: a new one-time link for a person who cannot sign in, while Rollcall runs or not.

import type { Context } from "#lib/access/context.ts";
import { isSetUp } from "#lib/access/first-start.ts";
import { linkForPerson, setupLink } from "#lib/access/links.ts";
import { loadConfig } from "#lib/config.ts";
import { attachEmbedded } from "#lib/db/embedded/attach.ts";
import { makePool } from "#lib/db/pool.ts";
import { makePrisma } from "#lib/db/prisma.ts";
import { startRuntime, stopRuntime } from "#lib/runtime.ts";
import { systemClock } from "#lib/time/clock.ts";

const quiet = { info: () => {}, warn: console.warn, error: console.error };

async function main(): Promise<void> {
  const [command, email, ...more] = process.argv.slice(2);
  if (command !== "reset" || !email || more.length > 0) throw new Error("Usage: npm run admin -- reset EMAIL");
  const read = loadConfig();
  if (!read.ok) throw new Error(read.problem.message);
  const config = read.value;
  const embedded = config.databaseUrl === null ? await attachEmbedded({ dataDir: config.dataDir, log: quiet }) : null;
  const connection = config.databaseUrl ?? embedded?.address;
  if (!connection) throw new Error(`There is no database in ${config.dataDir}, and DATABASE_URL is not set.`);
  const clock = systemClock();
  const pool = makePool({ connection, max: 2, onIdleError: () => {} });
  startRuntime({ config, clock, pool, prisma: makePrisma(pool) });
  try {
    const ctx: Context = { actor: { kind: "system", name: "npm run admin" }, now: clock.now() };
    const anybody = await isSetUp({});
    const link = anybody ? await linkForPerson(ctx, { email }) : await setupLink(ctx);
    if (!link.ok) throw new Error(`${link.problem.message} ${link.problem.doNext}`);
    if (!anybody) console.log("Nobody is here yet. This makes the first admin, once, within 24 hours:");
    else console.log(`For ${email}, once:`);
    console.log(`\n  ${config.publicUrl}${link.value}\n`);
  } finally {
    await stopRuntime();
    await embedded?.detach();
  }
}

main().catch((thrown: unknown) => {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
});
