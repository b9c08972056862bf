// `npm run dev`: the same server from its sources, started anew when one of them changes; pages are Next's to reload.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { handOver, prepare, root } from "./build.mjs";

if (process.argv.includes("--demo")) process.env.ROLLCALL_DEMO = "1";
await prepare({ development: true });
const ignored = ["app", "components", ".next", "data"].flatMap((folder) => ["--exclude", `${root}/${folder}/**/*`]);
// In a session of its own: a Ctrl-C comes from the terminal and from npm, and at the second one tsx kills.
const child = spawn(
  join(root, "node_modules/.bin/tsx"),
  ["watch", "--clear-screen=false", ...ignored, "server/main.ts"],
  {
    ...{ cwd: root, detached: true, stdio: ["ignore", "inherit", "inherit"] },
    env: { ...process.env, NODE_ENV: "development", NEXT_TELEMETRY_DISABLED: "1" },
  },
);
child.once("exit", (code) => process.exit(code ?? 1));
let told = false;
for (const name of ["SIGINT", "SIGTERM"]) {
  process.on(name, () => {
    if (!told) child.kill(name);
    told = true;
  });
}
handOver();
