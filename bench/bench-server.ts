/** A server for measuring, in a process of its own: Rollcall's doors without the pages, over its embedded database. */
import { loadConfig } from "#lib/config.ts";
import { startListener } from "#lib/db/listen.ts";
import { clientConfig, makePool } from "#lib/db/pool.ts";
import { makePrisma } from "#lib/db/prisma.ts";
import { log } from "#lib/log.ts";
import { startRuntime, stopRuntime } from "#lib/runtime.ts";
import { systemClock } from "#lib/time/clock.ts";
import { sleep } from "#lib/time/timers.ts";
import { apiListener } from "#server/api/listener.ts";
import { openDatabase } from "#server/database.ts";
import { openEngine } from "#server/engine.ts";
import { openEvidence } from "#server/evidence.ts";
import { prepareFirstStart } from "#server/first-start.ts";
import { healthDoor, healthOf } from "#server/health.ts";
import { openFront } from "#server/http.ts";
import { openLive } from "#server/live.ts";

const read = loadConfig();
if (!read.ok) throw new Error(read.problem.message);
const config = read.value;
const database = await openDatabase(config, log);
const { connection } = database;
const clock = systemClock(() => {});
const pool = makePool({ connection, max: 20, onIdleError: () => {} });
const runtime = startRuntime({ config, clock, pool, prisma: makePrisma(pool) });
await prepareFirstStart(config, { clock, log });
const listener = await startListener({ connection: clientConfig(connection), sleep });
const engine = await openEngine({ config, runtime, listener, log });
const evidence = await openEvidence({ config, runtime, listener, recorder: engine.recorder, log });
const front = await openFront({
  host: "127.0.0.1",
  port: config.port,
  early: [{ path: "/healthz", door: healthDoor(() => healthOf(database.away())) }],
  onBug: (thrown) => log.error({ err: thrown }, "A bug"),
});
await engine.start(evidence.tick);
const live = await openLive({ listener, instanceId: runtime.instanceId, onTrouble: () => {} });
front.open([
  { path: "/ping/", door: evidence.door },
  { path: "/gate/", door: evidence.gateDoor },
  { path: "/api/v1/live", door: live.door },
  { path: "/api/v1", door: apiListener },
]);
process.send?.({ ready: true, port: front.port, connection });

process.once("SIGTERM", async () => {
  live.close();
  await front.close(1_000);
  await evidence.close();
  await engine.close();
  await listener.stop();
  await stopRuntime();
  await database.stop();
  process.exit(0);
});
