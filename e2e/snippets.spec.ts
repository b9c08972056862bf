import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, test } from "@playwright/test";
import { parse } from "yaml";
import { type SnippetId, snippetOf } from "#components/snippets/snippets.ts";
import { ask } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

let rollcall: Rollcall;
let folder = "";
test.beforeAll(async () => {
  test.setTimeout(360_000);
  rollcall = await startRollcall({ withAdmin: true });
  folder = mkdtempSync(join(tmpdir(), "rollcall-snippets-"));
  // What the snippets call: it writes a line, and ends as it is told.
  writeFileSync(join(folder, "your-job"), '#!/bin/sh\necho "7 rows moved"\nexit "$JOB_ENDS_WITH"\n');
  chmodSync(join(folder, "your-job"), 0o755);
});
test.afterAll(async () => {
  await rollcall?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const has = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;

let made = 0;

/** Makes a schedule, runs what its page offers, and answers the run that came of it. */
async function runOf(id: SnippetId, endsWith: number, run: (text: string, env: NodeJS.ProcessEnv) => number | null) {
  const slug = `snippet-${++made}`;
  const spec = { kind: "cron", expression: "0 2 * * *", dialect: "rollcall" } as const;
  const body = { name: slug, spec, timezone: "UTC", graceSeconds: 60 };
  const { pingUrl } = await ask(rollcall, `/schedules/${slug}`, { method: "PUT", body });
  const { text } = snippetOf(id, { slug, pingUrl, spec, timezone: "UTC" });
  const env = { ...process.env, PATH: `${folder}${delimiter}${process.env["PATH"]}`, JOB_ENDS_WITH: String(endsWith) };
  const status = run(text, env);
  const { items } = await ask(rollcall, `/runs?schedule=${slug}`);
  expect(items, `${id} makes one run`).toHaveLength(1);
  const { items: checkIns } = await ask(rollcall, `/schedules/${slug}/check-ins`);
  expect(checkIns.map((one: { kind: string }) => one.kind)).toEqual([endsWith === 0 ? "success" : "fail", "start"]);
  expect(new Set(checkIns.map((one: { rid: string }) => one.rid)).size).toBe(1);
  expect(items[0].rid).toMatch(/^[0-9a-f-]{36}$/);
  return { run: items[0], status };
}

const script = (program: string, name: string) => (text: string, env: NodeJS.ProcessEnv) => {
  const file = join(folder, name);
  writeFileSync(file, text);
  return spawnSync(program, [file], { env, encoding: "utf8" }).status;
};

const RUN: readonly {
  readonly id: SnippetId;
  readonly program: string;
  readonly name: string;
  readonly status: boolean;
}[] = [
  { id: "bash", program: "bash", name: "job.sh", status: true },
  { id: "curl", program: "sh", name: "once.sh", status: false },
  { id: "python", program: "python3", name: "job.py", status: true },
  { id: "node", program: process.execPath, name: "job.mjs", status: true },
  { id: "powershell", program: "pwsh", name: "job.ps1", status: true },
];

for (const { id, program, name, status } of RUN) {
  for (const endsWith of [0, 3]) {
    test(`pasted as it stands, ${id} tells start and end of a job that ends with ${endsWith}`, async () => {
      // dash has no --version, and is always there.
      test.skip(program !== "sh" && !has(program), `${program} is not on this machine`);
      const done = await runOf(id, endsWith, script(program, name));
      expect(done.run).toMatchObject({ outcome: endsWith === 0 ? "success" : "fail", exitStatus: endsWith });
      if (status) expect(done.status).toBe(endsWith);
    });
  }
}

test("what it wrote is the log of the run", async () => {
  const { run } = await runOf("curl", 0, script("sh", "log.sh"));
  expect(run.logBytes).toBe("7 rows moved".length);
});

for (const endsWith of [0, 3]) {
  test(`a line of crontab tells a job that ends with ${endsWith}, run by the shell that cron runs`, async () => {
    const { run } = await runOf("crontab", endsWith, (text, env) => {
      const [, command] = /^(?:\S+ ){5}(.*)$/.exec(text) ?? [];
      expect(command).toBeDefined();
      return spawnSync("/bin/sh", ["-c", command ?? ""], { env }).status;
    });
    expect(run.exitStatus).toBe(endsWith);
  });

  test(`the container of the CronJob tells a job that ends with ${endsWith}, and ends as it`, async () => {
    const done = await runOf("kubernetes", endsWith, (text, env) => {
      const [container] = parse(text).spec.jobTemplate.spec.template.spec.containers;
      const [program, ...flags] = container.command;
      return spawnSync(program, [...flags, ...container.args], { env }).status;
    });
    expect([done.run.exitStatus, done.status]).toEqual([endsWith, endsWith]);
  });

  test(`the steps of the workflow tell a job that ends with ${endsWith}`, async () => {
    const { run } = await runOf("github", endsWith, (text, env) => {
      const { env: shared, jobs } = parse(text);
      const kept = join(folder, `github-env-${endsWith}`);
      let ended = "success";
      // As a runner does it: bash -e, each step with what the ones before it wrote down.
      for (const step of (Object.values(jobs) as { steps: { run: string; if?: string }[] }[])[0]?.steps ?? []) {
        if (ended !== "success" && step.if !== "always()") continue;
        const written = existsSync(kept) ? readFileSync(kept, "utf8").trim().split("\n") : [];
        const more = Object.fromEntries(written.map((line) => line.split("=", 2)));
        const own = { ...env, ...shared, ...more, GITHUB_ENV: kept, ENDED: ended };
        if (spawnSync("bash", ["-e", "-c", step.run], { env: own }).status !== 0) ended = "failure";
      }
      return ended === "success" ? 0 : 1;
    });
    expect(run.outcome).toBe(endsWith === 0 ? "success" : "fail");
  });
}
