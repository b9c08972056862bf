/**
 * The driver of crontabs against a real cron daemon: a line of /etc/cron.d, a line of a user's own table and a line behind
 * the agent are set to every minute, run, are put back, and run no more; the tables are what they were, byte for byte.
 * Usage: trials/crontab.ts; root only.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crontab } from "#lib/drivers/crontab.ts";
import type { Answer, Held } from "#lib/drivers/driver.ts";
import { RealCron, whyNoCron } from "#lib/testing/real-cron.ts";
import { instant } from "#lib/time/instant.ts";
import { Report, runTrial, SKIPPED } from "./report.ts";
import { sleep } from "./rollcall.ts";

const name = `rollcall-trial-${randomBytes(4).toString("hex")}`;
const USER = "nobody";
const folder = mkdtempSync(join(tmpdir(), "rollcall-crontab-trial-"));
const report = new Report("crontab");
const cron = new RealCron();
const world = { clock: { now: () => instant(Date.now()) } };
let agent: ChildProcess | null = null;
let userTable = false;

const cronTab = (...args: readonly string[]) => spawnSync("crontab", ["-u", USER, ...args], { encoding: "latin1" });

/** Once a year, at a time that is not near; the odd blanks and the comment have to stay. */
const original = (): string =>
  `7  3\t${((new Date().getMonth() + 6) % 12) + 1} ${((new Date().getMonth() + 6) % 12) + 1} *`;
const lineOf = (job: string, user: string): string =>
  `# l\u00e4uft j\u00e4hrlich\nMAILTO=""\n${original()}\t${user}date +\\%s >>${folder}/${job} 2>&1   # ${job}\n`;

interface Job {
  readonly name: string;
  readonly config: Parameters<NonNullable<typeof crontab.read>>[0];
  readonly text: () => string;
}

const runsOf = (job: string): number =>
  existsSync(join(folder, job)) ? readFileSync(join(folder, job), "utf8").trim().split("\n").length : 0;

function must<T>(answer: Answer<T> | undefined): T {
  if (!answer?.ok) throw new Error(answer?.problem.sentence ?? "the driver cannot");
  return answer.value;
}

async function startAgent(): Promise<{ readonly url: string; readonly key: string }> {
  const script = join(import.meta.dirname, "../packages/crontab-agent/agent.py");
  const keyFile = join(folder, "key");
  spawnSync("python3", ["-B", script, "--new-key", keyFile]);
  const child = spawn("python3", [
    "-B",
    script,
    "--key-file",
    keyFile,
    "--table",
    `cron.d/${name}-b`,
    "--listen",
    "127.0.0.1:0",
  ]);
  agent = child;
  const said = await new Promise<string>((done) =>
    child.stdout.once("data", (chunk: Buffer) => done(chunk.toString())),
  );
  const [address = ""] = /127\.0\.0\.1:\d+/.exec(said) ?? [];
  return { url: `http://${address}/`, key: readFileSync(keyFile, "utf8").trim() };
}

async function givenJobs(): Promise<readonly Job[]> {
  chmodSync(folder, 0o777);
  const file = (which: string) => `/etc/cron.d/${name}-${which}`;
  for (const which of ["a", "b"]) writeFileSync(file(which), lineOf(which, "root "), { mode: 0o644 });
  const common = { cronTz: false, allowPrivateNetwork: true };
  const jobs: Job[] = [
    { name: "a", config: { ...common, tables: `cron.d/${name}-a` }, text: () => readFileSync(file("a"), "latin1") },
  ];
  if (cronTab("-l").status === 0) report.figure("left out", `${USER} has a crontab of its own`);
  else {
    userTable = true;
    spawnSync("crontab", ["-u", USER, "-"], { input: Buffer.from(lineOf("c", "")) });
    jobs.push({ name: "c", config: { ...common, tables: `user/${USER}` }, text: () => cronTab("-l").stdout });
  }
  if (spawnSync("python3", ["--version"]).status !== 0) report.figure("left out", "the agent: there is no python3");
  else {
    const { url, key } = await startAgent();
    jobs.push({ name: "b", config: { ...common, agent: url, key }, text: () => readFileSync(file("b"), "latin1") });
  }
  return jobs;
}

await runTrial(
  async () => {
    const reason = whyNoCron();
    if (reason !== null) {
      console.log(reason);
      process.exitCode = SKIPPED;
      return;
    }
    const jobs = await givenJobs();
    const texts = jobs.map((job) => job.text());
    console.log(`crontab: ${jobs.length} tables`);
    // Not while cron is about to look.
    if ((Date.now() / 1_000) % 60 > 50) await sleep(11_000);
    const set: { readonly ref: string; readonly before: Held; readonly after: Held }[] = [];
    for (const job of jobs) {
      const { config } = job;
      const [proposal, ...others] = must(await crontab.discover?.(config, world));
      report.check(proposal !== undefined && others.length === 0, `${job.name}: its one line is found`);
      if (!proposal) return;
      const { ref, held: before } = proposal;
      const put = {
        spec: { kind: "cron", expression: "* * * * *", dialect: "vixie" },
        timezone: before.timezone,
      } as const;
      set.push({ ref, before, after: must(await crontab.apply?.(config, { ref, put, instead: before }, world)) });
      report.check(set.at(-1)?.after.native === "* * * * *", `${job.name}: it is set, and read back`);
      const again = await crontab.apply?.(config, { ref, put, instead: before }, world);
      report.check(
        again?.ok === false && again.problem.kind === "changed",
        `${job.name}: nobody sets it twice from there`,
      );
    }
    const minute = Math.ceil(Date.now() / 60_000) * 60_000;
    await cron.waitUntil(minute + 6_000);
    for (const job of jobs)
      report.check(runsOf(job.name) === 1, `${job.name}: cron ran it at the minute`, () => `${runsOf(job.name)} runs`);
    for (const [index, job] of jobs.entries()) {
      const { ref, before, after } = set[index] ?? {};
      if (!ref || !before || !after) throw new Error("it was not set");
      const back = must(await crontab.apply?.(job.config, { ref, put: before, instead: after }, world));
      report.check(back.native === before.native, `${job.name}: it is put back, and read back`);
      report.check(job.text() === texts[index], `${job.name}: its table is what it was, byte for byte`, job.text);
    }
    await cron.waitUntil(minute + 66_000);
    for (const job of jobs)
      report.check(runsOf(job.name) === 1, `${job.name}: and ran it no more`, () => `${runsOf(job.name)} runs`);
    report.end(`${jobs.length} lines of a real cron were set, ran once, and came back as they were`);
  },
  async () => {
    for (const which of ["a", "b"]) rmSync(`/etc/cron.d/${name}-${which}`, { force: true });
    if (userTable) cronTab("-r");
    agent?.kill("SIGTERM");
    await cron.stop();
    rmSync(folder, { recursive: true, force: true });
  },
);
