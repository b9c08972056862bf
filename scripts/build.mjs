// Everything between a clone and a program that can run, each step only when what it depends on has changed. Plain
// JavaScript without dependencies: it runs before there are any.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const at = (...parts) => join(root, ...parts);

const OLDEST_NODE = [20, 19];
const SOURCES = ["app", "components", "lib", "server", "packages", "prisma", "public", "scripts/build.mjs", "next.config.ts",
  "postcss.config.mjs", "prisma.config.ts", "tsconfig.json", "package.json", "package-lock.json"]; // biome-ignore format: a list
const LEFT_OUT = /(^|\/)(node_modules|generated|dist|coverage|testing)$|\.test\.tsx?$|\.md$/;

const say = (text) => console.log(`rollcall: ${text}`);

/** The steps' children, so that a signal ends them too. */
const children = new Set();
function stop(name) {
  const exit = () => process.exit(name === "SIGINT" ? 130 : 143);
  if (children.size === 0) exit();
  // npm puts back what it was about to change, and the next start must not meet it at that.
  for (const child of children) {
    child.kill(name);
    child.once("exit", exit);
  }
  setTimeout(() => {
    for (const child of children) child.kill("SIGKILL");
    exit();
  }, 12_000);
}
const SIGNALS = ["SIGINT", "SIGTERM"];
for (const name of SIGNALS) process.on(name, stop);

/** From here on the server takes the signals. */
export function handOver() {
  for (const name of SIGNALS) process.removeListener(name, stop);
}

export function run(command, args, env = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...env },
    });
    children.add(child);
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      children.delete(child);
      if (code === 0) resolve();
      else reject(new Error(`${[command, ...args].join(" ")} ended with ${signal ?? code}`));
    });
  });
}

function hashOf(paths) {
  const hash = createHash("sha256");
  const add = (path) => {
    if (LEFT_OUT.test(path) || !existsSync(at(path))) return;
    if (statSync(at(path)).isDirectory()) {
      for (const name of readdirSync(at(path)).sort()) add(`${path}/${name}`);
    } else
      hash
        .update(`${path}\0`)
        .update(readFileSync(at(path)))
        .update("\0");
  };
  for (const path of paths) add(path);
  return hash.update(process.version).digest("hex");
}

/** A stamp says of what a step was made; it is taken away before the step and written after it. */
async function step({ stamp, of, there, title, act }) {
  if (there && existsSync(stamp) && readFileSync(stamp, "utf8") === of) return;
  say(`${title} …`);
  const began = performance.now();
  rmSync(stamp, { force: true });
  await act();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, of);
  say(`${title}: done in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  console.error(`Rollcall needs Node ${OLDEST_NODE.join(".")} or later; this is ${process.version}.`);
  process.exit(1);
}

/** No engine is fetched: the client needs none, and migrations are applied by Rollcall itself. */
const withoutEngines = {
  PRISMA_SCHEMA_ENGINE_BINARY: "/bin/true",
  PRISMA_HIDE_UPDATE_MESSAGE: "1",
  CHECKPOINT_DISABLE: "1",
};

async function install() {
  const stamp = at("node_modules", ".rollcall-installed");
  const of = createHash("sha256").update(readFileSync(at("package-lock.json"))).update(`${process.platform}-${process.arch}`).digest("hex"); // biome-ignore format: one thing
  const own = at("node_modules", ".package-lock.json");
  // Somebody ran npm themselves after the list had changed; npm writes both files in one go.
  if (existsSync(own) && statSync(own).mtimeMs > statSync(at("package-lock.json")).mtimeMs - 2_000)
    writeFileSync(stamp, of);
  await step({
    ...{ stamp, of, there: existsSync(own), title: "installing packages" },
    act: () => {
      // The npm that started us, else the one in the path.
      const [command, first] = process.env.npm_execpath?.endsWith(".js")
        ? [process.execPath, [process.env.npm_execpath]]
        : ["npm", []];
      // The build needs what npm counts as for development, whatever NODE_ENV says.
      const npm = (...args) =>
        run(
          command,
          [...first, ...args, "--include=dev", "--include=optional", "--fund=false", "--loglevel=error"],
          withoutEngines,
        );
      // `ci` is for an empty folder: it would take away a full one under whoever uses it now. And it wants the lock
      // file to be complete for every platform, where `install` makes do with what it says of this one.
      const install = () => npm("install", "--no-save");
      return existsSync(own) ? install() : npm("ci").catch(install);
    },
  });
}

const bin = (name) => at("node_modules", ".bin", name);

export const generate = () =>
  step({
    stamp: at("lib", "db", "generated", "stamp"),
    of: hashOf(["prisma/schema.prisma", "prisma.config.ts", "package-lock.json"]),
    there: existsSync(at("lib", "db", "generated", "client.ts")),
    title: "generating the database client",
    act: () => run(bin("prisma"), ["generate"], withoutEngines),
  });

async function bundleServer() {
  // Resolved late: it is not there before the packages are.
  const { build } = await import(pathToFileURL(createRequire(import.meta.url).resolve("esbuild")).href);
  await build({
    ...{ absWorkingDir: root, entryPoints: ["server/main.ts"], outfile: "dist/server/main.js" },
    ...{ bundle: true, packages: "external", platform: "node", format: "esm", target: "node20", sourcemap: "linked" },
    logLevel: "warning",
  });
}

const compile = () =>
  step({
    stamp: at("dist", "stamp"),
    of: hashOf(SOURCES),
    there: existsSync(at("dist", "server", "main.js")) && existsSync(at(".next", "BUILD_ID")),
    title: "building",
    act: async () => {
      await bundleServer();
      await run(bin("next"), ["build"], { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" });
    },
  });

export async function prepare({ development = false } = {}) {
  checkNode();
  await install();
  await generate();
  if (!development) await compile();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    await prepare();
  } catch (thrown) {
    console.error(`rollcall: ${thrown.message}`);
    process.exit(1);
  }
}
