import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, isRoot, type Ready, Trial } from "#lib/testing/embedded-trial.ts";
import { ROOTS_FOLDER } from "./place.ts";
import { goneWithin, processesOn } from "./running.ts";

let trial: Trial;
beforeAll(async () => {
  trial = await Trial.prepare();
});
afterAll(() => trial.tidy());

/** An acknowledged row: it must be there after whatever happens. */
const write = (at: Ready) => ask(at, "CREATE TABLE IF NOT EXISTS kept (n int); INSERT INTO kept VALUES (1)");
const kept = async (at: Ready): Promise<number> =>
  (await ask<{ n: number }>(at, "SELECT count(*)::int AS n FROM kept"))[0]?.n ?? 0;

async function running(dataDir: string) {
  const child = trial.start(dataDir);
  const at = await child.ready;
  return { child, at, cluster: trial.cluster(dataDir), postmaster: trial.postmaster(dataDir) };
}

describe("the embedded database", () => {
  it.runIf(isRoot)("starts as root under a folder that nobody else may enter, and stops without a trace", async () => {
    const dataDir = trial.dataDir({ closed: true });
    const { child, at, cluster } = await running(dataDir);
    expect(at.realDataDir.startsWith(`${ROOTS_FOLDER}/data-`)).toBe(true);
    expect(readFileSync(join(dataDir, "database-is-at"), "utf8").trim()).toBe(at.realDataDir);
    expect(child.said.some((line) => line.includes(at.realDataDir))).toBe(true);
    expect(statSync(at.host).mode & 0o777).toBe(0o700);
    await write(at);
    child.process.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(processesOn(cluster)).toEqual([]);

    const again = await running(dataDir);
    expect(await kept(again.at)).toBe(1);
    again.child.process.kill("SIGTERM");
    expect(await again.child.exited).toBe(0);

    // Somebody took the data folder away to begin anew: they do, and what was there is kept aside.
    rmSync(dataDir, { recursive: true });
    const anew = await running(dataDir);
    await expect(kept(anew.at)).rejects.toThrow("does not exist");
    const aside = anew.child.said.join().match(/kept in ([^"]+)/)?.[1] ?? "";
    expect(existsSync(join(aside, "database", "PG_VERSION"))).toBe(true);
    rmSync(aside, { recursive: true });
  });

  it("starts as an ordinary user in a deep folder, whose socket is then elsewhere", async () => {
    const dataDir = trial.dataDir({ deep: true, owner: "somebody" });
    const child = trial.start(dataDir, { as: "somebody" });
    const at = await child.ready;
    expect(at.realDataDir).toBe(dataDir);
    expect(at.host.startsWith("/tmp/rollcall-")).toBe(true);
    await write(at);
    const second = trial.start(dataDir, { as: "somebody" });
    await expect(second.ready).rejects.toThrow("Another Rollcall");
    child.process.kill("SIGTERM");
    expect(await child.exited).toBe(0);
    expect(processesOn(trial.cluster(dataDir))).toEqual([]);
    if (isRoot) {
      // Started as root it stays theirs.
      const byRoot = await running(dataDir);
      expect(await kept(byRoot.at)).toBe(1);
      byRoot.child.process.kill("SIGTERM");
      await byRoot.child.exited;
      expect(statSync(trial.cluster(dataDir)).uid).toBe(statSync(dataDir).uid);
    }
    rmSync(at.host, { recursive: true });
  });
});

/** They follow one another on one data folder: each begins with what the one before left behind. */
describe("the embedded database, killed in turn,", () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = trial.dataDir();
    mkdirSync(join(dataDir, "database.new"));
    writeFileSync(join(dataDir, "database.new", "PG_VERSION"), "18\n");
  });

  it("is started again when it is killed, and the processes that Ctrl-C reaches do not include it", async () => {
    const { child, at, postmaster } = await running(dataDir); // beside a cluster whose making was broken off
    await write(at);
    const interrupted = child.hears("interrupted");
    process.kill(-(child.process.pid ?? 0), "SIGINT");
    await interrupted;
    expect(await kept(at)).toBe(1);
    for (let n = 1; n <= 2; n++) {
      const up = child.hears('"up"');
      process.kill(
        n === 1
          ? postmaster
          : Number(readFileSync(join(at.realDataDir, "database/postmaster.pid"), "utf8").split("\n")[0]),
        "SIGKILL",
      );
      await up;
      expect(await kept(at)).toBe(1);
    }
    child.process.kill("SIGTERM");
    expect(await child.exited).toBe(0);
  });

  it("is shut down when its Rollcall is killed", async () => {
    const { child, cluster } = await running(dataDir);
    child.process.kill("SIGKILL");
    expect(await goneWithin(cluster, 5_000)).toBe(true);
    const next = await running(dataDir);
    expect(await kept(next.at)).toBe(1);
    next.child.process.kill("SIGTERM");
    await next.child.exited;
  });

  it.runIf(process.platform === "linux")("that outlived its Rollcall is shut down by the next one", async () => {
    const { child, at, postmaster } = await running(dataDir);
    expect(await kept(at)).toBe(1);
    const watch = trial.watch(postmaster);
    expect(watch).not.toBeNull();
    process.kill(watch ?? 0, "SIGKILL");
    child.process.kill("SIGKILL");
    await child.exited;
    process.kill(postmaster, 0);
    const next = await running(dataDir);
    expect(next.child.said.some((line) => line.includes(`earlier run (${postmaster})`))).toBe(true);
    expect(await kept(next.at)).toBe(1);
    // Both at once, and a stranger has got the postmaster's number when the next one looks.
    process.kill(next.postmaster, "SIGKILL");
    next.child.process.kill("SIGKILL");
    await next.child.exited;
    const uid = statSync(next.cluster).uid;
    const stranger = spawn("/bin/sleep", ["60"], { cwd: "/", stdio: "ignore", ...(isRoot ? { uid, gid: uid } : {}) });
    const file = join(next.cluster, "postmaster.pid");
    expect(await goneWithin(next.cluster, 5_000)).toBe(true);
    writeFileSync(file, readFileSync(file, "utf8").replace(/^\d+/, String(stranger.pid)));
    const last = await running(dataDir);
    expect(await kept(last.at)).toBe(1);
    expect(stranger.exitCode).toBeNull();
    stranger.kill("SIGKILL");
    last.child.process.kill("SIGTERM");
    expect(await last.child.exited).toBe(0);
  });

  it("refuses a second Rollcall, and the database of another major", async () => {
    const { child, cluster } = await running(dataDir);
    await expect(trial.start(dataDir).ready).rejects.toThrow(`Another Rollcall (process ${child.process.pid})`);
    child.process.kill("SIGTERM");
    await child.exited;
    writeFileSync(join(cluster, "PG_VERSION"), "17\n");
    await expect(trial.start(dataDir).ready).rejects.toThrow(/PostgreSQL 17.*brings PostgreSQL 18.*npm run backup/);
  });
});
