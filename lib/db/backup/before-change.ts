import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type pg from "pg";
import { backup } from "./backup.ts";

const KEPT = 3;
const NAME = /^before-.*\.backup\.gz$/;

/** A backup of what a migration is about to change; of these the last three are kept. Answers its file. */
export async function backupBeforeChange(given: {
  readonly connection: pg.ClientConfig;
  readonly folder: string;
  readonly secret: string;
  readonly pending: readonly string[];
  readonly now: Date;
}): Promise<string> {
  const at = given.now.toISOString().replace(/[-:]/g, "").slice(0, 15);
  const file = join(given.folder, `before-${at}Z-${given.pending[0] ?? "change"}.backup.gz`);
  await backup({ ...given, file });
  const old = readdirSync(given.folder)
    .filter((name) => NAME.test(name))
    .sort()
    .slice(0, -KEPT);
  for (const name of old) rmSync(join(given.folder, name));
  return file;
}
