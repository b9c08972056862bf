import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { gateSnippet } from "#components/boundary/gate-snippets.ts";
import { freePort } from "#lib/testing/free-port.ts";
import { ask } from "./pages.ts";
import { type Rollcall, startRollcall } from "./rollcall.ts";

const SECRET = "correct-horse-battery-staple-ok!";
const PROXY_KEY = "what nginx alone knows, 40 characters";
const hasNginx = spawnSync("nginx", ["-v"]).error === undefined;

let rollcall: Rollcall;
let nginx: ChildProcess;
let app: Server;
let folder = "";
let proxy = "";
let heard: IncomingHttpHeaders[] = [];

test.skip(!hasNginx, "nginx is not installed (Debian: apt-get install nginx), so its snippet is not run");

test.beforeAll(async () => {
  test.setTimeout(400_000);
  rollcall = await startRollcall({ withAdmin: true });
  app = createServer((request, response) => {
    heard.push(request.headers);
    response.end("ran");
  });
  await new Promise<void>((resolve) => app.listen(0, "127.0.0.1", resolve));
  folder = mkdtempSync(join(tmpdir(), "rollcall-nginx-"));
});
test.afterAll(async () => {
  nginx?.kill("SIGTERM");
  app?.close();
  await rollcall?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** nginx with what the page offers, and nothing else of ours. */
async function startNginx(snippet: string): Promise<void> {
  const port = await freePort();
  proxy = `http://127.0.0.1:${port}`;
  for (const one of ["body", "proxy", "fastcgi", "uwsgi", "scgi"]) mkdirSync(join(folder, one), { recursive: true });
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${folder}/${one.replace("client_", "")};`); // biome-ignore format: one line
  writeFileSync(
    join(folder, "nginx.conf"),
    `daemon off;
pid ${folder}/pid;
error_log ${folder}/error.log;
events {}
http {
  access_log off;
  ${temp.join("\n  ")}
  server {
    listen 127.0.0.1:${port};
    ${snippet}
  }
}`,
  );
  nginx = spawn("nginx", ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], {
    stdio: "inherit",
  });
  await expect.poll(async () => (await fetch(proxy).catch(() => null)) !== null, { timeout: 20_000 }).toBe(true);
}

const BEARER = { authorization: `Bearer ${SECRET}` };

test("what the page offers for nginx lets genuine requests in, and no other, nor what a client says in the gate's name", async () => {
  const { port } = app.address() as AddressInfo;
  const url = "https://app.example.com/api/cron/nightly";
  const body = {
    ...{ contract: { kind: "bearer", secret: SECRET }, url, proxyKey: PROXY_KEY },
    probeUrl: "https://app.example.com/api/cron/probe",
  };
  const route = await ask(rollcall, "/routes/cron-api", { method: "PUT", body });
  const { text, warning } = gateSnippet("nginx", route, rollcall.url);
  expect(warning).toBeNull();
  // The two things that it tells a person to put in.
  await startNginx(text.replace("put-the-proxy-key-here", PROXY_KEY).replaceAll("127.0.0.1:3000", `127.0.0.1:${port}`));
  const job = `${proxy}/api/cron/nightly`;

  for (const method of ["GET", "POST"]) {
    const content = method === "POST" ? { body: JSON.stringify({ rows: 7 }) } : {};
    expect([method, (await fetch(job, { method, headers: BEARER, ...content })).status]).toEqual([method, 200]);
  }
  const [first] = heard;
  expect(first).toMatchObject({ "rollcall-decision": "admitted", "rollcall-route": "cron-api" });
  expect(first?.["rollcall-ticket"]).toMatch(/^eyJ/);
  expect(first).not.toHaveProperty("rollcall-proxy-key");

  heard = [];
  const forged = { "rollcall-ticket": "forged", "rollcall-schedule": "forged", "rollcall-reason": "forged" };
  const hostile = { "x-original-uri": "/api/cron/probe", "rollcall-proxy-key": "forged", "rollcall-gate": "forged" };
  expect((await fetch(job, { headers: { ...BEARER, ...forged, ...hostile } })).status).toBe(200);
  expect(JSON.stringify(heard)).not.toContain('forged"');

  heard = [];
  for (const headers of [{}, { authorization: "Bearer undefined" }, { "x-vercel-cron": "1" }, forged]) {
    const answer = await fetch(job, { headers, redirect: "manual" });
    expect(answer.status).toBe(401);
    expect(answer.headers.get("www-authenticate")).toMatch(/^Bearer/);
  }
  expect((await fetch(`${proxy}/api/cron/probe`)).status).toBe(401);
  expect(heard).toEqual([]);
  await expect
    .poll(async () => {
      const { items } = await ask(rollcall, "/boundary/decisions?route=cron-api");
      return [...new Set(items.map((one: { path: string; source: string }) => `${one.source} ${one.path}`))].sort();
    })
    .toEqual(["forward-auth /api/cron/nightly", "forward-auth /api/cron/probe"]);

  // Where the gate is away, nobody comes in.
  const unreachable = gateSnippet("nginx", route, "http://127.0.0.1:1").text;
  nginx.kill("SIGTERM");
  await startNginx(unreachable.replaceAll("127.0.0.1:3000", `127.0.0.1:${port}`));
  heard = [];
  expect((await fetch(`${proxy}/api/cron/nightly`, { headers: BEARER })).status).toBe(500);
  expect(heard).toEqual([]);
});
