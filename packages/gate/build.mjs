// Builds what is published into dist: each entry as one file, for `import` and for `require`, with its declarations.
// `node build.mjs [folder]`; `npm pack` runs it.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "dist"));
const ENTRIES = { index: "neutral", "index-node": "node", jwt: "neutral", describe: "neutral" };

async function bundle(format) {
  const folder = join(out, format);
  for (const [entry, platform] of Object.entries(ENTRIES)) {
    await build({
      ...{ absWorkingDir: here, entryPoints: [`src/${entry}.ts`], outfile: join(folder, `${entry}.js`) },
      // jose is taken in: it is ESM alone, and a package without dependencies installs anywhere.
      ...{
        bundle: true,
        platform,
        format,
        target: "es2022",
        treeShaking: true,
        minifySyntax: true,
        legalComments: "inline",
      },
      ...(platform === "neutral" ? { mainFields: ["module", "main"], conditions: ["worker", "import"] } : {}),
      logLevel: "warning",
    });
  }
  writeFileSync(join(folder, "package.json"), `{"type":"${format === "esm" ? "module" : "commonjs"}"}\n`);
}

function declare() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin", "tsc");
  const folder = join(out, "esm");
  const { status, stdout } = spawnSync(process.execPath, [tsc, "-p", here, "--outDir", folder], { encoding: "utf8" });
  if (status !== 0) throw new Error(stdout);
  const declarations = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith(".d.ts"));
  for (const name of declarations) {
    const text = readFileSync(join(folder, name), "utf8");
    const ours = text.replace(/(from "|import\(")(\.{1,2}\/[^"]+)\.ts"/g, '$1$2.js"');
    writeFileSync(join(folder, name), ours);
    mkdirSync(dirname(join(out, "cjs", name)), { recursive: true });
    cpSync(join(folder, name), join(out, "cjs", name));
  }
}

rmSync(out, { recursive: true, force: true });
await bundle("esm");
await bundle("cjs");
declare();
