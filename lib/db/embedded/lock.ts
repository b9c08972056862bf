/**
 * One Rollcall a data folder. A holder listens on a socket of its own name in the folder, which the kernel closes with
 * the process however that ends, so that there is no stale lock and no reused pid; and sockets with a path are seen
 * from other containers that share the folder. First announce, then look around: of two that start at once at most one
 * stays.
 */
import { randomUUID } from "node:crypto";
import { closeSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cannotStart } from "#lib/db/cannot-start.ts";
import { errorCode } from "./files.ts";
import { SOCKET_PATH_BYTES } from "./place.ts";

export interface Lock {
  /** Whether the folder's file system has sockets; else the lock lies elsewhere. */
  readonly inFolder: boolean;
  release(): Promise<void>;
}

const NAME = /^lock-[0-9a-f-]{36}$/;

function listen(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.end(`${process.pid}\n`).on("error", () => socket.destroy()));
    server.once("error", reject);
    server.listen(path, () => {
      server.removeListener("error", reject);
      server.unref();
      resolve(server);
    });
  });
}

/** The pid of who listens there; `null` when nobody does. */
function holder(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    let said = "";
    const socket = connect(path);
    socket.setEncoding("utf8").setTimeout(2_000, () => socket.destroy());
    socket.on("connect", () => {
      said = "unknown";
    });
    socket.on("data", (text: string) => {
      said = text.trim();
    });
    socket.on("error", () => {}); // refused or gone: nobody
    socket.on("close", () => resolve(said || null));
  });
}

async function othersIn(folder: string, own: string): Promise<string[]> {
  const found: string[] = [];
  for (const name of readdirSync(folder)) {
    if (!NAME.test(name) || name === own) continue;
    const pid = await holder(join(folder, name));
    if (pid) found.push(pid);
    else rmSync(join(folder, name), { force: true }); // names are never used again, so this cannot hit a living one
  }
  return found;
}

async function lockIn(folder: string): Promise<Omit<Lock, "inFolder">> {
  // Linux: through the descriptor the path is short, however deep the folder lies.
  const fd = openSync(folder, "r");
  const short = process.platform === "linux" ? `/proc/self/fd/${fd}` : folder;
  let server: Server | null = null;
  let own = "";
  const release = async () => {
    rmSync(join(short, own), { force: true });
    await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
    closeSync(fd);
  };
  try {
    for (let attempt = 0; ; attempt++) {
      own = `lock-${randomUUID()}`;
      const draft = own.slice(0, 13).replace("lock", "new");
      if (Buffer.byteLength(join(short, own)) > SOCKET_PATH_BYTES)
        throw Object.assign(new Error(), { code: "ENAMETOOLONG" });
      server = await listen(join(short, draft));
      renameSync(join(short, draft), join(short, own)); // it appears under its name only when it already listens
      const others = await othersIn(short, own);
      if (others.length === 0) return { release };
      rmSync(join(short, own), { force: true });
      await new Promise((resolve) => server?.close(resolve));
      server = null;
      if (attempt === 3) {
        throw cannotStart(
          `Another Rollcall (process ${others.join(", ")}) runs on ${folder}.`,
          "Stop it first, or set ROLLCALL_DATA_DIR to another folder.",
        );
      }
      await sleep(20 + Math.random() * 150); // the other may be one that starts too and gives way at this moment
    }
  } catch (thrown) {
    if (server) await release();
    else closeSync(fd);
    throw thrown;
  }
}

/** Throws when another process holds it. `elsewhere`: a folder for the lock where `folder` cannot hold a socket. */
export async function lockFolder(folder: string, elsewhere: () => string): Promise<Lock> {
  try {
    return { ...(await lockIn(folder)), inFolder: true };
  } catch (thrown) {
    const noSockets = ["ENAMETOOLONG", "ENOTSUP", "EOPNOTSUPP", "EPERM", "EINVAL", "EACCES", "ENOSYS"];
    if (!noSockets.includes(errorCode(thrown) ?? "")) throw thrown;
    return { ...(await lockIn(elsewhere())), inFolder: false };
  }
}
