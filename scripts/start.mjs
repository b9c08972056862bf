// `npm start`: makes what is missing, then becomes the server, in this same process so that every signal reaches it.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { handOver, prepare, root } from "./build.mjs";

try {
  await prepare();
} catch (thrown) {
  console.error(`rollcall: ${thrown.message}`);
  process.exit(1);
}
if (process.argv.includes("--demo")) process.env.ROLLCALL_DEMO = "1";
process.env.NODE_ENV = "production";
process.env.NEXT_TELEMETRY_DISABLED ??= "1";
handOver();
await import(pathToFileURL(join(root, "dist", "server", "main.js")).href);
