/** The whole story over a real Redis and a real worker of BullMQ: jobs fail, are mended, accelerated, confirmed, put back. */
import { Queue, Worker } from "bullmq";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { accelerateInput } from "#lib/accelerations/schema.ts";
import { connectionInput } from "#lib/drivers/schema.ts";
import { discoverConnection, putConnection } from "#lib/drivers/service.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { unless } from "#lib/testing/need.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { NO_REDIS, REDIS_PASSWORD, type RealRedis, startRedis } from "#lib/testing/redis.ts";
import { succeeded } from "#lib/testing/result.ts";
import { systemClock } from "#lib/time/clock.ts";
import { millis } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { viewAcceleration } from "#lib/views/accelerations.ts";
import { accelerateDue } from "./accelerate.ts";
import { judgeDue } from "./judge-due.ts";
import { putSchedule } from "./put-schedule.ts";
import { readDrivers } from "./read-drivers.ts";
import { requestAcceleration } from "./request-acceleration.ts";

const db = useDatabase();
const ORIGINAL = { pattern: "*/20 * * * * *", tz: "UTC" };

describe("over a real Redis", unless(NO_REDIS), () => {
  let people: Cast;
  let there: RealRedis;
  const opened: { close(): Promise<void> }[] = [];
  beforeAll(async () => {
    Object.assign(db.clock, { now: systemClock().now });
    people = await insertCast(db.sql, db.clock.now());
    there = await startRedis();
  });
  afterAll(async () => {
    for (const one of opened) await one.close();
    await there?.stop();
  });
  const ctx = (actor: Cast["ada"]) => ({ actor, now: db.clock.now() });

  /** One round of what the engine's loops do. */
  async function round(): Promise<void> {
    const { pool, clock } = db;
    const { secret } = db.runtime.config;
    await readDrivers({ pool, clock, secret, onFailing: ({ sentence }) => Promise.reject(new Error(sentence)) });
    await judgeDue(pool, { now: clock.now(), atMost: 100 });
    await accelerateDue({ pool, clock, secret, sleep, processId: db.runtime.instanceId });
  }
  async function until<T>(found: () => Promise<T | undefined>): Promise<T> {
    for (let rounds = 0; rounds < 240; rounds++) {
      await round();
      const value = await found();
      if (value !== undefined) return value;
      await sleep(millis(250));
    }
    throw new Error("it never came");
  }
  const incident = async () =>
    (await db.sql.query<{ state: string; cause: string }>("SELECT state, cause FROM incident ORDER BY number"))[0];

  test("jobs of a scheduler fail, are mended, accelerated, confirmed by their history, and it is put back word for word", async () => {
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
    const input = connectionInput.parse(given);
    succeeded(await putConnection(ctx(people.ada), { name: "theirs", input, ifMatch: null }));
    const [proposal] = succeeded(await discoverConnection(ctx(people.ada), { name: "theirs" })).items;
    if (!proposal) throw new Error("nothing was proposed");
    const { slug, name, spec, timezone, driver } = proposal;
    const schedule = scheduleInput.parse({ name, spec, timezone, driver, graceSeconds: 8 });
    succeeded(await putSchedule(ctx(people.ada), { slug, input: schedule, ifMatch: null }));
    expect(await until(incident)).toMatchObject({ state: "open" });
    const before = await queue.getJobScheduler("etl");

    mended = true;
    const faster = { kind: "cron", expression: "*/5 * * * * *", dialect: "bullmq" };
    const wanted = accelerateInput.parse({ spec: faster, maxDurationSeconds: 300, reason: "to see the fix" });
    const { id } = succeeded(await requestAcceleration(ctx(people.otto), { slug, input: wanted, ifMatch: null }));
    const see = async () => succeeded(await viewAcceleration(ctx(people.otto), { id }));
    await until(async () => ((await see()).state === "applied" ? true : undefined));
    expect(await queue.getJobScheduler("etl")).toMatchObject({ pattern: "*/5 * * * * *", tz: "UTC" });
    const done = await until(async () => ((await see()).state === "reverted" ? see() : undefined));
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
    await until(async () => ((await incident())?.state === "resolved" ? true : undefined));
    const runs = await db.sql.query<{ outcome: string }>("SELECT DISTINCT source, outcome FROM run ORDER BY outcome");
    expect(runs).toEqual([
      { source: "bullmq", outcome: "fail" },
      { source: "bullmq", outcome: "success" },
    ]);
  }, 200_000);
});
