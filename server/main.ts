/** Composes the process: opens its parts one after the other, and nothing else. `shutdown.ts` closes them in reverse. */
import { loadConfig } from "#lib/config.ts";
import { startListener } from "#lib/db/listen.ts";
import { clientConfig, makePool } from "#lib/db/pool.ts";
import { makePrisma } from "#lib/db/prisma.ts";
import { log } from "#lib/log.ts";
import { isProblemError } from "#lib/problem.ts";
import { projectRoot } from "#lib/project-root.ts";
import { startRuntime, stopRuntime } from "#lib/runtime.ts";
import { systemClock } from "#lib/time/clock.ts";
import { sleep } from "#lib/time/timers.ts";
import { apiListener } from "./api/listener.ts";
import { type Database, openDatabase } from "./database.ts";
import { closeDemoOfProcess, openDemoOfProcess } from "./demo/of-process.ts";
import type { Doorway } from "./door.ts";
import { openEngine } from "./engine.ts";
import { openEvidence } from "./evidence.ts";
import { prepareFirstStart, printSetupLink } from "./first-start.ts";
import { type Health, healthDoor, healthOf, starting } from "./health.ts";
import { openFront } from "./http.ts";
import { type Live, openLive } from "./live.ts";
import { openPages } from "./next.ts";
import { beginLifetime } from "./shutdown.ts";

const DRAIN_MILLIS = 5_000;
const life = beginLifetime(log);
const onBug = (thrown: unknown) => log.error({ err: thrown }, "A bug");
process.on("unhandledRejection", onBug);

async function main(): Promise<void> {
  const read = loadConfig();
  if (!read.ok) {
    log.fatal(`${read.problem.message}. ${read.problem.doNext}`);
    process.exit(1);
  }
  const config = read.value;

  let database: Database | null = null;
  let ready = false;
  const health = (): Health => (ready ? healthOf(database?.away() ?? false) : starting);

  // First, so that a port in use is told before anything is made.
  const front = await life.open("server", {
    open: () =>
      openFront({
        host: config.host,
        port: config.port,
        early: [{ path: "/healthz", door: healthDoor(health) }],
        onBug,
      }),
    close: (opened) => opened.close(DRAIN_MILLIS),
  });
  database = await life.open("database", {
    open: () => openDatabase(config, log),
    close: (opened) => opened.stop(),
  });
  const { connection } = database;
  const runtime = await life.open("runtime", {
    open: () => {
      const clock = systemClock((back) => log.warn(`The machine's clock went back by ${back} ms; Rollcall's goes on`));
      const onIdleError = (thrown: Error) => log.warn(`An idle database connection broke: ${thrown.message}`);
      const pool = makePool({ connection, max: 20, onIdleError });
      return startRuntime({ config, clock, pool, prisma: makePrisma(pool) });
    },
    close: stopRuntime,
  });
  const { clock } = runtime;
  await prepareFirstStart(config, { clock, log });
  const listener = await life.open("listener", {
    open: () => startListener({ connection: clientConfig(connection), sleep }),
    close: (opened) => opened.stop(),
  });
  const engine = await life.open("engine", {
    open: () => openEngine({ config, runtime, listener, log }),
    close: (opened) => opened.close(),
  });
  const doors: Doorway[] = [{ path: "/metrics", door: apiListener }];
  let tick = (): void => {};
  let live: Live | null = null;
  if (config.role !== "engine") {
    const { recorder } = engine;
    const evidence = await life.open("evidence", {
      open: () => openEvidence({ config, runtime, listener, recorder, log }),
      close: (opened) => opened.close(),
    });
    tick = evidence.tick;
    const pages = await life.open("pages", {
      open: () => openPages({ dir: projectRoot(), config, port: front.port, onBug }),
      close: (opened) => opened.close(),
    });
    const onTrouble = (thrown: unknown) => log.warn({ err: thrown }, "Trouble with a live stream");
    live = await openLive({ listener, instanceId: runtime.instanceId, onTrouble });
    doors.unshift(
      { path: "/ping/", door: evidence.door },
      { path: "/gate/", door: evidence.gateDoor },
      { path: "/api/v1/live", door: live.door },
      { path: "/api/v1", door: apiListener },
    );
    doors.push({ path: "/", door: pages.door });
  }
  await engine.start(tick);
  // Last opened, first closed: requests end while all that answers them is there, and before them what never ends.
  await life.open("doors", { open: () => front.open(doors), close: () => front.close(DRAIN_MILLIS) });
  await life.open("live streams", { open: () => {}, close: async () => live?.close() });
  ready = true;
  if (config.role !== "engine") {
    // It calls the doors, and is closed before them.
    await life.open("demo", {
      open: () => openDemoOfProcess({ config, port: front.port, clock, sleep, log }),
      close: closeDemoOfProcess,
    });
  }
  log.info(
    `Rollcall listens on http://${config.host}:${front.port} (role ${config.role}), public as ${config.publicUrl}`,
  );
  if (config.role !== "engine") await printSetupLink(config, clock);
}

main().catch((thrown: unknown) => {
  if (life.ending()) return; // told to stop while it was starting
  if (isProblemError(thrown)) log.fatal(`${thrown.problem.message} ${thrown.problem.doNext}`);
  else log.fatal({ err: thrown }, thrown instanceof Error ? thrown.message : String(thrown));
  return life.end(1);
});
