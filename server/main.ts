/** Composes the process: opens its parts one after the other, and nothing else. `shutdown.ts` closes them in reverse. */
import { loadConfig } from "#lib/config.ts";
import { makePool } from "#lib/db/pool.ts";
import { makePrisma } from "#lib/db/prisma.ts";
import { log } from "#lib/log.ts";
import { isProblemError } from "#lib/problem.ts";
import { projectRoot } from "#lib/project-root.ts";
import { startRuntime, stopRuntime } from "#lib/runtime.ts";
import { systemClock } from "#lib/time/clock.ts";
import { type Database, openDatabase } from "./database.ts";
import { type Health, healthDoor } from "./health.ts";
import { openFront } from "./http.ts";
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
  const health = (): Health => {
    if (!ready) return { status: "unavailable", because: "Rollcall is starting" };
    if (database?.away()) return { status: "unavailable", because: "the database ended and is being started again" };
    return { status: "ok" };
  };

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
  await life.open("runtime", {
    open: () => {
      const clock = systemClock((back) => log.warn(`The machine's clock went back by ${back} ms; Rollcall's goes on`));
      const onIdleError = (thrown: Error) => log.warn(`An idle database connection broke: ${thrown.message}`);
      const pool = makePool({ connection, max: 20, onIdleError });
      return startRuntime({ config, clock, pool, prisma: makePrisma(pool) });
    },
    close: stopRuntime,
  });
  // The doors, the narrow ones first: /ping/, /gate/, /api/v1 and /metrics stand before the pages.
  const doors = [];
  if (config.role !== "engine") {
    const { host, production } = config;
    const pages = await life.open("pages", {
      open: () => openPages({ dir: projectRoot(), production, host, port: front.port, onBug }),
      close: (opened) => opened.close(),
    });
    doors.push({ path: "/", door: pages.door });
  }
  front.open(doors);
  ready = true;
  log.info(
    `Rollcall listens on http://${config.host}:${front.port} (role ${config.role}), public as ${config.publicUrl}`,
  );
}

main().catch((thrown: unknown) => {
  if (isProblemError(thrown)) log.fatal(`${thrown.problem.message} ${thrown.problem.doNext}`);
  else log.fatal({ err: thrown }, thrown instanceof Error ? thrown.message : String(thrown));
  return life.end(1);
});
