/** One run of the database server, as a child of this process. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chownSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { cannotStart } from "#lib/db/cannot-start.ts";
import type { Binaries } from "./binaries.ts";
import { errorCode, syncFolder } from "./files.ts";
import type { Log } from "./log.ts";
import type { LogFile } from "./log-file.ts";
import { goneWithin, processesOn, signal } from "./running.ts";
import { settingArguments } from "./settings.ts";
import type { User } from "./user.ts";

export const DATABASE = "rollcall";

export interface Postmaster {
  /** Resolves when it has ended, with how. */
  readonly ended: Promise<string>;
  /** Answers when it takes connections; throws when it ends before. */
  ready(): Promise<void>;
  /** A fast shutdown, within 12 s whatever happens. */
  stop(): Promise<void>;
}

interface Surroundings {
  readonly binaries: Binaries;
  readonly cluster: string;
  readonly user: User | null;
  readonly log: Log;
}

/** None of our environment: neither its secrets nor its PG variables. LC_ALL: macOS starts threads without it. */
const environment = {
  PATH: "/usr/bin:/bin",
  LC_ALL: "C",
  TZ: "UTC",
} as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv;

/** Makes an empty cluster: under another name first, so that it is whole or not there. */
export async function makeCluster({ binaries, cluster, user, log }: Surroundings): Promise<void> {
  const home = dirname(cluster);
  for (const name of readdirSync(home)) {
    if (name.startsWith(`${basename(cluster)}.new`)) rmSync(join(home, name), { recursive: true, force: true });
  }
  const draft = `${cluster}.new`;
  mkdirSync(draft, { mode: 0o700 });
  if (user) chownSync(draft, user.uid, user.gid);
  log.info(`Making an empty database in ${cluster}`);
  await new Promise<void>((resolve, reject) => {
    execFile(
      binaries.initdb,
      [
        ...["-D", draft, "-U", DATABASE, "--auth=trust", "--encoding=UTF8", "--locale=C"],
        // PostgreSQL's own locale: the same order and the same lower case on every system.
        ...["--locale-provider=builtin", "--builtin-locale=C.UTF-8"],
      ],
      { cwd: "/", env: environment, ...user },
      (failed, _out, errors) => (failed ? reject(whyInitdbFailed(errors.trim() || failed.message)) : resolve()),
    );
  });
  renameSync(draft, cluster);
  syncFolder(home);
}

const whyInitdbFailed = (said: string): Error =>
  said.includes("could not look up effective user ID")
    ? cannotStart(
        `PostgreSQL cannot be set up by a user without an entry in /etc/passwd (${said}).`,
        "Add one, run as a user who has one, or set DATABASE_URL.",
      )
    : new Error(`initdb failed: ${said}`);

/**
 * Shuts the database down when this process is gone without having done so: its end of the pipe closes with it. A
 * shell in a session of its own, because nothing of ours survives a kill -9.
 */
function keepWatch(pid: number, user: User | null): ChildProcess {
  const watch = spawn("/bin/sh", ["-c", 'read -r _; kill -INT "$1"', "rollcall-database-watch", String(pid)], {
    ...{ cwd: "/", env: environment, detached: true, ...user },
    stdio: ["pipe", "ignore", "ignore"],
  });
  watch.on("error", () => {}); // without a shell the next start shuts it down
  watch.unref();
  if (watch.stdin && "unref" in watch.stdin && typeof watch.stdin.unref === "function") watch.stdin.unref();
  return watch;
}

export function launch(options: Surroundings & { readonly socket: string; readonly logFile: LogFile }): Postmaster {
  const { binaries, cluster, user, log, socket, logFile } = options;
  // A session of its own: a terminal's Ctrl-C must reach Rollcall, which then orders the shutdown.
  const child = spawn(binaries.postgres, ["-D", cluster, "-k", socket, ...settingArguments()], {
    ...{ cwd: "/", env: environment, detached: true, ...user },
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.on("data", (chunk: Buffer) => logFile.write(chunk));
  child.stderr.on("data", (chunk: Buffer) => logFile.write(chunk));
  const watch = child.pid === undefined ? null : keepWatch(child.pid, user);
  let over: string | null = null;
  const ended = new Promise<string>((resolve) => {
    const end = (how: string) => {
      over ??= how;
      watch?.kill("SIGKILL"); // before its pid can be another's
      resolve(over);
    };
    child.once("error", (failed) => end(failed.message));
    child.once("exit", (code, name) => end(name ? `signal ${name}` : `exit code ${code}`));
  });

  const ready = async () => {
    const began = performance.now();
    for (let said = began; ; await sleep(20)) {
      if (over !== null) {
        await sleep(50); // the last of its log
        throw new Error(`PostgreSQL ended at its start (${over}):\n${logFile.tail()}`);
      }
      if (await takesConnections(socket)) return;
      if (performance.now() - said > 10_000) {
        said = performance.now();
        log.info(
          `Waiting for the database (${Math.round((said - began) / 1_000)} s): it may be recovering from a crash`,
        );
      }
    }
  };

  const stop = async () => {
    const steps: readonly (readonly [NodeJS.Signals, number])[] = [["SIGINT", 8_000], ["SIGQUIT", 2_000], ["SIGKILL", 1_000]]; // biome-ignore format: a table
    for (const [name, patience] of steps) {
      if (over !== null) break;
      child.kill(name);
      await Promise.race([ended, sleep(patience, undefined, { ref: false })]);
    }
    if (await goneWithin(cluster, 500)) return;
    for (const pid of processesOn(cluster)) signal(pid, "SIGKILL");
  };
  return { ended, ready, stop };
}

async function takesConnections(socket: string): Promise<boolean> {
  const client = new pg.Client({ host: socket, user: DATABASE, database: "postgres" });
  client.on("error", () => {});
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (thrown) {
    // No socket yet, nobody behind it, closed under us; 57P03: starting up or recovering.
    const code = errorCode(thrown);
    if (code === null || ["ENOENT", "ECONNREFUSED", "ECONNRESET", "EPIPE", "57P03"].includes(code)) return false;
    throw thrown;
  }
}

/** The cluster comes with `postgres` alone. */
export async function ensureDatabase(socket: string): Promise<void> {
  const client = new pg.Client({ host: socket, user: DATABASE, database: "postgres" });
  await client.connect();
  try {
    const found = await client.query("SELECT 1 FROM pg_database WHERE datname = $1", [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}
