/** One PostgreSQL for a whole run of tests: a template is migrated once, every test file gets a copy. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import type { TestProject } from "vitest/node";
import { startEmbedded } from "#lib/db/embedded/start.ts";
import { migrate } from "#lib/db/migrate.ts";

declare module "vitest" {
  interface ProvidedContext {
    database: { readonly host: string; readonly user: string };
  }
}

export const TEMPLATE = "rollcall_template";

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), "rollcall-test-"));
  const quiet = { info: () => {}, warn: () => {}, error: () => {} };
  const embedded = await startEmbedded({ dataDir, log: quiet });
  const { host, user } = embedded.address;
  const client = new pg.Client({ host, user, database: "postgres" });
  await client.connect();
  await client.query(`CREATE DATABASE ${TEMPLATE}`);
  await client.end();
  const template = new pg.Client({ host, user, database: TEMPLATE });
  await template.connect();
  const migrated = await migrate(template, { log: quiet });
  await template.end();
  if (!migrated.ok) throw new Error(migrated.problem.message);
  project.provide("database", { host, user });
  return async () => {
    await embedded.stop();
    for (const folder of new Set([embedded.realDataDir, dataDir])) rmSync(folder, { recursive: true, force: true });
  };
}
