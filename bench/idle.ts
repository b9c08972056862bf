/** How much of one core Rollcall and its database use with 1,000 schedules that check in every five minutes. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "./child.ts";
import { insertSchedules } from "./schedules.ts";

const TICK_MS = 10;

interface Process {
  readonly parent: number;
  /** ms of CPU */
  readonly spent: number;
}

function read(pid: number): Process | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return { parent: Number(fields[1]), spent: (Number(fields[11]) + Number(fields[12])) * TICK_MS };
  } catch {
    return null;
  }
}

/** CPU of a process and all that descend from it, in ms; `null` where there is no /proc. */
function spentBy(root: number): number | null {
  let pids: number[];
  try {
    pids = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return null;
  }
  const all = new Map(
    pids.flatMap((pid) => {
      const one = read(pid);
      return one ? [[pid, one] as const] : [];
    }),
  );
  let sum = 0;
  for (const [pid, one] of all) {
    let at = pid;
    while (at > 1 && at !== root) at = all.get(at)?.parent ?? 0;
    if (at === root) sum += one.spent;
  }
  return sum;
}

/** A share of one core, or `null` where it cannot be measured. */
export async function idleRound(seconds: number): Promise<number | null> {
  const child = await startChild("./bench-server.ts");
  const now = Date.now();
  await insertSchedules(child.connection, {
    count: 1_000,
    prefix: "idle",
    spec: (n) => ({ kind: "interval", everySeconds: 300, anchor: new Date(now + n * 300).toISOString() }),
    graceSeconds: 3_600,
    expectedFrom: () => now,
    deadline: (n) => now + 3_600_000 + n * 300,
  });
  await sleep(5_000);
  const root = child.process.pid ?? 0;
  const [before, began] = [spentBy(root), performance.now()];
  await sleep(seconds * 1_000);
  const [after, took] = [spentBy(root), performance.now() - began];
  await child.stop();
  return before === null || after === null ? null : (after - before) / took;
}
