/** Connections that a round of readings keeps, over a real PostgreSQL and a real Redis. */
import { afterEach, describe, expect, test } from "vitest";
import { useDatabase } from "#lib/testing/database.ts";
import { unless } from "#lib/testing/need.ts";
import { NO_REDIS, REDIS_PASSWORD, startRedis } from "#lib/testing/redis.ts";
import { type BullmqConfig, withRedis } from "./bullmq/redis.ts";
import { Kept } from "./kept.ts";
import { type PostgresConfig, withPostgres } from "./postgres.ts";

const db = useDatabase();
const held: { kept: Kept } = { kept: new Kept() };
afterEach(async () => {
  await held.kept.end();
  held.kept = new Kept();
});

describe("a round of readings", () => {
  const postgres = (): PostgresConfig => ({ ...db.connection, port: 5_432, password: undefined, tls: "off" });
  const ask = async (config: PostgresConfig, text: string) => {
    const work = async (client: { query(text: string): Promise<{ rows: unknown[] }> }) =>
      (await client.query(text)).rows;
    return withPostgres(config, work, { kept: held.kept });
  };
  const pidOf = async (config: PostgresConfig): Promise<number> => {
    const answer = await ask(config, "SELECT pg_backend_pid() AS pid");
    if (!answer.ok) throw new Error(answer.problem.sentence);
    return (answer.value[0] as { readonly pid: number }).pid;
  };
  const isThere = async (pid: number): Promise<boolean> =>
    (await db.sql.query("SELECT 1 AS one FROM pg_stat_activity WHERE pid = $1::int", [pid])).length > 0;

  test("asks over one connection, which is as new each time, and is closed at its end", async () => {
    const config = postgres();
    const first = await pidOf(config);
    await ask(config, "BEGIN; SET TIME ZONE 'Asia/Tokyo'; CREATE TEMPORARY TABLE left_behind (n int)");
    expect(await pidOf(config)).toBe(first);
    expect(await ask(config, "SELECT to_regclass('left_behind')::text AS there, current_setting('TimeZone') AS zone")) //
      .toMatchObject({ ok: true, value: [{ there: null, zone: expect.not.stringContaining("Tokyo") }] });
    // Another connection of Rollcall's has one of its own.
    expect(await pidOf(postgres())).not.toBe(first);
    await held.kept.end();
    await expect.poll(() => isThere(first)).toBe(false);
  });

  test("opens a broken one anew, and asks again", async () => {
    const config = postgres();
    const first = await pidOf(config);
    await db.sql.query("SELECT pg_terminate_backend($1::int)", [first]);
    await expect.poll(() => isThere(first)).toBe(false);
    const second = await pidOf(config);
    expect(second).not.toBe(first);
    expect(await pidOf(config)).toBe(second);
  });

  test("keeps none over which a question failed", async () => {
    const config = postgres();
    const first = await pidOf(config);
    expect(await ask(config, "SELECT 1 / 0")).toMatchObject({ ok: false, problem: { kind: "refused" } });
    await expect.poll(() => isThere(first)).toBe(false);
    expect(await pidOf(config)).not.toBe(first);
  });

  test("of BullMQ, too: over one connection, and over a new one when it has broken", unless(NO_REDIS), async () => {
    const there = await startRedis();
    try {
      const shared = {
        database: 0,
        username: undefined,
        password: REDIS_PASSWORD,
        tls: "off",
        prefix: "bull",
      } as const;
      const config: BullmqConfig = { ...shared, host: "127.0.0.1", port: there.port, queues: undefined, timezone: "UTC", runs: "history" }; // biome-ignore format: one line
      const idOf = async (): Promise<number> => {
        const work = async (redis: typeof there.redis) => ({ ok: true, value: await redis.client("ID") }) as const;
        const answer = await withRedis(config, work, { kept: held.kept });
        if (!answer.ok) throw new Error(answer.problem.sentence);
        return answer.value;
      };
      const first = await idOf();
      expect(await idOf()).toBe(first);
      await there.redis.client("KILL", "ID", first);
      const second = await idOf();
      expect(second).not.toBe(first);
      expect(await idOf()).toBe(second);
      await held.kept.end();
    } finally {
      await there.stop();
    }
  });
});
