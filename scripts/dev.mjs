// `npm run dev`: the same server from its sources, started anew when one of them changes; pages are Next's to reload.
import { prepare, root, run } from "./build.mjs";

await prepare({ development: true });
const ignored = ["app", "components", ".next", "data"].flatMap((folder) => ["--exclude", `${root}/${folder}/**/*`]);
const tsx = ["watch", "--clear-screen=false", ...ignored, "server/main.ts"];
await run(`${root}/node_modules/.bin/tsx`, tsx, { NODE_ENV: "development", NEXT_TELEMETRY_DISABLED: "1" }).catch(() => process.exit(1));
