import { execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bundleSize } from "./testing/bundle-size.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = dirname(dirname(here));
let folder = "";
const installed = () => join(folder, "node_modules", "@rollcall", "gate");

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "rollcall-gate-"));
  // A copy, so that what others have built is left alone.
  execFileSync("cp", ["-r", join(here, "package.json"), join(here, "README.md"), join(here, "LICENSE"), folder]);
  execFileSync(process.execPath, [join(here, "build.mjs"), join(folder, "dist")]);
  const packed = execFileSync("npm", ["pack", "--ignore-scripts", "--json", folder], { cwd: folder, encoding: "utf8" });
  const [{ filename }] = JSON.parse(packed);
  mkdirSync(installed(), { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, filename), "--strip-components=1", "-C", installed()]);
  symlinkSync(join(root, "node_modules", "express"), join(folder, "node_modules", "express"));
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const runs = (file: string, code: string): string => {
  writeFileSync(join(folder, file), code);
  return execFileSync(process.execPath, [join(folder, file)], { cwd: folder, encoding: "utf8" });
};

describe("the packed package, installed elsewhere", () => {
  test("holds what it says, and depends on nothing", () => {
    const { dependencies, exports } = JSON.parse(readFileSync(join(installed(), "package.json"), "utf8"));
    expect(dependencies).toBeUndefined();
    const files = JSON.stringify(exports).match(/\.\/dist\/[^"]+/g) ?? [];
    expect(files.length).toBeGreaterThan(10);
    for (const file of files) expect(() => readFileSync(join(installed(), file)), file).not.toThrow();
    for (const file of ["README.md", "LICENSE"]) expect(readFileSync(join(installed(), file), "utf8")).not.toBe("");
  });

  const secret = "a-secret-of-some-length";
  const says = `
    const gate = createGate({ route: "r", gateKey: "a-gate-key-of-some-length", contract: { kind: "bearer", secret: "${secret}" }, tokens: tokens(), describe });
    const run = gate.protect(() => new Response("ran"));
    const ask = (authorization) => run(new Request("https://a.example/job", { headers: { authorization } }));
    Promise.all([ask("Bearer ${secret}"), ask("Bearer other")]).then((all) => console.log(all.map((a) => a.status).join()));`;

  test("is imported", () => {
    const code = `import { createGate } from "@rollcall/gate"; import { tokens } from "@rollcall/gate/jwt"; import { describe } from "@rollcall/gate/describe"; ${says}`;
    expect(runs("app.mjs", code)).toBe("200,401\n");
  });

  test("is required", () => {
    const code = `const { createGate } = require("@rollcall/gate"); const { tokens } = require("@rollcall/gate/jwt"); const { describe } = require("@rollcall/gate/describe"); ${says}`;
    expect(runs("app.cjs", code)).toBe("200,401\n");
  });

  test("serves an Express application, and sends its last decisions when that is told to end", async () => {
    const code = `
      import { createServer } from "node:http";
      import express from "express";
      import { createGate } from "@rollcall/gate";
      const rollcall = createServer((request, response) => {
        let body = "";
        request.on("data", (chunk) => (body += chunk));
        request.on("end", () => {
          process.stdout.write(JSON.parse(body).items.map(({ reason }) => reason).join() + "\\n");
          response.writeHead(202).end();
        });
      }).listen(0, "127.0.0.1", () => {
        const report = { url: "http://127.0.0.1:" + rollcall.address().port, key: "k", everyMs: 600_000 };
        const gate = createGate({ route: "r", gateKey: "a-gate-key-of-some-length", contract: { kind: "bearer", secret: "${secret}" }, report });
        const app = express();
        app.get("/job", gate.node((_request, response) => response.json({ ran: true })));
        const server = app.listen(0, "127.0.0.1", () => process.stdout.write("http://127.0.0.1:" + server.address().port + "\\n"));
      });`;
    writeFileSync(join(folder, "server.mjs"), code);
    const child = spawn(process.execPath, ["server.mjs"], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    child.stdout.on("data", (chunk) => {
      said += chunk;
    });
    const ended = new Promise((resolve) => child.once("exit", (_code, signal) => resolve(signal)));
    try {
      while (!said.includes("\n")) await new Promise((resolve) => child.stdout.once("data", resolve));
      const origin = said.trim();
      const good = await fetch(`${origin}/job`, { headers: { authorization: `Bearer ${secret}` } });
      expect([good.status, await good.json(), good.headers.get("rollcall-decision")]).toEqual([200, { ran: true }, "admitted"]); // biome-ignore format: one line
      expect((await fetch(`${origin}/job`)).status).toBe(401);
      said = "";
      child.kill("SIGTERM");
      expect(await ended).toBe("SIGTERM");
      expect(said).toBe("admitted,missing_credentials\n");
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("type-checks in an application of its own, for import and for require", () => {
    const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
    const code = `import { createGate, type Gate } from "@rollcall/gate";
      const gate: Gate = createGate({ route: "r", gateKey: undefined, contract: { kind: "vercel-cron", secret: undefined } });
      export const GET: (request: Request, context: { params: Promise<object> }) => Promise<Response> = gate.protect(
        async (request: Request, { ticket }, _context: { params: Promise<object> }) => Response.json([request.url, await ticket()]));
      // @ts-expect-error there is no such contract
      createGate({ route: "r", gateKey: undefined, contract: { kind: "vercel", secret: "" } });
      // @ts-expect-error an audience is needed
      createGate({ route: "r", gateKey: undefined, contract: { kind: "github-oidc", repository: "a/b" } });`;
    for (const name of ["app.mts", "app.cts"]) writeFileSync(join(folder, name), code);
    const args = ["--noEmit", "--strict", "--skipLibCheck", "false", "--target", "es2023", "--lib", "es2023,dom,dom.iterable", "--types", ""]; // biome-ignore format: one line
    for (const module of ["nodenext", "esnext"]) {
      const resolution = module === "esnext" ? ["--moduleResolution", "bundler"] : [];
      const files = module === "esnext" ? ["app.mts"] : ["app.mts", "app.cts"];
      execFileSync(process.execPath, [tsc, ...args, "--module", module, ...resolution, ...files], { cwd: folder, stdio: "pipe" }); // biome-ignore format: one line
    }
  });
});

describe("in a bundle", () => {
  test("the core is 15 KiB at most, compressed, without the contracts that need jose, and imports nothing", async () => {
    const { bytes, imports } = await bundleSize({ entry: join(installed(), "dist/esm/index.js"), withoutJwt: false });
    expect(imports).toEqual([]);
    expect(bytes).toBeLessThan(17_000);
    const source = join(here, "src/index.ts");
    expect((await bundleSize({ entry: source, withoutJwt: true })).bytes).toBeLessThanOrEqual(15 * 1_024);
  });
});
