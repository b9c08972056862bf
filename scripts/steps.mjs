// Running a command as a step: bounded in time, its output kept, its whole group ended when it has to.
import { spawn } from "node:child_process";
import { root } from "./build.mjs";

export const seconds = (began) => `${((performance.now() - began) / 1_000).toFixed(1)} s`;
/** The last lines that say something. */
export const tail = (output, lines) => output.trimEnd().split("\n").slice(-lines).join("\n").trim();

const groups = new Set();
const endGroup = (pid, signal) => {
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended by itself.
  }
};

/** Ends what still runs. */
export function endAll() {
  for (const pid of groups) endGroup(pid, "SIGTERM");
}

/** Runs a command in a group of its own; answers its exit code (124: it took too long) and all that it said. */
export function run(command, args, { env = {}, limit, echo = false }) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    let output = "";
    let late = false;
    const keep = (bytes) => {
      output += bytes;
      if (echo) process.stdout.write(bytes);
    };
    child.stdout.setEncoding("utf8").on("data", keep);
    child.stderr.setEncoding("utf8").on("data", keep);
    child.once("error", reject);
    if (child.pid !== undefined) groups.add(child.pid);
    const timers = [
      setTimeout(() => {
        late = true;
        endGroup(child.pid, "SIGTERM");
      }, limit),
      setTimeout(() => endGroup(child.pid, "SIGKILL"), limit + 15_000),
    ];
    // `exit`, not `close`: something left behind may hold its output open.
    child.once("exit", (code, signal) => {
      for (const timer of timers) clearTimeout(timer);
      groups.delete(child.pid);
      setTimeout(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        if (late) resolve({ code: 124, output: `${output}\nIt took longer than ${limit / 1_000} s and was ended.` });
        else resolve({ code: code ?? 128, output: signal ? `${output}\nIt was ended by ${signal}.` : output });
      }, 50);
    });
  });
}

/** What a reporter counted; a runner that failed without a failed test is a failure all the same. */
export function counted({ code, output, passed, failed, skipped }) {
  const hidden = code !== 0 && failed === 0 ? 1 : 0;
  const says = `${passed} passed${failed ? `, ${failed} failed` : ""}${skipped.length ? `, ${skipped.length} skipped` : ""}`;
  return { passed, failed: failed + hidden, skipped, says, output };
}
