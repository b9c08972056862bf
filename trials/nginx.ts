/**
 * A real nginx with `auth_request` before a real application, configured by the very snippet of docs/gate.md, asks a
 * running Rollcall about every request. Usage: trials/nginx.ts; installs Debian's nginx as root where there is none.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHmac } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, request as httpRequest, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { verifyTicket } from "#gate/headers/ticket.ts";
import { projectRoot } from "#lib/project-root.ts";
import { freePort } from "#lib/testing/free-port.ts";
import { findProgram, installFromDebian } from "../scripts/chromium.mjs";
import { Report, runTrial, SKIPPED } from "./report.ts";
import { Rollcall, sleep } from "./rollcall.ts";

const SECRET = "a-long-secret-of-the-route-0123";
const PROXY_KEY = "the key of the route";
const PATH = "/api/cron/nightly";

const report = new Report("nginx");
const rollcall = new Rollcall();
const folder = mkdtempSync(join(tmpdir(), "rollcall-nginx-"));
let nginx: ChildProcess | null = null;
let application: Server | null = null;

/** What came through to the application, and whether the ticket with it was good. */
interface Came {
  readonly headers: IncomingHttpHeaders;
  readonly ticket: string;
}
const came: Came[] = [];

/** nginx's two locations as the page has them, with our addresses in place of the examples. */
function snippet({
  rollcall: at,
  app,
  route,
  key,
}: {
  readonly rollcall: string;
  readonly app: string;
  readonly route: string;
  readonly key: string;
}): string {
  const page = readFileSync(join(projectRoot(), "docs/gate.md"), "utf8");
  const [, text] = /```nginx\n([\s\S]*?)```/.exec(page) ?? [];
  if (!text) throw new Error("docs/gate.md has no snippet for nginx");
  const told = [
    ["http://127.0.0.1:3000/gate/cron-api", `${at}/gate/${route}`],
    ["http://app", app],
    [`"${PROXY_KEY}"`, `"${key}"`],
  ] as const;
  return told.reduce((config, [example, ours]) => {
    if (!config.includes(example)) throw new Error(`the snippet does not say ${example} any more`);
    return config.replace(example, ours);
  }, text);
}

/** The format of a log that docs/drains.md gives to nginx. */
function logFormat(): string {
  const page = readFileSync(join(projectRoot(), "docs/drains.md"), "utf8");
  const [, text] = /```nginx\n(log_format rollcall [\s\S]*?)```/.exec(page) ?? [];
  if (!text) throw new Error("docs/drains.md has no log format for nginx");
  return text;
}

interface Door {
  readonly port: number;
  readonly locations: string;
}

function configuration(doors: readonly Door[]): string {
  const servers = doors.map(({ port, locations }) => `server {\nlisten 127.0.0.1:${port};\n${locations}\n}`);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/tmp/${name};`); // biome-ignore format: one line
  return [
    `pid ${folder}/nginx.pid;`,
    `error_log ${folder}/error.log notice;`,
    "daemon off; worker_processes 1;",
    ...(process.getuid?.() === 0 ? ["user root;"] : []),
    "events { worker_connections 64; }",
    "http {",
    logFormat(),
    `access_log ${folder}/access.log; access_log ${folder}/access.json rollcall;`,
    ...temporary,
    ...servers,
    "}",
  ].join("\n");
}

/** The job: verifies the ticket, and checks in with it. */
async function openApplication(gateKeys: ReadonlyMap<string, string>): Promise<string> {
  application = createServer((request, response) => {
    const ticket = String(request.headers["rollcall-ticket"] ?? "");
    void (async () => {
      let good = "none";
      for (const [route, gateKey] of gateKeys) {
        const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
        const at = { gateKey, crypto: nodeCrypto, now: Date.now() };
        const read = await verifyTicket(ticket, { ...at, route, method: request.method ?? "GET", path });
        if (read.ok) good = route;
      }
      came.push({ headers: request.headers, ticket: good });
      if (good !== "none") {
        const checkIn = `${rollcall.base}/ping/${rollcall.pingKey}/nightly`;
        await fetch(checkIn, { method: "POST", headers: { "rollcall-ticket": ticket } });
      }
      response.writeHead(good === "none" ? 500 : 200).end("ran");
    })();
  });
  await new Promise<void>((resolve) => application?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(application.address() as AddressInfo).port}`;
}

/** Asks nginx; any header may be sent. */
const ask = (
  port: number,
  headers: Readonly<Record<string, string>>,
  more: { readonly method?: string; readonly body?: string } = {},
) =>
  new Promise<number>((resolve, reject) => {
    const { method = "GET", body } = more;
    const sent = httpRequest({ host: "127.0.0.1", port, path: `${PATH}?part=2`, method, headers, agent: false });
    sent.on("response", (answer) => answer.resume().on("end", () => resolve(answer.statusCode ?? 0)));
    sent.on("error", reject).end(body);
  });

interface Decision {
  readonly id: string;
  readonly outcome: string;
  readonly reason: string;
  readonly via: string;
  readonly method: string;
  readonly path: string;
  readonly source: string;
  readonly contractResembled: string | null;
}

/** Asks, and waits for the decision that it led to. */
async function decided(
  route: string,
  asking: () => Promise<number>,
): Promise<{ readonly status: number; readonly decision: Decision }> {
  const list = () => rollcall.all<Decision>(`/boundary/decisions?route=${route}`);
  const before = new Set((await list()).map(({ id }) => id));
  const status = await asking();
  for (let i = 0; i < 100; i++) {
    const decision = (await list()).find(({ id }) => !before.has(id));
    if (decision) return { status, decision };
    await sleep(50);
  }
  throw new Error(`no decision of ${route} was stored within 5 s (nginx answered ${status})`);
}

/** A call that nginx itself sends elsewhere is told by nginx's own logs, in both of their forms. */
async function logged(port: number): Promise<void> {
  const key = { kind: "vercel-cron", secret: SECRET };
  const wants: Readonly<Record<string, string>> = { "access.log": "redirect 308", "access.json": "redirect host" };
  await ask(port, { "user-agent": "vercel-cron/1.0", "x-vercel-cron-schedule": "0 5 * * *" });
  for (const [file, wanted] of Object.entries(wants)) {
    const route = `moved-${file.split(".")[1]}`;
    await rollcall.must("PUT", `/routes/${route}`, { contract: key, url: `https://app.example.com${PATH}` });
    // nginx writes behind its answer.
    await sleep(300);
    const lines = readFileSync(join(folder, file), "utf8")
      .split("\n")
      .filter((line) => /[" ]308[" ]/.test(line));
    const taken = await fetch(`${rollcall.base}/api/v1/drains/${route}`, { method: "POST", headers: { authorization: `Bearer ${rollcall.apiKey}` }, body: lines.join("\n") }); // biome-ignore format: one line
    const decisions = await rollcall.all<Decision & { readonly detail: string }>(`/boundary/decisions?route=${route}`);
    const [one] = decisions;
    const told = `${one?.reason} ${one?.detail}`;
    report.check(taken.status === 200 && decisions.length === 1 && told === wanted && one?.source === "drain", `${file} of nginx tells of a call that was sent elsewhere: ${wanted}`, () => JSON.stringify({ lines, decisions })); // biome-ignore format: one line
  }
}

async function main(): Promise<void> {
  const reason = findProgram(["nginx"]) ? null : installFromDebian("nginx-light");
  const program = findProgram(["nginx"]);
  if (!program) {
    console.log(`there is no nginx here: ${reason}`);
    process.exitCode = SKIPPED;
    return;
  }
  const version = spawnSync(program, ["-V"], { encoding: "utf8" }).stderr;
  if (!version.includes("http_auth_request_module")) {
    console.log("this nginx has no auth_request module");
    process.exitCode = SKIPPED;
    return;
  }
  await rollcall.start();
  const gateKeys = new Map<string, string>();
  const put = async (route: string, contract: object, more: object = {}): Promise<void> => {
    const url = `https://app.example.com${PATH}`;
    const made = await rollcall.must<{ gateKey: string }>("PUT", `/routes/${route}`, { contract, url, proxy: "nginx", ...more }); // biome-ignore format: one line
    gateKeys.set(route, made.gateKey);
  };
  await put("bearer", { kind: "vercel-cron", secret: SECRET }, { manual: { kind: "bearer", secret: "another-secret-of-a-person-7" }, proxyKey: PROXY_KEY }); // biome-ignore format: one line
  await put("signed", { kind: "hmac", secret: SECRET });
  // One window is open now, and stays so for as long as this takes.
  const expectedAt = Math.floor(Date.now() / 1_000) * 1_000 + 2_000;
  const made = await rollcall.must<{ nextExpectedAt: string }>("PUT", "/schedules/nightly", {
    ...{ name: "Nightly", timezone: "UTC", graceSeconds: 600, route: "bearer", path: PATH },
    spec: { kind: "interval", everySeconds: 86_400, anchor: new Date(expectedAt).toISOString() },
  });
  const window = made.nextExpectedAt;
  await sleep(Math.max(0, Date.parse(window) - Date.now()) + 500);

  const app = await openApplication(gateKeys);
  const ports = await Promise.all(Array.from({ length: 5 }, freePort));
  const [open = 0, wrongKey = 0, signed = 0, noHeaders = 0, moved = 0] = ports;
  const of = (route: string, key = PROXY_KEY) => snippet({ rollcall: rollcall.base, app, route, key });
  const config = configuration([
    { port: open, locations: of("bearer") },
    { port: wrongKey, locations: of("bearer", "a key that somebody guessed") },
    { port: signed, locations: of("signed") },
    // As written by somebody who left out a line.
    // The whole site has moved, and what stood before it answers in its place.
    { port: moved, locations: `location / { return 308 https://www.example.com$request_uri; }` },
    { port: noHeaders, locations: of("bearer").replace(/^.*X-Original-URI.*$/m, "") },
  ]);
  mkdirSync(join(folder, "tmp"));
  chmodSync(folder, 0o755);
  writeFileSync(join(folder, "nginx.conf"), config);
  nginx = spawn(program, ["-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")], {
    stdio: "ignore",
  });
  for (let i = 0; (await ask(open, {}).catch(() => 0)) === 0; i++) {
    if (i > 100) throw new Error(`nginx did not start:\n${readFileSync(join(folder, "error.log"), "utf8")}`);
    await sleep(50);
  }
  came.length = 0;

  const vercel = { "user-agent": "vercel-cron/1.0", "x-vercel-cron-schedule": "0 5 * * *" };
  const bearer = { ...vercel, authorization: `Bearer ${SECRET}` };
  const expectRefused = async (
    what: string,
    route: string,
    wanted: Partial<Decision> & { readonly status: number },
    asking: () => Promise<number>,
  ) => {
    const reached = came.length;
    const { status, decision } = await decided(route, asking);
    const { status: wantedStatus, ...fields } = wanted;
    const fits = Object.entries(fields).every(([name, value]) => decision[name as keyof Decision] === value);
    report.check(
      status === wantedStatus && fits && came.length === reached,
      `${what}: ${wantedStatus}, ${wanted.reason}, and the application is not reached`,
      () => JSON.stringify({ status, decision, reached: came.length - reached }),
    );
  };
  const scheduler = { outcome: "rejected", via: "scheduler", method: "GET", path: PATH, source: "forward-auth" };

  await expectRefused(
    "a wrong secret",
    "bearer",
    { ...scheduler, status: 401, reason: "wrong_secret", contractResembled: "vercel-cron" },
    () => ask(open, { ...vercel, authorization: "Bearer Zq3vT8xW1mB6nR9cL4pF7sD2gJ5hK0y" }),
  );
  await expectRefused("a hint alone", "bearer", { ...scheduler, status: 401, reason: "hint_without_proof" }, () =>
    ask(open, vercel),
  );
  await expectRefused("nothing at all", "bearer", { status: 401, reason: "missing_credentials", via: "stranger" }, () =>
    ask(open, {}),
  );
  await expectRefused(
    "what a client says of the original request is overwritten",
    "bearer",
    { status: 401, reason: "wrong_secret", method: "POST", path: PATH },
    () =>
      ask(
        open,
        {
          "x-original-uri": "/harmless",
          "x-original-method": "GET",
          "x-forwarded-uri": "/harmless",
          authorization: "Bearer of-nobody-at-all-really",
        },
        { method: "POST", body: "{}" },
      ),
  );
  await expectRefused(
    "a ticket that a client made up does not help",
    "bearer",
    { status: 401, reason: "missing_credentials" },
    () =>
      ask(open, {
        "rollcall-ticket": "a.b.c",
        "rollcall-decision": "admitted",
        "rollcall-route": "bearer",
        "rollcall-proxy-key": "mine",
      }),
  );
  await expectRefused("a proxy with another key", "bearer", { status: 403, reason: "untrusted_proxy" }, () =>
    ask(wrongKey, bearer),
  );
  await expectRefused(
    "a proxy that does not say the original URI",
    "bearer",
    { status: 403, reason: "forwarded_mismatch" },
    () => ask(noHeaders, bearer),
  );
  await expectRefused(
    "nor does the client's own say it instead",
    "bearer",
    { status: 403, reason: "forwarded_mismatch" },
    () => ask(noHeaders, { ...bearer, "x-forwarded-uri": PATH }),
  );
  const body = '{"run":true}';
  const signature = {
    "content-type": "application/json",
    "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`,
  };
  await expectRefused(
    "a proof over a body, which nginx does not forward",
    "signed",
    { status: 403, reason: "body_unavailable", method: "POST" },
    () => ask(signed, signature, { method: "POST", body }),
  );

  const manual = await decided("bearer", () => ask(open, { authorization: "Bearer another-secret-of-a-person-7" }));
  report.check(manual.status === 200 && manual.decision.via === "manual" && manual.decision.reason === "admitted_manual", "a person is let in as one", () => JSON.stringify(manual)); // biome-ignore format: one line
  came.length = 0;
  const forged = {
    ...bearer,
    "rollcall-ticket": "a.b.c",
    "rollcall-decision": "admitted",
    "rollcall-route": "other",
    "rollcall-schedule": "other",
    "x-original-uri": "/other",
  };
  const { status, decision } = await decided("bearer", () => ask(open, forged));
  report.check(status === 200 && decision.outcome === "admitted" && decision.via === "scheduler" && decision.path === PATH, "the scheduler is let in", () => JSON.stringify({ status, decision })); // biome-ignore format: one line
  const [reached] = came;
  const ours = Object.keys(reached?.headers ?? {}).filter((name) => name.startsWith("rollcall-"));
  report.check(reached?.ticket === "bearer" && ours.join() === "rollcall-ticket", "the application gets the gate's own ticket, and none of the client's headers", () => JSON.stringify(came)); // biome-ignore format: one line
  const { items } = await rollcall.must<{ items: { expectedAt: string; verdict: string; runs: { windowNamed: string | null }[] }[] }>("GET", `/schedules/nightly/windows?to=${new Date(Date.now() + 60_000).toISOString()}`); // biome-ignore format: one line
  const its = items.find(({ expectedAt: at }) => at === window);
  report.check(its?.verdict === "on_time" && its.runs.some(({ windowNamed }) => windowNamed === "matched"), "the run lands in the window that the ticket names", () => JSON.stringify(items)); // biome-ignore format: one line
  await logged(moved);
  await rollcall.stop();
  const away = await ask(open, bearer);
  report.check(away === 500, "with Rollcall away nginx answers 500: closed, not open", () => `it answered ${away}`);
  report.end(`${version.split("\n")[0]?.trim()}: every answer and every decision as they should be`);
}

await runTrial(main, async () => {
  nginx?.kill("SIGTERM");
  application?.closeAllConnections();
  application?.close();
  await rollcall.remove();
  rmSync(folder, { recursive: true, force: true });
});
