/** Variants run in fresh processes, so that none profits from what another warmed up. */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type pg from "pg";

export interface Child {
  readonly port: number;
  readonly connection: pg.ClientConfig;
  readonly dataDir: string;
  readonly process: ChildProcess;
  stop(): Promise<void>;
}

const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The script as the program is built, so that what is measured is what runs. */
export async function bundled(script: string): Promise<string> {
  const outfile = here(`../dist/bench/${script.replace(/\.ts$/, ".js")}`);
  await build({
    ...{ entryPoints: [here(script)], outfile, absWorkingDir: here(".."), logLevel: "error" },
    ...{ bundle: true, packages: "external", platform: "node", format: "esm", target: "node20" },
  });
  return outfile;
}

export async function startChild(script: string, env: Record<string, string> = {}): Promise<Child> {
  const dataDir = mkdtempSync(join(tmpdir(), "rollcall-bench-"));
  const child = fork(await bundled(script), [], {
    execArgv: [],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    env: { ...process.env, PORT: "0", ROLLCALL_DATA_DIR: dataDir, NODE_ENV: "production", ...env },
  });
  const told = await new Promise<{ port: number; connection: pg.ClientConfig }>((resolve, reject) => {
    child.once("message", (message) => resolve(message as { port: number; connection: pg.ClientConfig }));
    child.once("exit", (code) => reject(new Error(`${script} ended with ${code} before it was ready`)));
  });
  return {
    ...told,
    dataDir,
    process: child,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGTERM");
      await ended;
      removeData(dataDir);
    },
  };
}

/** Removes a data folder, and the place where, as root, the database really lies. */
function removeData(dataDir: string): void {
  try {
    rmSync(readFileSync(join(dataDir, "database-is-at"), "utf8").trim(), { recursive: true, force: true });
  } catch {
    // it lies in the folder itself
  }
  rmSync(dataDir, { recursive: true, force: true });
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

export const percentile = (values: readonly number[], p: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil((p / 100) * sorted.length) - 1)] ?? Number.NaN;
};
