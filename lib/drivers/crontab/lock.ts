/**
 * One writer at a time over the tables of a machine. The lock is flock(2) on the folder of the tables, taken by flock(1):
 * no file has to be made for it, the agent takes the same one, and the system gives it back whatever becomes of us.
 */
import { spawn } from "node:child_process";
import { no } from "../answer.ts";
import type { Answer } from "../driver.ts";

const WAIT_SECONDS = 10;

/** Does `work` while nobody else holds the lock on `folder`. */
export async function withLock<T>(folder: string, work: () => Promise<Answer<T>>): Promise<Answer<T>> {
  // The shell says when the lock is held, and holds it until its input ends: with us, at the latest.
  const child = spawn("flock", ["-w", String(WAIT_SECONDS), folder, "sh", "-c", "echo held && exec cat >/dev/null"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.on("error", () => {});
  const ended = new Promise<string>((done) => {
    child.once("error", () => done("there is no flock(1) on this machine"));
    child.once("close", () => done(`somebody else has held the lock on ${folder} for ${WAIT_SECONDS} s`));
  });
  try {
    const held = new Promise<"held">((done) => child.stdout.once("data", () => done("held")));
    const first = await Promise.race([held, ended]);
    if (first !== "held") return no("refused", `The table was not touched: ${first}.`);
    return await work();
  } finally {
    child.stdin.end();
    await ended;
  }
}
