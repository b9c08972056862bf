/** Starts the story's server in a process of its own, over a data folder that goes with it. */
import { type ChildProcess, fork } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ADMIN } from "../rollcall.ts";

export interface Story {
  readonly url: string;
  stop(): Promise<void>;
}

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => (child.exitCode === null ? child.once("exit", () => resolve()) : resolve()));

/**
 * @param empty nobody has done anything yet but the admin, who may sign in
 * @param troubles the night of `troubles.ts` instead of the story
 */
export async function startStory({
  empty = false,
  troubles = false,
}: {
  readonly empty?: boolean;
  readonly troubles?: boolean;
}): Promise<Story> {
  const dataDir = mkdtempSync(join(tmpdir(), "rollcall-story-"));
  const { DATABASE_URL: _, ROLLCALL_URL: __, ...inherited } = process.env;
  const child = fork(
    fileURLToPath(new URL("./server.ts", import.meta.url)),
    [...(empty || troubles ? ["--empty"] : []), ...(troubles ? ["--troubles"] : [])],
    {
      execArgv: ["--import", "tsx"],
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      env: {
        ...inherited,
        ...{ NODE_ENV: "production", HOST: "127.0.0.1", PORT: "0", ROLLCALL_DATA_DIR: dataDir },
        ...{ ROLLCALL_ADMIN_EMAIL: ADMIN.email, ROLLCALL_ADMIN_PASSWORD: ADMIN.password },
      },
    },
  );
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes: Buffer) => (output += bytes));
  const stop = async () => {
    child.kill("SIGTERM");
    await ended(child);
    const pointer = join(dataDir, "database-is-at");
    if (existsSync(pointer)) rmSync(readFileSync(pointer, "utf8").trim(), { recursive: true, force: true });
    rmSync(dataDir, { recursive: true, force: true });
  };
  const port = await new Promise<number>((resolve, reject) => {
    child.once("message", (told) => resolve((told as { readonly port: number }).port));
    child.once("exit", (code) => reject(new Error(`the story ended with ${code}:\n${output}`)));
  }).catch(async (thrown: unknown) => {
    await stop();
    throw thrown;
  });
  return { url: `http://127.0.0.1:${port}`, stop };
}
