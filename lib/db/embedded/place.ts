/** Where the database lies on the disk, and where its socket. */
import { createHash } from "node:crypto";
import { chmodSync, chownSync, existsSync, lstatSync, mkdirSync, realpathSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cannotStart } from "#lib/db/cannot-start.ts";
import { errorCode, readIfThere, writeWhole } from "./files.ts";
import type { Log } from "./log.ts";
import { canReach, type User } from "./user.ts";

export const ROOTS_FOLDER = "/var/lib/rollcall";
const POINTER = "database-is-at";

export interface Place {
  /** Holds the cluster, its log and the lock; the data folder itself, but for root under a closed folder. */
  readonly home: string;
  /** PGDATA. */
  readonly cluster: string;
}

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

/** Makes `folder` belong to the database's user; false where the file system does not have it. */
function belongs(folder: string, user: User): boolean {
  try {
    chownSync(folder, user.uid, user.gid);
    return lstatSync(folder).uid === user.uid;
  } catch (thrown) {
    if (["EPERM", "EINVAL", "EROFS", "ENOSYS"].includes(errorCode(thrown) ?? "")) return false;
    throw thrown;
  }
}

/** Whether the database's user can live in the data folder; tried with a folder that is removed again. */
function livable(dataDir: string, user: User): boolean {
  const trial = join(dataDir, `.trial-${process.pid}`);
  if (!canReach(trial, user)) return false;
  mkdirSync(trial, { mode: 0o700 });
  try {
    return belongs(trial, user);
  } finally {
    rmSync(trial, { recursive: true });
  }
}

/** The place of a database that has been made; `null` when there is none. Changes nothing. */
export function existingPlace(dataDir: string): Place | null {
  if (!existsSync(dataDir)) return null;
  const home = readIfThere(join(realpathSync(dataDir), POINTER))?.trim() ?? realpathSync(dataDir);
  return existsSync(join(home, "database")) ? { home, cluster: join(home, "database") } : null;
}

/** Finds or chooses the place of this data folder's database; makes its folder, not the cluster. */
export function findPlace(options: { readonly dataDir: string; readonly user: User | null; readonly log: Log }): Place {
  const { user, log } = options;
  mkdirSync(options.dataDir, { recursive: true, mode: user ? 0o711 : 0o700 });
  const dataDir = realpathSync(options.dataDir);
  const at = (home: string): Place => ({ home, cluster: join(home, "database") });

  const pointer = readIfThere(join(dataDir, POINTER))?.trim();
  if (pointer && existsSync(pointer)) return at(pointer);
  if (pointer)
    throw cannotStart(
      `${join(dataDir, POINTER)} names ${pointer}, which is not there.`,
      "Bring that folder back, or delete this file to begin with an empty database.",
    );
  if (!user || existsSync(at(dataDir).cluster)) return at(dataDir);
  // The folder is Rollcall's own, so that it may be opened for passing through.
  if (dataDir === ROOTS_FOLDER) chmodSync(dataDir, 0o711);
  if (livable(dataDir, user)) return at(dataDir);

  const home = join(ROOTS_FOLDER, `data-${shortHash(dataDir)}`);
  mkdirSync(ROOTS_FOLDER, { recursive: true, mode: 0o711 });
  chmodSync(ROOTS_FOLDER, 0o711);
  if (existsSync(home)) {
    // The data folder is a new one at an old path. Its secret is gone with the old one, so that this is no heir.
    const aside = `${home}-until-${new Date().toISOString().replace(/\D/g, "").slice(0, 14)}`;
    renameSync(home, aside);
    log.warn(`${dataDir} is new, but an earlier folder there had a database: it is kept in ${aside}`);
  }
  mkdirSync(home, { mode: 0o711 });
  writeWhole(join(home, "belongs-to"), `${dataDir}\n`); // for who finds it and wonders
  writeWhole(join(dataDir, POINTER), `${home}\n`);
  log.info(
    `PostgreSQL does not run as root, and user ${user.uid} cannot enter ${dataDir}: the database lies in ${home}`,
  );
  return at(home);
}

/** Longest path of a Unix socket: 108 bytes on Linux, 104 on macOS, with the closing zero. */
export const SOCKET_PATH_BYTES = 103;
const SOCKET_FILE = ".s.PGSQL.5432";

function ownFolder(folder: string, user: User | null): boolean {
  try {
    mkdirSync(folder, { mode: 0o700 });
    if (user) chownSync(folder, user.uid, user.gid);
  } catch (thrown) {
    if (errorCode(thrown) !== "EEXIST") throw thrown;
  }
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== (user?.uid ?? process.getuid?.())) return false;
  chmodSync(folder, 0o700);
  return true;
}

/**
 * A folder for the socket that only the database's user and root can enter: that is all the authentication there is.
 * Beside the cluster where paths are short and the file system has sockets, else under /tmp, where a folder of
 * another's making is passed over.
 */
export function socketFolder(options: { home: string; user: User | null; socketsInHome: boolean }): string {
  const { home, user } = options;
  const beside = join(home, "socket");
  if (options.socketsInHome && Buffer.byteLength(join(beside, SOCKET_FILE)) <= SOCKET_PATH_BYTES) {
    if (ownFolder(beside, user)) return beside;
  }
  for (let n = 0; n < 10; n++) {
    const folder = `/tmp/rollcall-${shortHash(home)}${n === 0 ? "" : `-${n}`}`;
    if (ownFolder(folder, user)) return folder;
  }
  throw new Error(`/tmp/rollcall-${shortHash(home)} and nine more belong to somebody else`);
}

/** Nobody listens there any more: the caller holds the lock and has seen that no postmaster runs. */
export function clearSocket(folder: string): void {
  rmSync(join(folder, SOCKET_FILE), { force: true });
  rmSync(join(folder, `${SOCKET_FILE}.lock`), { force: true });
}
