/**
 * A real cron daemon with curl lines drives schedules each minute; one job is stopped on purpose: exactly that one
 * becomes missing. Usage: trials/cron.ts [seconds]; root only.
 */
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { RealCron, whyNoCron } from "#lib/testing/real-cron.ts";
import { argument, Report, runTrial, SKIPPED } from "./report.ts";
import { Rollcall, sleep } from "./rollcall.ts";

const SECONDS = argument(180);
/** cron works through its lines within seconds of the minute. */
const GRACE = 15;
const FILE = `/etc/cron.d/rollcall-trial-${randomBytes(4).toString("hex")}`;
const JOBS = ["by-slug", "by-uuid", "start-and-end", "posts-its-log", "stopped"] as const;
const LEFT = JOBS.filter((job) => job !== "stopped");

const report = new Report("cron");
const rollcall = new Rollcall();
const cron = new RealCron();

function why(): string | null {
  return whyNoCron() ?? (spawnSync("curl", ["--version"]).status === 0 ? null : "curl is not installed");
}

/** The lines of /etc/cron.d; `stopped` is commented out from the moment on that it is stopped. */
function crontab(uuid: string, stopped: boolean): string {
  const { base, pingKey } = rollcall;
  const curl = "curl -fsS -m 10 --retry 3 -o /dev/null";
  const lines: Readonly<Record<(typeof JOBS)[number], string>> = {
    "by-slug": `${curl} ${base}/ping/${pingKey}/by-slug`,
    "by-uuid": `${curl} ${base}/ping/${uuid}`,
    "start-and-end": `${curl} ${base}/ping/${pingKey}/start-and-end/start && sleep 2; ${curl} ${base}/ping/${pingKey}/start-and-end/$?`,
    "posts-its-log": `echo "all is well" | ${curl} --data-binary @- ${base}/ping/${pingKey}/posts-its-log`,
    stopped: `${curl} ${base}/ping/${pingKey}/stopped`,
  };
  const told = JOBS.map((job) => `${stopped && job === "stopped" ? "# " : ""}* * * * * root ${lines[job]}`);
  // cron reads a file anew when its time of change moves.
  return ["SHELL=/bin/sh", "PATH=/usr/local/bin:/usr/bin:/bin", ...told, ""].join("\n");
}

interface Window {
  readonly expectedAt: string;
  readonly verdict: string;
  readonly runs: readonly unknown[];
}

await runTrial(
  async () => {
    const reason = why();
    if (reason !== null) {
      console.log(reason);
      process.exitCode = SKIPPED;
      return;
    }
    console.log(`cron: ${SECONDS} s, ${JOBS.length} jobs a minute`);
    await rollcall.start();
    // Well before a minute: no window is expected before its line stands in the table.
    const second = (Date.now() / 1_000) % 60;
    if (second > 45) await sleep((61 - second) * 1_000);
    let uuid = "";
    for (const slug of JOBS) {
      const made = await rollcall.must<{ uuid: string }>("PUT", `/schedules/${slug}`, {
        ...{ name: slug, timezone: "UTC", graceSeconds: GRACE, earlySeconds: 1 },
        spec: { kind: "cron", expression: "* * * * *", dialect: "vixie" },
      });
      if (slug === "by-uuid") uuid = made.uuid;
    }
    writeFileSync(FILE, crontab(uuid, false), { mode: 0o644 });
    const began = Date.now();
    const ends = began + SECONDS * 1_000;
    // The first minute passes with all of them; then one is stopped, right after it has run.
    const first = Math.ceil((began + 1_000) / 60_000) * 60_000;
    await cron.waitUntil(first + 12_000);
    writeFileSync(FILE, crontab(uuid, true), { mode: 0o644 });
    const lastMinute = Math.max(first + 60_000, Math.floor((ends - (GRACE + 3) * 1_000) / 60_000) * 60_000);
    await cron.waitUntil(lastMinute + (GRACE + 3) * 1_000);

    const bad: string[] = [];
    let good = 0;
    for (const slug of JOBS) {
      const { items } = await rollcall.must<{ items: Window[] }>(
        "GET",
        `/schedules/${slug}/windows?to=${new Date().toISOString()}`,
      );
      for (const { expectedAt, verdict } of items.filter((one) => Date.parse(one.expectedAt) >= first)) {
        if (Date.parse(expectedAt) > lastMinute) continue;
        const wanted = slug === "stopped" && Date.parse(expectedAt) > first ? "missing" : "on_time";
        if (verdict === wanted) good++;
        else bad.push(`${slug} ${expectedAt}: ${verdict}, not ${wanted}`);
      }
    }
    const minutes = Math.round((lastMinute - first) / 60_000) + 1;
    report.figure("windows", `${good} as they should be, over ${minutes} minutes`);
    report.check(bad.length === 0 && good === minutes * JOBS.length, "every job's windows read as they should", () =>
      bad.join("\n"),
    );
    const { items: open } = await rollcall.must<{ items: { schedule: string; sentence: string; cause: string }[] }>(
      "GET",
      "/incidents?state=open",
    );
    report.check(open.length === 1 && open[0]?.schedule === "stopped", "exactly the stopped one has an incident", () =>
      JSON.stringify(open),
    );
    for (const { sentence } of open) report.figure("it says", sentence);
    const { items: all } = await rollcall.must<{ items: unknown[] }>("GET", "/incidents");
    report.check(all.length === 1, "and no other ever had one", () => JSON.stringify(all));
    const { items: runs } = await rollcall.must<{ items: { durationSeconds: number | null; logBytes: number }[] }>(
      "GET",
      "/runs?schedule=start-and-end",
    );
    report.check(
      runs.some((run) => (run.durationSeconds ?? 0) >= 2),
      "a job that reports start and end has its duration",
      () => JSON.stringify(runs.slice(0, 2)),
    );
    const logged = await rollcall.must<{ items: { logBytes: number }[] }>("GET", "/runs?schedule=posts-its-log");
    report.check(
      logged.items.some((run) => run.logBytes === 12),
      "a body is kept as the run's log",
      () => JSON.stringify(logged.items.slice(0, 2)),
    );
    if (report.failed) console.log(rollcall.log.slice(-3_000));
    report.end(`${minutes} minutes of ${LEFT.length} jobs on time, the stopped one missing, and only that`);
  },
  async () => {
    rmSync(FILE, { force: true });
    await cron.stop();
    await rollcall.remove();
  },
);
