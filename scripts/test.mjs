// npm test: everything that says whether Rollcall works, from types to a kill -9, and what a fresh machine lacks for it.
// Plain JavaScript: it runs before there are packages. One line for each step; a step's output only when it fails.
import { randomUUID } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate, prepare, root } from "./build.mjs";
import { findProgram, installFromDebian, needChromium } from "./chromium.mjs";
import { counted, endAll, run, seconds, tail } from "./steps.mjs";

const MINUTE = 60_000;
const folder = mkdtempSync(join(tmpdir(), "rollcall-npm-test-"));
/** In the environment of everything that is started here, and so of what it leaves behind. */
const mark = randomUUID();
const env = { ROLLCALL_TEST_RUN: mark, NEXT_TELEMETRY_DISABLED: "1", FORCE_COLOR: "0" };
const bin = (name) => join(root, "node_modules", ".bin", name);
const node = (script, ...args) => [process.execPath, [join(root, script), ...args]];
const tsx = (script, ...args) => [bin("tsx"), [join(root, script), ...args]];

const total = { passed: 0, failed: 0, skipped: 0 };
const skips = [];

/** Takes what a step answered, prints its line, and keeps count. */
function take(name, began, { passed = 0, failed = 0, skipped = [], says = "", output = "" }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped.length;
  skips.push(...skipped.map((one) => ({ ...one, step: name })));
  const mark = failed > 0 ? "✗" : passed > 0 ? "✓" : "–";
  console.log(`${mark} ${name} (${seconds(began)})${says ? `: ${says}` : ""}`);
  if (failed > 0 && output) console.log(tail(output, 120).replace(/^/gm, "    "));
}

async function step(name, act) {
  const began = performance.now();
  try {
    take(name, began, await act());
  } catch (thrown) {
    take(name, began, {
      failed: 1,
      output: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    });
  }
}

/** A command that counts as one test: red when it does not end with 0. Its last line is what it says. */
const one = (name, command, { limit = 3 * MINUTE, more = {} } = {}) =>
  step(name, async () => {
    const { code, output } = await run(...command, { env: { ...env, ...more }, limit });
    // 77 is how a test says that it cannot run here; the reason is its last line.
    if (code === 77) return { skipped: [{ name, reason: tail(output, 1) }], says: "skipped" };
    return code === 0 ? { passed: 1, says: tail(output, 1).slice(0, 160) } : { failed: 1, output };
  });

const json = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : null);

const vitest = (title, ...more) =>
  step(title, async () => {
    const file = join(folder, `${randomUUID()}.json`);
    const args = ["run", "--reporter=json", `--outputFile.json=${file}`, "--reporter=dot", "--no-color", ...more];
    const { code, output } = await run(bin("vitest"), args, { env, limit: 8 * MINUTE });
    const found = ofVitest(json(file));
    for (const name of found.again) console.log(`passed at the second try: ${name}`);
    return { ...counted({ code, output, ...found }), output: found.failures.join("\n") || output };
  });

function ofVitest(report) {
  if (!report) return { passed: 0, failed: 0, skipped: [], failures: [], again: [] };
  const tests = report.testResults.flatMap((file) =>
    file.assertionResults.map((test) => ({ ...test, file: file.name.replace(`${root}/`, "") })),
  );
  // A file that does not load has no tests to fail.
  const broken = report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0);
  const short = (text) => text.split("\n").slice(0, 12).join("\n").replace(/^/gm, "  ");
  return {
    failures: [
      ...tests
        .filter((test) => test.status === "failed")
        .map((test) => `${test.file}: ${test.fullName}\n${short(test.failureMessages[0] ?? "")}`),
      ...broken.map((file) => `${file.name.replace(`${root}/`, "")}\n${short(file.message)}`),
    ],
    passed: tests.filter((test) => test.status === "passed").length,
    again: tests
      .filter((test) => test.status === "passed" && test.failureMessages.length > 0)
      .map((test) => `${test.file}: ${test.fullName}`),
    failed: tests.filter((test) => test.status === "failed").length + broken.length,
    skipped: tests
      .filter((test) => !["passed", "failed"].includes(test.status))
      .map((test) => ({
        name: `${test.file}: ${test.fullName}`,
        reason: test.meta?.reason ?? `marked ${test.status} in its file`,
      })),
  };
}

const playwright = () =>
  step("journeys in a browser", async () => {
    const chromium = needChromium();
    if (!chromium.path) return { skipped: [{ name: "e2e", reason: chromium.reason }], says: "skipped" };
    const file = join(folder, "playwright.json");
    const { code, output } = await run(bin("playwright"), ["test", "--config=e2e", "--reporter=list,json"], {
      env: { ...env, PLAYWRIGHT_JSON_OUTPUT_NAME: file, CHROMIUM: chromium.path },
      limit: 14 * MINUTE,
    });
    return counted({ code, output, ...ofPlaywright(json(file)) });
  });

function ofPlaywright(report) {
  const found = { passed: 0, failed: 0, skipped: [] };
  const walk = (suite, titles) => {
    for (const inner of suite.suites ?? []) walk(inner, [...titles, inner.title]);
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === "skipped") {
          const reason = test.annotations.find(({ type }) => type === "skip" || type === "fixme")?.description;
          found.skipped.push({
            name: [...titles, spec.title].join(" › "),
            reason: reason ?? "marked skipped in its file",
          });
        } else if (test.status === "unexpected") found.failed++;
        else found.passed++;
        if (test.status === "flaky") console.log(`passed at the second try: ${[...titles, spec.title].join(" › ")}`);
      }
    }
  };
  for (const suite of report?.suites ?? []) walk(suite, [suite.title]);
  found.failed += report?.errors?.length ?? 0;
  return found;
}

const cron = (title, file, ...args) =>
  step(`trial: ${title}`, async () => {
    let reason = process.getuid?.() === 0 ? null : "only root may write into /etc/cron.d";
    if (reason === null && !findProgram(["cron"])) reason = installFromDebian("cron");
    if (reason !== null) return { skipped: [{ name: file, reason }], says: "skipped" };
    const { code, output } = await run(...tsx(file, ...args), { env, limit: 5 * MINUTE });
    if (code === 77) return { skipped: [{ name: file, reason: tail(output, 1) }], says: "skipped" };
    return code === 0 ? { passed: 1, says: tail(output, 1) } : { failed: 1, output };
  });

/** Processes that still live, by the mark in their environment (Linux tells it of the user's own processes). */
const leftovers = () =>
  step("nothing is left running", async () => {
    if (!existsSync("/proc/self/environ"))
      return { skipped: [{ name: "leftovers", reason: "this system has no /proc" }] };
    const told = `ROLLCALL_TEST_RUN=${mark}`;
    const found = readdirSync("/proc").filter((pid) => {
      try {
        return (
          /^\d+$/.test(pid) &&
          Number(pid) !== process.pid &&
          readFileSync(`/proc/${pid}/environ`, "utf8").includes(told)
        );
      } catch {
        return false;
      }
    });
    const names = found.map((pid) => `${pid} ${readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")}`);
    for (const pid of found) process.kill(Number(pid), "SIGKILL");
    return found.length === 0 ? { passed: 1 } : { failed: found.length, output: names.join("\n") };
  });

function finish() {
  rmSync(folder, { recursive: true, force: true });
  for (const { step, name, reason } of skips)
    console.log(`skipped: ${step}${name === step ? "" : `, ${name}`}: ${reason}`);
  console.log(`whole run: ${seconds(began)}`);
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

for (const name of ["SIGINT", "SIGTERM"]) {
  process.on(name, () => {
    endAll();
    rmSync(folder, { recursive: true, force: true });
    process.exit(name === "SIGINT" ? 130 : 143);
  });
}

const began = performance.now();
process.chdir(root);
try {
  await prepare({ development: true });
  await generate();
  await run(bin("next"), ["typegen"], { env, limit: MINUTE });
} catch (thrown) {
  console.log(`✗ packages: ${thrown instanceof Error ? thrown.message : thrown}`);
  console.log("0 passed, 1 failed");
  process.exit(1);
}
await Promise.all([
  one("types", node("node_modules/typescript/bin/tsc", "--noEmit", "--pretty", "false", "-p", "scripts/tsconfig.json")),
  one("Biome", [bin("biome"), ["ci", "--colors=off", "."]]),
  one("arrows", node("scripts/arrows.mjs", "--quiet")),
  one("sentences", node("scripts/sentences.mjs", "--count")),
]);
await one("build", node("scripts/build.mjs"), { limit: 5 * MINUTE });
// Two installations at once lock each other out; the tests of drivers say why they are left out where these are not there.
if (process.getuid?.() === 0) {
  const needed = [
    ["redis-server", findProgram(["redis-server"])],
    ["postgresql-15-cron", existsSync("/usr/lib/postgresql/15/lib/pg_cron.so")],
    ["cron", findProgram(["cron"])],
  ];
  for (const [name, there] of needed) if (!there) installFromDebian(name);
}
// What mostly waits (for the minute of a cron, a lease, an answer) goes on beside what computes.
const STORIES = "lib/engine/story-";
const beside = Promise.all([
  (async () => {
    await cron("a real cron, one job stopped", "trials/cron.ts", "90");
    await cron("lines of a real cron are set and put back", "trials/crontab.ts");
  })(),
  (async () => {
    await vitest("stories over real schedulers", STORIES);
    await one("trial: kill -9 of the saga", tsx("trials/saga.ts", "2"), { limit: 6 * MINUTE });
    await one("trial: nginx asks the gate", tsx("trials/nginx.ts"), { limit: 6 * MINUTE });
    await one("trial: the packed gate in an application", tsx("trials/gate-package.ts"), { limit: 2 * MINUTE });
  })(),
]);
await vitest("unit, property and database tests", "--exclude", `${STORIES}*`);
await playwright();
await beside;
// They measure how late engines are: nothing else runs beside them.
await Promise.all([
  one("trial: several processes", tsx("trials/several.ts", "10"), { limit: 2 * MINUTE }),
  one("trial: two engines fire", tsx("trials/dispatch.ts", "0.5", "200", "10"), { limit: 2 * MINUTE }),
]);
await Promise.all([
  // The same requests in every run; `npm run trials` draws others.
  one("trial: bad requests", tsx("trials/fuzz.ts", "10000", "20261124"), { limit: 4 * MINUTE }),
  one("trial: kill -9", tsx("trials/kill.ts", "5"), { limit: 4 * MINUTE }),
]);
await leftovers();
finish();
