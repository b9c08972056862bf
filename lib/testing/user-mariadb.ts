/** A user's own MariaDB (Debian's), in a folder of its own: reached by its socket alone. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { needDebian } from "./need.ts";

const SERVER = "/usr/sbin/mariadbd";
const NOBODY = 65_534;
const asNobody = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};

export interface UserMariadb {
  readonly socket: string;
  query(text: string): Promise<void>;
  end(): Promise<void>;
}

/** Answers why there can be none here instead. */
export async function userMariadb(): Promise<UserMariadb | string> {
  const reason = await needDebian(SERVER, "mariadb-server");
  if (reason !== null) return reason;
  const folder = mkdtempSync(join(tmpdir(), "rollcall-user-my-"));
  if (asNobody.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const [data, socket] = [join(folder, "data"), join(folder, "socket")];
  const made = spawnSync(
    "mariadb-install-db",
    ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"],
    { ...asNobody, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`${made.stdout}${made.stderr}`);
  const args = [
    "--no-defaults",
    `--datadir=${data}`,
    `--socket=${socket}`,
    "--skip-networking",
    "--default-time-zone=+02:00",
  ];
  const server: ChildProcess = spawn(SERVER, args, { ...asNobody, stdio: "ignore" });
  const ask = async (text: string): Promise<void> => {
    const connection = await createConnection({ socketPath: socket, user: "root", multipleStatements: true });
    try {
      await connection.query(text);
    } finally {
      await connection.end();
    }
  };
  for (let tries = 0; ; tries++) {
    try {
      await ask("SELECT 1");
      break;
    } catch (thrown) {
      if (tries === 100) throw thrown;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  return {
    socket,
    query: ask,
    async end() {
      const exited = new Promise((resolve) => server.once("exit", resolve));
      server.kill("SIGTERM");
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
