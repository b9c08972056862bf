/** A real Rollcall for a journey: the built server on a free port, with a data folder of its own that goes with it. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort } from "#lib/testing/free-port.ts";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Building, where nothing is built yet, takes the longest. */
const PATIENCE = 300_000;

export const ADMIN = { email: "ada@example.com", password: "correct horse battery 9", name: "ada" } as const;
export const API_KEY = "journey-key-0123456789";
export const PING_KEY = "JourneyPingKey00000000";

export interface Rollcall {
  readonly url: string;
  readonly dataDir: string;
  /** Everything that it has written so far. */
  readonly output: () => string;
  /** The address in it that makes the first admin. */
  readonly setupLink: () => string;
  readonly stop: () => Promise<void>;
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once("exit", () => resolve()));
}

/** As root the database lies elsewhere, and the data folder says where. */
function remove(dataDir: string): void {
  const pointer = join(dataDir, "database-is-at");
  if (existsSync(pointer)) rmSync(readFileSync(pointer, "utf8").trim(), { recursive: true, force: true });
  rmSync(dataDir, { recursive: true, force: true });
}

export interface Start {
  /** An admin and an API key from the environment, instead of a set-up link. */
  readonly withAdmin: boolean;
  /** As after `npm start --`. */
  readonly flags?: readonly string[];
  /** What else its environment says, over what a journey says by itself. */
  readonly env?: Readonly<Record<string, string>>;
}

export async function startRollcall({ withAdmin, flags = [], env = {} }: Start): Promise<Rollcall> {
  const dataDir = mkdtempSync(join(tmpdir(), "rollcall-journey-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { DATABASE_URL: _, ROLLCALL_URL: __, ...inherited } = process.env;
  const admin = { ROLLCALL_ADMIN_EMAIL: ADMIN.email, ROLLCALL_ADMIN_PASSWORD: ADMIN.password };
  const child = spawn(process.execPath, ["scripts/start.mjs", ...flags], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...inherited,
      ...{ PORT: String(port), HOST: "127.0.0.1", ROLLCALL_DATA_DIR: dataDir, ROLLCALL_PING_KEY: PING_KEY },
      ...(withAdmin ? { ...admin, ROLLCALL_API_KEY: API_KEY } : {}),
      ...env,
    },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (bytes: Buffer) => (output += bytes));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended(child);
    remove(dataDir);
  };
  const setupLink = () => /https?:\/\/\S+\/setup\/\S+/.exec(output)?.[0] ?? "";
  const ready = async () => (await fetch(`${url}/healthz`).catch(() => null))?.ok === true;
  const until = Date.now() + PATIENCE;
  while (!(await ready()) || (!withAdmin && setupLink() === "")) {
    if (child.exitCode !== null || Date.now() > until) {
      await stop();
      throw new Error(`Rollcall did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, dataDir, output: () => output, setupLink, stop };
}
