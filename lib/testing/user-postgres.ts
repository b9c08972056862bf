/** A user's own PostgreSQL with pg_cron (Debian's), in a folder of its own: what the driver reads and sets. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { needDebian } from "./need.ts";

const HOME = "/usr/lib/postgresql/15";
/** PostgreSQL refuses to run as root; nobody's id is there on every system. */
const NOBODY = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export interface UserPostgres {
  /** The folder of its socket. */
  readonly host: string;
  /** As the superuser. */
  query<Row extends pg.QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Stops it as a power cut does, and starts it again. */
  crash(): Promise<void>;
  stopped(): Promise<void>;
  started(): Promise<void>;
  end(): Promise<void>;
}

/** Answers why there can be none here instead. */
export async function userPostgres(): Promise<UserPostgres | string> {
  const reason =
    (await needDebian(`${HOME}/bin/postgres`, "postgresql-15")) ??
    (await needDebian(`${HOME}/lib/pg_cron.so`, "postgresql-15-cron"));
  if (reason !== null) return reason;
  const folder = mkdtempSync(join(tmpdir(), "rollcall-user-pg-"));
  if (asNobody.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, "data");
  const made = spawnSync(
    `${HOME}/bin/initdb`,
    ["-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"],
    {
      ...asNobody,
      encoding: "utf8",
    },
  );
  if (made.status !== 0) throw new Error(made.stderr);
  const settings = {
    listen_addresses: "",
    unix_socket_directories: folder,
    shared_preload_libraries: "pg_cron",
    "cron.database_name": "app",
    "cron.use_background_workers": "on",
    max_worker_processes: "20",
    fsync: "off",
    timezone: "Europe/Berlin",
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  let server: ChildProcess | null = null;
  const clientOf = (database: string) => new pg.Client({ host: folder, user: "postgres", database });
  const reach = async (database: string): Promise<void> => {
    for (let tries = 0; ; tries++) {
      const client = clientOf(database);
      client.on("error", () => {});
      try {
        await client.connect();
        await client.end();
        return;
      } catch (thrown) {
        if (tries === 100) throw thrown;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  const start = async (): Promise<void> => {
    server = spawn(`${HOME}/bin/postgres`, ["-D", data, ...args], { ...asNobody, stdio: "ignore" });
    await reach("postgres");
  };
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    const running = server;
    if (!running || running.exitCode !== null || running.signalCode !== null) return;
    const exited = new Promise((resolve) => running.once("exit", resolve));
    running.kill(signal);
    await exited;
  };
  await start();
  const first = clientOf("postgres");
  await first.connect();
  await first.query("CREATE DATABASE app");
  await first.end();
  const query = async <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) => {
    const client = clientOf("app");
    await client.connect();
    try {
      return (await client.query<Row>(text, values.length > 0 ? [...values] : undefined)).rows;
    } finally {
      await client.end();
    }
  };
  await query("CREATE EXTENSION pg_cron");
  return {
    host: folder,
    query,
    // SIGQUIT: every process of it ends at once, and what was running is found by recovery.
    crash: async () => {
      await stop("SIGQUIT");
      await start();
    },
    stopped: () => stop("SIGINT"),
    started: start,
    async end() {
      await stop("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
