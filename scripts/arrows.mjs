// npm run arrows [-- --quiet | --dot | --svg]: checks the arrows and the habits of the house, prints each with its
// reason, and draws which module knows which.
import { spawnSync } from "node:child_process";
import Module, { createRequire, register } from "node:module";
import { root } from "./build.mjs";
import { habits } from "./habits.mjs";

const require = createRequire(import.meta.url);
const FOLDERS = ["lib", "server", "app", "components", "packages", "e2e", "trials", "bench"];

/** dependency-cruiser 17 reads TypeScript with a compiler before 7, whose API it knows: it gets the one of ts-morph. */
function lendCompiler() {
  const file = require.resolve("@ts-morph/common").replace(/[^/\\]+$/, "typescript.js");
  const { version } = require(file);
  const load = Module._load;
  Module._load = (request, ...rest) => (request === "typescript/package.json" ? { version } : load(request, ...rest));
  const from = JSON.stringify(new URL(`file://${file}`).href);
  const hook = `export const resolve = (name, context, next) => next(name === "typescript" ? ${from} : name, context);`;
  register(`data:text/javascript,${encodeURIComponent(hook)}`);
}

async function cruiseAll() {
  lendCompiler();
  const { cruise } = await import("dependency-cruiser");
  const { existsSync } = await import("node:fs");
  const config = require("../.dependency-cruiser.cjs");
  const { output } = await cruise(
    FOLDERS.filter((folder) => existsSync(folder)),
    { ...config.options, ruleSet: { forbidden: config.forbidden }, validate: true },
  );
  return { rules: config.forbidden, ...output };
}

/** What a file counts as in the drawing: its module of lib, or its folder. */
const moduleOf = (file) => {
  const [top, second] = file.split("/");
  return top === "lib"
    ? second.replace(/\.ts$/, "")
    : top === "server" && !second.includes(".")
      ? `${top}/${second}`
      : top;
};

function dotOf(modules) {
  const edges = new Map();
  for (const { source, dependencies } of modules) {
    if (/\.test\.tsx?$|^(lib\/testing|e2e|trials|bench)\//.test(source) || source.includes("node_modules")) continue;
    for (const { resolved } of dependencies) {
      if (!FOLDERS.some((folder) => resolved.startsWith(`${folder}/`))) continue;
      const [from, to] = [moduleOf(source), moduleOf(resolved)];
      if (from !== to) edges.set(`"${from}" -> "${to}"`, (edges.get(`"${from}" -> "${to}"`) ?? 0) + 1);
    }
  }
  const lines = [...edges].sort().map(([edge, count]) => `  ${edge} [label="${count}"];`);
  return `digraph arrows {\n  rankdir=TB;\n  node [shape=box, fontname="sans-serif"];\n${lines.join("\n")}\n}`;
}

process.chdir(root);
const flags = new Set(process.argv.slice(2));
const { rules, modules, summary } = await cruiseAll();

if (flags.has("--dot") || flags.has("--svg")) {
  const dot = dotOf(modules);
  const svg = flags.has("--svg") ? spawnSync("dot", ["-Tsvg"], { input: dot, encoding: "utf8" }) : null;
  if (svg?.error) console.error("There is no `dot` (Graphviz) here: this is its source.");
  console.log(svg?.stdout || dot);
} else {
  const broken = new Map(rules.map(({ name }) => [name, []]));
  for (const { rule, from, to, cycle } of summary.violations) {
    broken.get(rule.name)?.push(cycle ? `${from} → ${cycle.map((one) => one.name).join(" → ")}` : `${from} → ${to}`);
  }
  const found = [...rules.map((rule) => ({ ...rule, broken: broken.get(rule.name) ?? [] })), ...habits()];
  let red = 0;
  let said = "";
  for (const { name, comment, broken } of found) {
    red += broken.length;
    if (flags.has("--quiet") && broken.length === 0) continue;
    console.log(`${broken.length === 0 ? "✓" : "✗"} ${name}${comment === said ? "" : `: ${comment}`}`);
    said = comment;
    for (const line of broken) console.log(`    ${line}`);
  }
  if (!flags.has("--quiet")) console.log(`\n${dotOf(modules)}`);
  const files = modules.filter(({ source }) => !source.includes("node_modules")).length;
  console.log(`\n${found.length} rules over ${files} files: ${red === 0 ? "all kept" : `${red} broken`}`);
  process.exitCode = red === 0 ? 0 : 1;
}
