// npm run trials: the trials at full size, with their figures; about twenty minutes. `npm test` runs a sample of each.
import { join } from "node:path";
import { prepare, root } from "./build.mjs";
import { endAll, run, seconds } from "./steps.mjs";

const TRIALS = [
  ["kill", "100"],
  ["fuzz", "60000"],
  ["cron", "300"],
  ["crontab", ""],
  ["saga", "0"],
  ["several", "120"],
  ["dispatch", "10"],
  ["nginx", ""],
  ["gate-package", "all"],
  ["examples", "20"],
];
for (const name of ["SIGINT", "SIGTERM"]) {
  process.on(name, () => {
    endAll();
    // They clean up after themselves.
    setTimeout(() => process.exit(130), 10_000).unref();
  });
}

await prepare();
const wanted = process.argv.slice(2);
let failed = 0;
for (const [name, size] of TRIALS) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const began = performance.now();
  const { code } = await run(join(root, "node_modules/.bin/tsx"), [join(root, "trials", `${name}.ts`), size], {
    limit: 30 * 60_000,
    echo: true,
  });
  if (code !== 0 && code !== 77) failed++;
  console.log(`${code === 0 ? "✓" : code === 77 ? "–" : "✗"} ${name} (${seconds(began)})\n`);
}
process.exitCode = failed === 0 ? 0 : 1;
