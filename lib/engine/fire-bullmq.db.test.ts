/** Firing through a driver whose own history tells of what was fired: a real Redis, with a real worker of BullMQ. */
import { type Job, Queue, Worker } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectionInput } from "#lib/drivers/schema.ts";
import { putConnection } from "#lib/drivers/service.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { unless } from "#lib/testing/need.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { NO_REDIS, REDIS_PASSWORD, type RealRedis, startRedis } from "#lib/testing/redis.ts";
import { succeeded } from "#lib/testing/result.ts";
import { givenSchedule } from "#lib/testing/schedules.ts";
import { HOUR, type Instant, instant, minus } from "#lib/time/instant.ts";
import { fireConnected } from "./fire-connected.ts";
import { fireNow } from "./fire-now.ts";
import { readDrivers } from "./read-drivers.ts";

const db = useDatabase();

describe("with a real Redis", unless(NO_REDIS), () => {
  let there: RealRedis;
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    there = await startRedis();
    const given = { kind: "bullmq", host: "127.0.0.1", port: there.port, password: REDIS_PASSWORD, tls: "off" };
    const input = connectionInput.parse(given);
    succeeded(await putConnection({ actor: SYSTEM, now: db.clock.at }, { name: "theirs", input, ifMatch: null }));
  });
  afterAll(async () => {
    for (const one of opened) await one.close();
    await there?.stop();
  });

  test("a window that is made good is one attempt and one run, told by the firing and by the history alike", async () => {
    // Redis has a clock of its own.
    const now = (): Instant => {
      db.clock.at = instant(Date.now());
      return db.clock.at;
    };
    const queue = new Queue("jobs", { connection: there.redis });
    await queue.upsertJobScheduler(
      "nightly",
      { pattern: "0 2 * * *", tz: "UTC" },
      { name: "etl", data: { all: true } },
    );
    const connection = there.redis.duplicate();
    const ran: Job[] = [];
    const worker = new Worker("jobs", async (job) => ran.push(job), { connection });
    opened.push(queue, { close: () => worker.close().then(() => connection.disconnect()) });
    const id = await givenSchedule(minus(now(), HOUR), {
      driver: { kind: "bullmq", connection: "theirs", ref: "jobs:nightly" },
    });
    const by = { pool: db.pool, clock: db.clock, secret: db.runtime.config.secret };
    const read = async () => {
      await db.sql.query("UPDATE driver_reading SET next_at = to_timestamp(0)");
      now();
      await readDrivers({ ...by, onFailing: ({ sentence }) => expect.unreachable(sentence) });
    };
    await read();
    const window = minus(now(), HOUR);
    await fireNow(db.sql, { scheduleId: id, window, why: "make_good", actor: null }, now());
    const onFailed = (thrown: unknown) => expect.unreachable(String(thrown));
    await Promise.all(await fireConnected({ ...by, onFailed }));
    await expect.poll(() => ran.length).toBe(1);
    const runs = () =>
      db.sql.query<{ finished: Date | null }>("SELECT finished_at AS finished FROM run WHERE schedule_id = $1::uuid", [
        id,
      ]);
    await expect
      .poll(async () => {
        await read();
        return (await runs()).map(({ finished }) => finished !== null);
      })
      .toEqual([true]);
    const attempts = await db.sql.query<Record<string, unknown>>(
      "SELECT outcome, source, scheduled_for AS window FROM attempt WHERE schedule_id = $1::uuid",
      [id],
    );
    expect(attempts).toEqual([{ outcome: "answered", source: "bullmq", window: new Date(window) }]);
  });
});
