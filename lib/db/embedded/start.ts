/**
 * The PostgreSQL that Rollcall brings along: found or made under the data folder, kept running, shut down.
 *
 * 1. Place: the data folder, or for root a folder that PostgreSQL's user can enter.
 * 2. Lock: one Rollcall a folder; it falls with the process.
 * 3. What outlived an earlier Rollcall is shut down.
 * 4. Cluster: made under another name and renamed, so that a crash leaves none or a whole one.
 * 5. Postmaster: a child in a session of its own; a crash leaves what PostgreSQL recovers from.
 * 6. Supervision: started again, with growing pauses, whenever it ends unasked.
 */
import { existsSync, lstatSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cannotStart } from "#lib/db/cannot-start.ts";
import { type Binaries, findBinaries } from "./binaries.ts";
import { readIfThere } from "./files.ts";
import { lockFolder } from "./lock.ts";
import type { Log } from "./log.ts";
import { LogFile } from "./log-file.ts";
import { clearSocket, findPlace, ROOTS_FOLDER, socketFolder } from "./place.ts";
import { DATABASE, ensureDatabase, launch, makeCluster, type Postmaster } from "./postmaster.ts";
import { disarmPidFile, endRunning } from "./running.ts";
import { databaseUser, type User } from "./user.ts";

/** What `pg` needs to connect. */
export interface Address {
  /** The socket's folder. */
  readonly host: string;
  readonly user: string;
  readonly database: string;
}

export interface Embedded {
  readonly address: Address;
  /** Of PostgreSQL: 18. */
  readonly major: number;
  /** Where the database really lies. */
  readonly realDataDir: string;
  /** A fast shutdown; resolves within 15 s, with no process left. */
  stop(): Promise<void>;
}

export interface EmbeddedOptions {
  readonly dataDir: string;
  readonly log: Log;
  /** The database ended unasked; it is being started again. */
  readonly onUnexpectedExit?: (how: string) => void;
  /** It takes connections again. */
  readonly onUp?: () => void;
}

const LONGEST_PAUSE = 10_000;
/** Up for so long, the next end counts as the first again. */
const STEADY = 60_000;

export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const { log } = options;
  const { home, cluster } = findPlace({ dataDir: options.dataDir, user: databaseUser(), log });
  const user = ownerOf(cluster) ?? databaseUser();
  const lock = await lockFolder(home, () => socketFolder({ home, user: null, socketsInHome: false }));
  try {
    const binaries = findBinaries({ copyInto: user ? ROOTS_FOLDER : null, fallback: home });
    const surroundings = { binaries, cluster, user, log };
    checkCluster(cluster, binaries);
    await endRunning(cluster, log);
    if (!existsSync(cluster)) await makeCluster(surroundings);
    const socket = socketFolder({ home, user, socketsInHome: lock.inFolder });
    const logFile = new LogFile(join(home, "postgresql.log"));
    const start = async (): Promise<Postmaster> => {
      disarmPidFile(cluster);
      clearSocket(socket);
      const postmaster = launch({ ...surroundings, socket, logFile });
      try {
        await postmaster.ready();
        await ensureDatabase(socket);
        return postmaster;
      } catch (thrown) {
        await postmaster.stop();
        throw thrown;
      }
    };
    const stopSupervised = supervise({
      first: await start(),
      start: () => endRunning(cluster, log).then(start),
      options,
    });
    return {
      address: { host: socket, user: DATABASE, database: DATABASE },
      major: binaries.major,
      realDataDir: home,
      stop: once(async () => {
        await stopSupervised();
        logFile.close();
        await lock.release();
      }),
    };
  } catch (thrown) {
    await lock.release();
    throw thrown;
  }
}

/** As root the database runs as who owns it already, so that an ordinary user's data folder stays theirs. */
function ownerOf(cluster: string): User | null {
  if (process.getuid?.() !== 0 || !existsSync(cluster)) return null;
  const { uid, gid } = lstatSync(cluster);
  return uid === 0 ? null : { uid, gid };
}

function checkCluster(cluster: string, binaries: Binaries): void {
  if (!existsSync(cluster)) return;
  const found = readIfThere(join(cluster, "PG_VERSION"))?.trim();
  if (found === String(binaries.major)) return;
  if (found === undefined) {
    if (readdirSync(cluster).length > 0)
      throw cannotStart(`${cluster} holds something that is not a database.`, "Move it away.");
    rmSync(cluster, { recursive: true });
    return;
  }
  throw cannotStart(
    `The database in ${cluster} is of PostgreSQL ${found}, and this Rollcall brings PostgreSQL ${binaries.major}.`,
    'With the Rollcall that made it run "npm run backup -- FILE", move that folder away, then "npm run restore -- FILE" with this one.',
  );
}

function supervise(given: {
  readonly first: Postmaster;
  readonly start: () => Promise<Postmaster>;
  readonly options: EmbeddedOptions;
}): () => Promise<void> {
  const { log, onUnexpectedExit, onUp } = given.options;
  const stopping = new AbortController();
  let current: Postmaster | null = given.first;
  const pause = (millis: number) => sleep(millis, undefined, { signal: stopping.signal }).catch(() => {});

  const restart = async (failures: number): Promise<Postmaster | null> => {
    for (let tries = failures; ; tries++) {
      await pause(Math.min(LONGEST_PAUSE, 100 * 2 ** tries));
      if (stopping.signal.aborted) return null;
      try {
        return await given.start();
      } catch (thrown) {
        log.error(`The database does not start: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
      }
    }
  };

  const watching = (async () => {
    for (let failures = 0; current; failures++) {
      const since = performance.now();
      const how = await current.ended;
      current = null;
      if (stopping.signal.aborted) return;
      log.error(`The database ended by itself (${how}): starting it again`);
      onUnexpectedExit?.(how);
      if (performance.now() - since > STEADY) failures = 0;
      current = await restart(failures);
      if (!current) return;
      if (stopping.signal.aborted) return current.stop(); // it came up while we were told to stop
      log.info("The database is back");
      onUp?.();
    }
  })();

  return async () => {
    stopping.abort();
    await current?.stop();
    await watching;
  };
}

function once(act: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | null = null;
  return () => {
    done ??= act();
    return done;
  };
}
