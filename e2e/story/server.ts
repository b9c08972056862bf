/**
 * Rollcall with the story in it, its clock standing still at `STORY_NOW`: the same pages each time. Its engine does not
 * run. Told by its parent: the folder in `ROLLCALL_DATA_DIR`; tells it the port.
 */
import { loadConfig } from "#lib/config.ts";
import { startListener } from "#lib/db/listen.ts";
import { clientConfig, makePool } from "#lib/db/pool.ts";
import { makePrisma } from "#lib/db/prisma.ts";
import { log } from "#lib/log.ts";
import { projectRoot } from "#lib/project-root.ts";
import { startRuntime, stopRuntime } from "#lib/runtime.ts";
import { instant } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { apiListener } from "#server/api/listener.ts";
import { openDatabase } from "#server/database.ts";
import type { Door } from "#server/door.ts";
import { openEngine } from "#server/engine.ts";
import { openEvidence } from "#server/evidence.ts";
import { prepareFirstStart } from "#server/first-start.ts";
import { openFront } from "#server/http.ts";
import { openLive } from "#server/live.ts";
import { openPages } from "#server/next.ts";
import type { StoryClock } from "./clock.ts";
import { STORY_NOW } from "./jobs.ts";
import { tellStory } from "./tell.ts";
import { tellTroubles } from "./troubles.ts";

const read = loadConfig();
if (!read.ok) throw new Error(read.problem.message);
const config = read.value;
const clock: StoryClock = {
  at: instant(STORY_NOW),
  now() {
    return this.at;
  },
};

const database = await openDatabase(config, log);
const { connection } = database;
const pool = makePool({ connection, max: 20, onIdleError: () => {} });
const runtime = startRuntime({ config, clock, pool, prisma: makePrisma(pool) });
if (process.argv.includes("--empty")) {
  await prepareFirstStart(config, { clock, log });
  if (process.argv.includes("--troubles")) await tellTroubles(pool, clock, config.secret);
} else {
  // A story can be told again: it need not wait for the disk.
  await pool.query("ALTER ROLE CURRENT_USER SET synchronous_commit = off");
  const hasty = makePool({ connection, max: 4, onIdleError: () => {} });
  const began = performance.now();
  await tellStory(hasty, clock);
  await hasty.end();
  log.info(`The story is told, in ${((performance.now() - began) / 1_000).toFixed(1)} s`);
}

// What asks the machine for the time is told the story's: sessions, and pages while they are rendered.
const MachineDate = Date;
class StoryDate extends MachineDate {
  // Its own, not inherited: Next wraps what it finds, and looks at a constructor's own properties.
  static override UTC = MachineDate.UTC;
  static override parse = MachineDate.parse;
  static override now = (): number => clock.at;
  constructor(...given: [] | [number]) {
    if (given.length === 0) super(clock.at);
    else super(...given);
  }
}
globalThis.Date = StoryDate as DateConstructor;
const inStoryTime =
  (door: Door): Door =>
  (request, response) => {
    response.setHeader("Date", new Date().toUTCString());
    return door(request, response);
  };

const onBug = (thrown: unknown) => log.error({ err: thrown }, "A bug");
const listener = await startListener({ connection: clientConfig(connection), sleep });
const engine = await openEngine({ config, runtime, listener, log });
const evidence = await openEvidence({ config, runtime, listener, recorder: engine.recorder, log });
const live = await openLive({ listener, instanceId: runtime.instanceId, onTrouble: () => {} });
const front = await openFront({ host: "127.0.0.1", port: config.port, early: [], onBug });
const pages = openPages({ dir: projectRoot(), config: { ...config, production: true }, port: front.port, onBug });
front.open([
  { path: "/ping/", door: inStoryTime(evidence.door) },
  { path: "/gate/", door: inStoryTime(evidence.gateDoor) },
  { path: "/api/v1/live", door: inStoryTime(live.door) },
  { path: "/api/v1", door: inStoryTime(apiListener) },
  { path: "/", door: inStoryTime(pages.door) },
]);
process.send?.({ port: front.port });

process.once("SIGTERM", async () => {
  live.close();
  await front.close(1_000);
  await pages.close();
  await evidence.close();
  await engine.close();
  await listener.stop();
  await stopRuntime();
  await database.stop();
  process.exit(0);
});
