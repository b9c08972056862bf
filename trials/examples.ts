/**
 * Random tests with other examples than those of `npm test`: so many rounds, each under a seed of its own.
 * Usage: tsx trials/examples.ts [rounds=20]
 */
import { execFileSync, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";

const rounds = Number(process.argv[2] ?? 20);
const files = execFileSync("git", ["grep", "-l", "fc.assert", "--", "*.test.ts"], { encoding: "utf8" })
  .trim()
  .split("\n");
for (let round = 1; round <= rounds; round++) {
  const seed = randomInt(2 ** 31 - 1);
  const { status, stdout, stderr } = spawnSync(
    "node_modules/.bin/vitest",
    ["run", "--no-color", "--reporter=dot", ...files],
    {
      encoding: "utf8",
      env: { ...process.env, ROLLCALL_SEED: String(seed) },
      maxBuffer: 64 * 1024 * 1024,
    },
  );
  if (status === 0) continue;
  console.log(`${stdout.slice(-6_000)}\n${stderr.slice(-2_000)}`);
  console.log(`examples: red in round ${round} under ROLLCALL_SEED=${seed}`);
  process.exit(1);
}
console.log(`examples: ${rounds} rounds of ${files.length} files of random tests, each under another seed, all green`);
