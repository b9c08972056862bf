/** A real Rollcall for a trial: the built server over a data folder of its own, started, killed, asked, and cleaned up. */
import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import pg from "pg";
import { existingPlace, ROOTS_FOLDER } from "#lib/db/embedded/place.ts";
import { projectRoot } from "#lib/project-root.ts";
import { freePort } from "#lib/testing/free-port.ts";

export const sleep = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis));

/** Whether a process lives, and is no zombie. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch (thrown) {
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface RollcallOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** A data folder that exists already, and stays. */
  readonly dataDir?: string;
  readonly keys?: { readonly api: string; readonly ping: string };
}

const KEPT_LOG = 200_000;

export class Rollcall {
  readonly dataDir: string;
  readonly apiKey: string;
  readonly pingKey: string;
  readonly #own: boolean;
  readonly #env: Readonly<Record<string, string>>;
  port = 0;
  /** How often it had ended by itself and was started again. */
  restarts = 0;
  #failures = 0;
  #child: ChildProcess | null = null;
  #log = "";

  constructor({ env = {}, dataDir, keys }: RollcallOptions = {}) {
    this.#own = dataDir === undefined;
    this.dataDir = dataDir ?? mkdtempSync(join(tmpdir(), "rollcall-trial-"));
    // As root the database runs as another user, who has to pass through.
    if (this.#own) chmodSync(this.dataDir, 0o711);
    this.apiKey = keys?.api ?? randomBytes(24).toString("base64url");
    this.pingKey = keys?.ping ?? randomBytes(17).toString("base64url").slice(0, 22);
    this.#env = env;
  }

  get base(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** What it said last, for a failure's report. */
  get log(): string {
    return this.#log;
  }

  /** Starts the process; does not wait. */
  async launch(): Promise<void> {
    const main = join(projectRoot(), "dist", "server", "main.js");
    if (!existsSync(main)) throw new Error("There is no build: run `npm run build` first.");
    if (this.port === 0) this.port = await freePort();
    const child = spawn(process.execPath, ["--enable-source-maps", main], {
      cwd: projectRoot(),
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      env: {
        ...{ PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/tmp", LANG: "C.UTF-8" },
        ...(process.env["ROLLCALL_TEST_RUN"] ? { ROLLCALL_TEST_RUN: process.env["ROLLCALL_TEST_RUN"] } : {}),
        ...{ NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", PORT: String(this.port), HOST: "127.0.0.1" },
        ...{ ROLLCALL_DATA_DIR: this.dataDir, ROLLCALL_API_KEY: this.apiKey, ROLLCALL_PING_KEY: this.pingKey },
        ...this.#env,
      },
    });
    const keep = (bytes: Buffer) => {
      this.#log = (this.#log + bytes.toString("utf8")).slice(-KEPT_LOG);
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    this.#child = child;
  }

  /** Waits until it answers `ok`; answers how many milliseconds that took. */
  async healthy(limit = 60_000): Promise<number> {
    const began = performance.now();
    for (;;) {
      const health = await fetch(`${this.base}/healthz`, { signal: AbortSignal.timeout(2_000) })
        .then((response) => response.json())
        .catch(() => null);
      if (typeof health === "object" && health !== null && "status" in health && health.status === "ok") {
        this.#failures = 0;
        return performance.now() - began;
      }
      const took = performance.now() - began;
      const code = this.#child?.exitCode ?? null;
      // As whoever supervises it would: a database that is killed while it starts takes the start along.
      if (code !== null && this.#failures < 4) {
        this.#failures += 1;
        this.restarts += 1;
        await this.launch();
      } else if (code !== null)
        throw new Error(`Rollcall ended (${code}):
${this.#log.slice(-3_000)}`);
      if (took > limit)
        throw new Error(`Rollcall was not healthy within ${limit / 1_000} s:\n${this.#log.slice(-3_000)}`);
      await sleep(20);
    }
  }

  async start(): Promise<void> {
    await this.launch();
    await this.healthy(120_000);
  }

  /** kill -9, and waits until it is gone. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child?.pid) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    const ended = child.exitCode !== null || child.signalCode !== null;
    child.kill("SIGKILL");
    if (!ended) await gone;
    this.#child = null;
  }

  /** The postmaster's process; `null`: there is none. */
  postmaster(): number | null {
    const place = existingPlace(this.dataDir);
    if (!place) return null;
    try {
      const pid = Number(readFileSync(join(place.cluster, "postmaster.pid"), "utf8").split("\n")[0]);
      return pid > 0 && lives(pid) ? pid : null;
    } catch {
      return null;
    }
  }

  /** kill -9 of the database; false where it was not running. */
  killDatabase(): boolean {
    const pid = this.postmaster();
    if (pid === null) return false;
    try {
      process.kill(pid, "SIGKILL");
      return true;
    } catch {
      return false;
    }
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = null;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await gone;
    clearTimeout(late);
  }

  /** Stops it, ends a database that it left, and removes every folder that it made. */
  async remove(): Promise<void> {
    await this.stop().catch(() => {});
    const pid = this.postmaster();
    if (pid !== null) {
      process.kill(pid, "SIGQUIT");
      for (let i = 0; i < 100 && lives(pid); i++) await sleep(100);
      if (lives(pid)) process.kill(pid, "SIGKILL");
    }
    if (!this.#own) return;
    const place = existingPlace(this.dataDir);
    if (place?.home.startsWith(`${ROOTS_FOLDER}/`)) rmSync(place.home, { recursive: true, force: true });
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async api(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.base}/api/v1${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.apiKey}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    const text = await response.text();
    let parsed: unknown = text;
    try {
      parsed = text === "" ? null : JSON.parse(text);
    } catch {
      // Bytes of a log, or a page.
    }
    return { status: response.status, body: parsed };
  }

  /** Throws when the answer is not one of success. */
  async must<T>(method: string, path: string, body?: unknown): Promise<T> {
    const answer = await this.api(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as T;
  }

  /** Every item of a list, page after page. */
  async all<T>(path: string): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`;
      const page: { items: T[]; nextCursor: string | null } = await this.must(
        "GET",
        `${path}${path.includes("?") ? "&" : "?"}limit=1000${more}`,
      );
      items.push(...page.items);
      cursor = page.nextCursor;
    } while (cursor !== null);
    return items;
  }

  /** Its database, asked directly. */
  async ask<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const connection = this.#env["DATABASE_URL"];
    const client = new pg.Client(
      connection
        ? { connectionString: connection }
        : { host: this.socketFolder(), user: "rollcall", database: "rollcall" },
    );
    await client.connect();
    try {
      return (await client.query<Row>(text, [...values])).rows;
    } finally {
      await client.end();
    }
  }

  socketFolder(): string {
    const place = existingPlace(this.dataDir);
    const lines = place ? readFileSync(join(place.cluster, "postmaster.pid"), "utf8").split("\n") : [];
    const folder = lines[4]?.trim();
    if (!folder) throw new Error("the database is not running");
    return folder;
  }
}
