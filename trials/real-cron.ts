/** A real cron daemon: the one that runs here, or ours where none does. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { sleep } from "./rollcall.ts";

/** Why no cron can be tried here; `null`: it can. */
export function whyNoCron(): string | null {
  if (process.getuid?.() !== 0) return "only root may write into /etc/cron.d";
  return existsSync("/usr/sbin/cron") ? null : "Debian's cron is not installed";
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

  /** Waits, with a cron at work: ours where none runs, or where the one that ran has been stopped meanwhile. */
  async waitUntil(moment: number): Promise<void> {
    while (Date.now() < moment) {
      if (!cronRuns()) this.#daemon = spawn("/usr/sbin/cron", ["-f"], { stdio: "ignore" });
      await sleep(Math.min(2_000, Math.max(0, moment - Date.now())));
    }
  }

  async stop(): Promise<void> {
    const daemon = this.#daemon;
    if (daemon && daemon.exitCode === null && daemon.signalCode === null) {
      const gone = new Promise((resolve) => daemon.once("exit", resolve));
      daemon.kill("SIGTERM");
      await gone;
    }
  }
}
