/** A real cron daemon: the one that runs here, or ours where none does. Only tests and trials import it. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Debian's. */
export const CRON = "/usr/sbin/cron";

/** Why no cron can be tried here; `null`: it can. */
export function whyNoCron(): string | null {
  if (process.getuid?.() !== 0) return "only root may write into /etc/cron.d";
  return existsSync(CRON) ? null : "Debian's cron is not installed";
}

function cronRuns(): boolean {
  return readdirSync("/proc").some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "cron";
    } catch {
      return false;
    }
  });
}

export class RealCron {
  #daemon: ChildProcess | null = null;
  #watch: NodeJS.Timeout | null = null;

  /** Sees to it that a cron is at work until it is stopped: the one of somebody else may end meanwhile. */
  keep(): void {
    this.#start();
    this.#watch ??= setInterval(() => this.#start(), 2_000);
  }

  /** Waits, with a cron at work. */
  async waitUntil(moment: number): Promise<void> {
    this.keep();
    await sleep(Math.max(0, moment - Date.now()));
  }

  async stop(): Promise<void> {
    if (this.#watch) clearInterval(this.#watch);
    this.#watch = null;
    const daemon = this.#daemon;
    if (daemon && daemon.exitCode === null && daemon.signalCode === null) {
      const gone = new Promise((resolve) => daemon.once("exit", resolve));
      daemon.kill("SIGTERM");
      await gone;
    }
  }

  #start(): void {
    if (!cronRuns()) this.#daemon = spawn(CRON, ["-f"], { stdio: "ignore" });
  }
}
