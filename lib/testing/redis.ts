/** A real Redis for tests, of Debian's package or whichever is there; only tests import it. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "#lib/testing/free-port.ts";

/** Why there can be none; `null`: there can. */
export const NO_REDIS = spawnSync("redis-server", ["--version"]).status === 0 ? null : "there is no redis-server here";

export const REDIS_PASSWORD = "hush-hush";

export interface RealRedis {
  readonly port: number;
  readonly redis: Redis;
  stop(): Promise<void>;
}

/** Starts one that keeps nothing, and waits until it answers. */
export async function startRedis(): Promise<RealRedis> {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-redis-"));
  const port = await freePort();
  const told = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--dir", folder];
  const server = spawn("redis-server", [...told, "--requirepass", REDIS_PASSWORD], { stdio: "ignore" });
  const redis = new Redis({ host: "127.0.0.1", port, password: REDIS_PASSWORD, maxRetriesPerRequest: null });
  // Until it listens.
  redis.on("error", () => {});
  await redis.ping();
  return {
    ...{ port, redis },
    stop: async () => {
      redis.disconnect();
      const ended = once(server, "exit");
      server.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
