/** The whole story over a real Redis and a real worker of BullMQ: jobs fail, are mended, accelerated, confirmed, put back. */
import { Queue, Worker } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { unless } from "#lib/testing/need.ts";
import { NO_REDIS, REDIS_PASSWORD, type RealRedis, startRedis } from "#lib/testing/redis.ts";
import { useSchedulerStory } from "#lib/testing/scheduler-story.ts";

const story = useSchedulerStory();
const ORIGINAL = { pattern: "*/20 * * * * *", tz: "UTC" };

describe("over a real Redis", unless(NO_REDIS), () => {
  let there: RealRedis;
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    there = await startRedis();
  });
  afterAll(async () => {
    for (const one of opened) await one.close();
    await there?.stop();
  });

  test("jobs of a scheduler fail, are mended, accelerated, confirmed by their history, and it is put back word for word", {
    timeout: 200_000,
    retry: 0,
  }, async () => {
    const queue = new Queue("jobs", { connection: there.redis });
    await queue.upsertJobScheduler("etl", ORIGINAL, {
      name: "run",
      data: { all: true },
      opts: { removeOnComplete: true },
    });
    let mended = false;
    const connection = there.redis.duplicate();
    const work = async () => {
      if (!mended) throw new Error("the disk is full");
    };
    const worker = new Worker("jobs", work, { connection });
    opened.push(queue, { close: () => worker.close().then(() => connection.disconnect()) });
    const given = { kind: "bullmq", host: "127.0.0.1", port: there.port, password: REDIS_PASSWORD, tls: "off" };
    const slug = await story.takes(given, { graceSeconds: 8 });
    await story.untilIncident("open");
    const before = await queue.getJobScheduler("etl");

    mended = true;
    const faster = { kind: "cron", expression: "*/5 * * * * *", dialect: "bullmq" };
    const { untilIt } = await story.accelerates(slug, faster);
    expect(await queue.getJobScheduler("etl")).toMatchObject({ pattern: "*/5 * * * * *", tz: "UTC" });
    const done = await untilIt("reverted");
    expect(done.outcome).toBe("confirmed");
    // Its history is read every ten seconds, and it then ran every five.
    expect(done.runsConfirmed).toBeGreaterThanOrEqual(1);
    const { next: _, iterationCount: __, ...back } = (await queue.getJobScheduler("etl")) ?? {};
    expect(before).toMatchObject(back);
    expect(back).toMatchObject({
      ...ORIGINAL,
      name: "run",
      template: { data: { all: true }, opts: { removeOnComplete: true } },
    });
    await story.untilIncident("resolved");
    const runs = await story.db.sql.query<{ outcome: string }>(
      "SELECT DISTINCT source, outcome FROM run ORDER BY outcome",
    );
    expect(runs).toEqual([
      { source: "bullmq", outcome: "fail" },
      { source: "bullmq", outcome: "success" },
    ]);
  });
});
