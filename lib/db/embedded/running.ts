/** Database processes that are on a cluster already: of a Rollcall that was killed, or of the one that runs. */
import { execFileSync } from "node:child_process";
import { readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode, readIfThere } from "./files.ts";
import type { Log } from "./log.ts";

const pidFile = (cluster: string): string => join(cluster, "postmaster.pid");

/** What `postmaster.pid` says, line by line (`src/include/utils/pidfile.h`). */
export function readPidFile(cluster: string): { readonly pid: number; readonly socketFolder: string } | null {
  const lines = readIfThere(pidFile(cluster))?.split("\n") ?? [];
  const pid = Number(lines[0]);
  return Number.isInteger(pid) && pid > 0 ? { pid, socketFolder: lines[4] ?? "" } : null;
}

/** Every database process changes into its cluster's folder, which tells it from a stranger with a reused pid. */
function isOnCluster(pid: number, cluster: string): boolean {
  try {
    if (process.platform === "linux") {
      const program = basename(readlinkSync(`/proc/${pid}/exe`));
      return readlinkSync(`/proc/${pid}/cwd`) === cluster && program.startsWith("postgres");
    }
    const command = execFileSync("ps", ["-o", "command=", "-p", String(pid)], { encoding: "utf8" });
    return command.includes("postgres") && command.includes(cluster);
  } catch {
    return false; // gone, or not ours to look at
  }
}

/** Linux only; elsewhere the postmaster alone. */
export function processesOn(cluster: string): number[] {
  if (process.platform !== "linux") {
    const pid = readPidFile(cluster)?.pid;
    return pid !== undefined && isOnCluster(pid, cluster) ? [pid] : [];
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => isOnCluster(pid, cluster));
}

/** The postmaster that runs on the cluster now, with its socket. */
export function runningOn(cluster: string): { readonly pid: number; readonly socketFolder: string } | null {
  const said = readPidFile(cluster);
  return said && isOnCluster(said.pid, cluster) ? said : null;
}

export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (thrown) {
    if (errorCode(thrown) !== "ESRCH") throw thrown;
  }
}

/** Waits until no process is on the cluster; false when some still are after `millis`. */
export async function goneWithin(cluster: string, millis: number): Promise<boolean> {
  for (const until = performance.now() + millis; ; await sleep(25)) {
    if (processesOn(cluster).length === 0) return true;
    if (performance.now() > until) return false;
  }
}

/**
 * Ends what outlived its Rollcall. A fast shutdown takes a moment, and a postmaster that is our own child tells us when
 * it dies and runs with this version's settings and log: that is why it is not adopted.
 */
export async function endRunning(cluster: string, log: Log): Promise<void> {
  const running = runningOn(cluster);
  if (running) {
    log.info(`A database process of an earlier run (${running.pid}) is still there: shutting it down`);
    signal(running.pid, "SIGINT");
    if (await goneWithin(cluster, 30_000)) return;
    signal(running.pid, "SIGQUIT");
  }
  // Without their postmaster the others leave by themselves, as soon as they look up from what they do.
  if (await goneWithin(cluster, 5_000)) return;
  for (const pid of processesOn(cluster)) signal(pid, "SIGKILL");
  if (!(await goneWithin(cluster, 5_000))) throw new Error(`Database processes on ${cluster} cannot be ended`);
}

/**
 * After a crash of the machine or container the pid in the file may be a stranger's, and PostgreSQL would refuse to
 * start beside it. It excepts its parent, that is us (`src/backend/utils/init/miscinit.c`, CreateLockFile); the rest
 * of the file stays, with which it makes sure that nobody uses the shared memory any more.
 */
export function disarmPidFile(cluster: string): void {
  const text = readIfThere(pidFile(cluster));
  if (text === null) return;
  if (/^\d+\n/.test(text)) writeFileSync(pidFile(cluster), text.replace(/^\d+/, String(process.pid)));
  else writeFileSync(pidFile(cluster), `${process.pid}\n${text.split("\n").slice(1).join("\n")}`); // torn by a full disk
}
