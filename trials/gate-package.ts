/**
 * The gate's library as its users have it: packed by npm, installed from the tarball, in an Express application and (with
 * `all`) in a Next.js one, on Node and on the edge runtime. Genuine and wrong requests are sent, and every decision has to
 * arrive at a running Rollcall, described. Usage: trials/gate-package.ts [all]
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectRoot } from "#lib/project-root.ts";
import { freePort } from "#lib/testing/free-port.ts";
import { Report, runTrial } from "./report.ts";
import { Rollcall, sleep } from "./rollcall.ts";

const ALL = process.argv[2] === "all";
const SECRET = "a-long-secret-of-the-route-0123";
const BODY = '{"job":"nightly","parts":[1,2]}';

const report = new Report("gate package");
const rollcall = new Rollcall();
const root = projectRoot();
// Inside the project, so that an application finds its framework where Node looks for it: in a folder above.
mkdirSync(join(root, "dist"), { recursive: true });
const folder = mkdtempSync(join(root, "dist", "gate-package-"));
const children: ChildProcess[] = [];

function write(file: string, text: string): void {
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
}

const npm = (cwd: string, ...args: string[]): string => execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }); // biome-ignore format: one line

function packed(): string {
  const out = npm(join(root, "packages/gate"), "pack", "--json", "--pack-destination", folder);
  const [{ filename }] = JSON.parse(out.slice(out.indexOf("["))) as [{ filename: string }];
  return join(folder, filename);
}

function application(name: string, tarball: string, files: Readonly<Record<string, string>>): string {
  write(`${name}/package.json`, JSON.stringify({ name, private: true, type: "module" }));
  npm(join(folder, name), "install", "--offline", "--no-audit", "--no-fund", "--no-package-lock", tarball);
  for (const [file, text] of Object.entries(files)) write(`${name}/${file}`, text);
  return join(folder, name);
}

/** How an application configures its gates; every route of Rollcall's is one of these. */
const gates = (where: string) => `
import { createGate } from "@rollcall/gate";
const report = { url: process.env.ROLLCALL_URL, key: process.env.ROLLCALL_REPORT_KEY, everyMs: 100 };
const secret = process.env.CRON_SECRET;
export const bearer = createGate({ route: "${where}-bearer", contract: { kind: "vercel-cron", secret }, gateKey: process.env.BEARER_KEY, report });
export const signed = createGate({ route: "${where}-signed", contract: { kind: "hmac", secret, header: "x-signature" }, gateKey: process.env.SIGNED_KEY, report });
`;

const EXPRESS = {
  "gates.js": gates("express"),
  "server.js": `
import express from "express";
import { bearer, signed } from "./gates.js";
const app = express();
app.get("/api/cron", bearer.node(), async (request, response) => response.json({ ran: true, ticket: typeof (await request.rollcall.ticket()) }));
app.post("/api/signed", signed.node(), express.json(), (request, response) => response.json({ ran: true, body: request.body }));
app.listen(Number(process.env.PORT), "127.0.0.1");
`,
};

const nextRoutes = (runtime: "nodejs" | "edge") => {
  const at = `app/${runtime}`;
  return {
    [`${at}/gates.js`]: gates(runtime),
    [`${at}/api/cron/route.js`]: `
import { bearer } from "../../gates.js";
export const runtime = "${runtime}";
export const GET = bearer.protect(async (_request, { ticket }) => Response.json({ ran: true, ticket: typeof (await ticket()) }));
`,
    [`${at}/api/signed/route.js`]: `
import { signed } from "../../gates.js";
export const runtime = "${runtime}";
export const POST = signed.protect(async (request) => Response.json({ ran: true, body: await request.json() }));
`,
  };
};
const NEXT = {
  "next.config.js": `export default { turbopack: { root: ${JSON.stringify(root)} } };\n`,
  ...nextRoutes("nodejs"),
  ...nextRoutes("edge"),
};

interface Asked {
  readonly status: number;
  readonly body: unknown;
  readonly decision: string | null;
}

async function ask(url: string, init: RequestInit = {}): Promise<Asked> {
  const answer = await fetch(url, { ...init, redirect: "manual", signal: AbortSignal.timeout(20_000) });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith("{") ? JSON.parse(text) : text, decision: answer.headers.get("rollcall-decision") }; // biome-ignore format: one line
}

async function serve(cwd: string, args: readonly string[], env: Readonly<Record<string, string>>): Promise<string> {
  const port = await freePort();
  const child = spawn(process.execPath, [...args], {
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", PORT: String(port), ...env },
  });
  children.push(child);
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes) => {
      said = `${said}${bytes}`.slice(-4_000);
    });
  }
  const origin = `http://127.0.0.1:${port}`;
  for (let i = 0; i < 400; i++) {
    if (await fetch(origin, { signal: AbortSignal.timeout(1_000) }).then(() => true, () => false)) return origin; // biome-ignore format: one line
    if (child.exitCode !== null) break;
    await sleep(50);
  }
  throw new Error(`${args.join(" ")} does not answer:\n${said}`);
}

async function routes(where: string): Promise<Readonly<Record<string, string>>> {
  const put = async (name: string, contract: object): Promise<string> => {
    const made = await rollcall.must<{ gateKey: string }>("PUT", `/routes/${where}-${name}`, { contract, url: `https://app.example.com/${where}` }); // biome-ignore format: one line
    return made.gateKey;
  };
  return {
    ROLLCALL_URL: rollcall.base,
    ROLLCALL_REPORT_KEY: rollcall.apiKey,
    CRON_SECRET: SECRET,
    BEARER_KEY: await put("bearer", { kind: "vercel-cron", secret: SECRET }),
    SIGNED_KEY: await put("signed", { kind: "hmac", secret: SECRET, header: "x-signature" }),
  };
}

const vercel = { "user-agent": "vercel-cron/1.0", "x-vercel-cron-schedule": "0 5 * * *" };
const signature = (body: string) => ({ "content-type": "application/json", "x-signature": createHmac("sha256", SECRET).update(body).digest("hex") }); // biome-ignore format: one line

async function tried(where: string, base: string): Promise<void> {
  const good = await ask(`${base}/api/cron`, { headers: { ...vercel, authorization: `Bearer ${SECRET}` } });
  const post = (headers: Record<string, string>, body: string) =>
    ask(`${base}/api/signed`, { method: "POST", headers, body });
  const signed = await post(signature(BODY), BODY);
  const ran = good.status === 200 && good.decision === "admitted" && JSON.stringify(good.body) === '{"ran":true,"ticket":"string"}'; // biome-ignore format: one line
  report.check(ran, `${where}: a genuine request runs the job`, () => JSON.stringify(good));
  const read = JSON.stringify(signed.body) === `{"ran":true,"body":${BODY}}`;
  report.check(signed.status === 200 && read, `${where}: a signed body is let in, and the handler reads it`, () => JSON.stringify(signed)); // biome-ignore format: one line
  const refused = [
    await ask(`${base}/api/cron`, { headers: vercel }),
    await ask(`${base}/api/cron`, { headers: { ...vercel, authorization: `Bearer ${SECRET}x` } }),
    await ask(`${base}/api/cron`),
    await post(signature(BODY), `${BODY} `),
    await post({ authorization: `Bearer ${SECRET}` }, BODY),
  ];
  const all = refused.every(({ status, decision, body }) => status === 401 && decision === "rejected" && !JSON.stringify(body).includes("ran")); // biome-ignore format: one line
  report.check(all, `${where}: five wrong ones do not`, () => JSON.stringify(refused));
}

interface Decision {
  readonly reason: string;
  readonly diagnosis?: string | null;
  readonly contractResembled?: string | null;
}

async function arrived(where: string): Promise<void> {
  const wanted = ["admitted", "admitted", "bad_signature", "hint_without_proof", "missing_credentials", "wrong_contract", "wrong_secret"]; // biome-ignore format: one line
  let decisions: Decision[] = [];
  for (let i = 0; i < 200 && decisions.length < wanted.length; i++) {
    const of = (name: string) => rollcall.all<Decision>(`/boundary/decisions?route=${where}-${name}`);
    decisions = (await Promise.all(["bearer", "signed"].map(of))).flat();
    if (decisions.length < wanted.length) await sleep(50);
  }
  const reasons = decisions.map(({ reason }) => reason).sort();
  report.check(reasons.join() === wanted.join(), `${where}: all seven decisions arrive at Rollcall`, () => reasons.join()); // biome-ignore format: one line
  const bare = decisions.filter(
    ({ reason, diagnosis }) => reason !== "admitted" && !/^The .*\.$/.test(diagnosis ?? ""),
  );
  report.check(bare.length === 0, `${where}: every refusal is described in a sentence`, () => JSON.stringify(bare));
}

async function main(): Promise<void> {
  await rollcall.start();
  const tarball = packed();
  const express = application("express-app", tarball, EXPRESS);
  symlinkSync(join(root, "node_modules/express"), join(express, "node_modules/express"));
  await tried("Express", await serve(express, ["server.js"], await routes("express")));
  await arrived("express");
  if (ALL) {
    const next = application("next-app", tarball, NEXT);
    const program = join(root, "node_modules/next/dist/bin/next");
    const env = { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" } as const;
    execFileSync(process.execPath, [program, "build"], { cwd: next, env, stdio: ["ignore", "pipe", "pipe"] });
    for (const runtime of ["nodejs", "edge"] as const) {
      const origin = await serve(next, [program, "start"], await routes(runtime));
      await tried(`Next.js, ${runtime}`, `${origin}/${runtime}`);
      await arrived(runtime);
    }
  }
  report.end(`${ALL ? "Express and Next.js, on Node and on the edge" : "Express"}: let in and refused as they should be, and told`); // biome-ignore format: one line
}

await runTrial(main, async () => {
  for (const child of children) {
    child.kill("SIGTERM");
    if (child.exitCode === null) await Promise.race([new Promise((gone) => child.once("exit", gone)), sleep(5_000)]);
    child.kill("SIGKILL");
  }
  await rollcall.remove();
  rmSync(folder, { recursive: true, force: true });
});
