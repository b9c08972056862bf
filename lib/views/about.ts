/** What this installation is: versions, where its things lie, how much there is, and which processes are up. */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { mayNot } from "#lib/access/actor.ts";
import type { Context } from "#lib/access/context.ts";
import { sqlIn } from "#lib/access/in-context.ts";
import { ok, type Result, refuse } from "#lib/problem.ts";
import { projectRoot } from "#lib/project-root.ts";
import { runtime } from "#lib/runtime.ts";
import { HOUR, type Instant, instant, millis, minus, SECOND, toRfc3339 } from "#lib/time/instant.ts";
import { largestTables, processesSeen, readTotals } from "./about-store.ts";

const TABLES_SHOWN = 8;
/** Three heartbeats, as the ledger of blind spans has it; longer ago is shown as not seen. */
const UP_WITHIN = millis(3 * SECOND);
const SHOWN_WITHIN = millis(HOUR);

/** A PostgreSQL of theirs by host, port and name; never a user or a password. */
function placeOf(databaseUrl: string): string {
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname}:${port === "" ? "5432" : port}${decodeURIComponent(pathname)}`;
}

const codeOf = (thrown: unknown): unknown => (thrown as { readonly code?: unknown } | null)?.code;

/** The newest file of `npm run backup` or of an upgrade in the data folder; one that lies elsewhere is not known here. */
async function lastBackup(dataDir: string): Promise<{ readonly at: Instant; readonly file: string } | null> {
  const folder = join(dataDir, "backups");
  let newest: { readonly at: Instant; readonly file: string } | null = null;
  const names = await readdir(folder).catch((thrown: unknown) => {
    if (codeOf(thrown) === "ENOENT" || codeOf(thrown) === "EACCES") return [];
    throw thrown;
  });
  for (const name of names.filter((one) => one.endsWith(".backup.gz"))) {
    const seen = await stat(join(folder, name)).catch(() => null);
    if (seen && (newest === null || seen.mtimeMs > newest.at)) {
      newest = { at: instant(Math.floor(seen.mtimeMs)), file: join(folder, name) };
    }
  }
  return newest;
}

export async function viewAbout(ctx: Context) {
  const denied = mayNot(ctx.actor, "see");
  if (denied) return refuse(denied);
  // Where things lie is for those who keep them.
  const keeps = mayNot(ctx.actor, "administer") === null;
  const { config, instanceId } = runtime();
  const sql = sqlIn(ctx);
  const said = JSON.parse(await readFile(join(projectRoot(), "package.json"), "utf8")) as {
    readonly version: string;
    readonly license: string;
  };
  const totals = await readTotals(sql);
  const processes = await processesSeen(sql, minus(ctx.now, SHOWN_WITHIN));
  const backup = await lastBackup(config.dataDir);
  return ok({
    version: said.version,
    license: said.license,
    node: process.versions.node,
    upSince: toRfc3339(instant(Math.floor(performance.timeOrigin))),
    database: {
      kind: config.databaseUrl === null ? ("embedded" as const) : ("yours" as const),
      version: totals.databaseVersion,
      bytes: totals.databaseBytes,
      place: keeps ? (config.databaseUrl === null ? config.dataDir : placeOf(config.databaseUrl)) : null,
    },
    dataDir: keeps ? config.dataDir : null,
    publicUrl: config.publicUrl,
    schedules: totals.schedules,
    runs: totals.runs,
    tables: await largestTables(sql, TABLES_SHOWN),
    processes: processes.map(({ id, role, startedAt, seenAt, spooling }) => ({
      ...{ id, role, spooling, startedAt: toRfc3339(startedAt), seenAt: toRfc3339(seenAt) },
      up: ctx.now - seenAt <= UP_WITHIN,
      this: id === instanceId,
    })),
    lastBackup: backup === null ? null : { at: toRfc3339(backup.at), file: keeps ? backup.file : null },
  });
}
type Shown<T> = T extends Result<infer Value> ? Value : never;
export type About = Shown<Awaited<ReturnType<typeof viewAbout>>>;
