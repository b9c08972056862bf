/** The shell scripts of the documentation, as they stand there, by a real shell and curl against the real API. */
import { execFile, spawnSync } from "node:child_process";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createKey } from "#lib/access/keys.ts";
import { projectRoot } from "#lib/project-root.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { at } from "#lib/testing/schedules.ts";
import { givenTarget, type Target } from "#lib/testing/target.ts";
import { apiListener } from "./listener.ts";

const db = useDatabase();
const folder = mkdtempSync(join(tmpdir(), "rollcall-scripts-"));
const docs = join(projectRoot(), "docs");
const SECRET = "correct-horse-battery-staple-ok!";
let server: Server;
let key: Call;
let target: Target;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  key = await keyCaller("write");
  server = createServer(apiListener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const make = async (scope: "report" | "write") =>
    succeeded(await createKey({ actor: SYSTEM, now: db.clock.now() }, { name: `for ${scope}`, scope })).text;
  env = {
    ...{ PATH: process.env["PATH"] ?? "", ROLLCALL_REPORT_KEY: await make("report") },
    ...{ ROLLCALL_API_KEY: await make("write") },
    ROLLCALL_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
  target = await givenTarget((request, response) => {
    const admitted = request.headers.authorization?.replace(/^bearer /i, "") === SECRET;
    response.writeHead(admitted ? 200 : 401).end("{}");
  });
  const more = { url: "https://app.example.com/api/cron", allowPrivateNetwork: true };
  const contract = { kind: "vercel-cron", secret: SECRET };
  await key("PUT", "/routes/green", { contract, ...more, probeUrl: `${target.origin}/probe` });
  await key("PUT", "/routes/red", { contract: { ...contract, secret: `${SECRET}!` }, ...more, probeUrl: `${target.origin}/probe` }); // biome-ignore format: one line
  await key("PUT", "/schedules/nightly", {
    ...{ name: "Nightly", spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00Z" } },
    ...{ timezone: "UTC", graceSeconds: 600, route: "green" },
  });
  db.clock.at = at("2027-01-12T01:02:00Z");
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

interface Ran {
  readonly code: number;
  readonly out: string;
}
const run = (script: string, ...args: readonly string[]): Promise<Ran> =>
  new Promise((resolve) =>
    execFile("sh", [script, ...args], { cwd: folder, env: { NODE_ENV: "test", ...env } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code ?? 1) : 0, out: `${stdout}${stderr}` }),
    ),
  );

const line = (time: string, status: number) =>
  `203.0.113.9 - - [12/Jan/2027:${time} +0000] "GET /api/cron HTTP/1.1" ${status} 162 "-" "vercel-cron/1.0"\n`;
const decided = async (): Promise<readonly string[]> =>
  (await key("GET", "/boundary/decisions?route=green&source=drain")).body.items.map(
    (one: { readonly at: string; readonly reason: string }) => `${one.at.slice(11, 19)} ${one.reason}`,
  );

test("nginx's log is sent as it grows: whole lines, each once, over an outage and a rotation", async () => {
  const page = readFileSync(join(docs, "drains.md"), "utf8");
  const [, text = ""] = /```sh\n(#!\/bin\/sh\n[\s\S]*?)```/.exec(page) ?? [];
  expect(text).toContain("usage: rollcall-drain ROUTE LOG");
  // The one thing that differs: where it remembers how far it came.
  const state = join(folder, "state");
  mkdirSync(state);
  const script = join(folder, "rollcall-drain");
  writeFileSync(script, text.replace("/var/lib/rollcall-drain", state));
  const log = join(folder, "access.log");
  const drain = () => run(script, "green", log);

  writeFileSync(log, line("01:00:03", 308));
  expect(await drain()).toEqual({ code: 0, out: '{"taken":1,"decisions":1,"ignored":0}' });
  expect(await drain()).toEqual({ code: 0, out: "" });
  // The last line is still being written.
  appendFileSync(log, line("01:00:10", 404) + line("01:00:20", 405).slice(0, 50));
  expect((await drain()).out).toContain('"taken":1,"decisions":1');
  appendFileSync(log, line("01:00:20", 405).slice(50));
  expect((await drain()).out).toContain('"taken":1,"decisions":1');
  // What could not be sent is sent by the next.
  appendFileSync(log, line("01:00:30", 502));
  const { ROLLCALL_URL } = env;
  env = { ...env, ROLLCALL_URL: "http://127.0.0.1:1" };
  expect((await drain()).code).not.toBe(0);
  env = { ...env, ROLLCALL_URL: ROLLCALL_URL ?? "" };
  expect((await drain()).out).toContain('"taken":1,"decisions":1');
  renameSync(log, `${log}.1`);
  writeFileSync(log, line("01:00:40", 429));
  expect((await drain()).out).toContain('"taken":1,"decisions":1');
  expect([...(await decided())].sort()).toEqual([
    "01:00:03 redirect",
    "01:00:10 route_not_found",
    "01:00:20 method_not_allowed",
    "01:00:30 bad_gateway",
    "01:00:40 rate_limited_upstream",
  ]);
});

test("the matrix in a CI: 0 where all are green, 1 where one is red, 2 where one could not be run", async () => {
  const script = join(docs, "verify-boundary.sh");
  expect(await run(script, "green")).toEqual({ code: 0, out: "green: green\n" });
  expect(readFileSync(join(folder, "rollcall-green.xml"), "utf8")).toMatch(/^<\?xml .*<testsuite/s);
  expect(await run(script, "green", "red")).toMatchObject({ code: 1, out: expect.stringContaining("red: red, see rollcall-red.xml") }); // biome-ignore format: one line
  expect(readFileSync(join(folder, "rollcall-red.xml"), "utf8")).toContain("<failure ");
  const nowhere = await run(script, "red", "nowhere");
  expect(nowhere.code).toBe(2);
  expect(nowhere.out).toContain("nowhere: the matrix could not be run (HTTP 404)");
  expect((await run(script)).code).toBe(2);
  expect(existsSync(join(folder, "rollcall-nowhere.xml"))).toBe(true);
});

test.skipIf(spawnSync("jq", ["--version"]).error !== undefined)(
  "the step for a CI as docs/gate.md has it",
  async () => {
    const page = readFileSync(join(docs, "gate.md"), "utf8");
    const [, text = ""] = /## The matrix in a CI[\s\S]*?```sh\n([\s\S]*?)```/.exec(page) ?? [];
    const script = join(folder, "step.sh");
    const of = (route: string) =>
    writeFileSync(script, text.replace("https://rollcall.example.com", env["ROLLCALL_URL"] ?? "").replace("/routes/cron-api/", `/routes/${route}/`)); // biome-ignore format: one line
    of("green");
    expect(await run(script)).toEqual({ code: 0, out: "" });
    of("red");
    const red = await run(script);
    expect(red.code).toBe(1);
    expect(red.out).toMatch(/^valid_scheduler Vercel Cron: refused 401$/m);
  },
);
