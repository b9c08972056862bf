/** The driver against a real Redis with real workers of BullMQ. */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Job, Queue, Worker } from "bullmq";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { projectRoot } from "#lib/project-root.ts";
import { unless } from "#lib/testing/need.ts";
import { NO_REDIS, REDIS_PASSWORD, type RealRedis, startRedis } from "#lib/testing/redis.ts";
import { type Instant, instant, seconds } from "#lib/time/instant.ts";
import type { BullmqConfig } from "./bullmq/redis.ts";
import { bullmq } from "./bullmq.ts";
import type { Answer, Held, Reading } from "./driver.ts";

const world = { clock: { now: () => instant(Date.now()) } };

function must<T>(answer: Answer<T> | undefined): T {
  if (!answer?.ok) throw new Error(answer?.problem.sentence ?? "it cannot");
  return answer.value;
}

describe("of a real Redis", unless(NO_REDIS), () => {
  let there: RealRedis;
  let redis: Redis;
  let config: BullmqConfig;
  const opened: { close(): Promise<void> }[] = [];

  beforeAll(async () => {
    there = await startRedis();
    redis = there.redis;
    config = {
      ...{ host: "127.0.0.1", port: there.port, database: 0, password: REDIS_PASSWORD, tls: "off" },
      ...{ prefix: "bull", timezone: "Europe/Berlin", runs: "history" },
    };
  });
  afterAll(async () => {
    for (const one of opened) await one.close();
    await there?.stop();
  });

  let count = 0;
  /** A queue of its own for each test. */
  function givenQueue(): { readonly name: string; readonly queue: Queue } {
    const name = `queue-${++count}`;
    const queue = new Queue(name, { connection: redis });
    opened.push(queue);
    return { name, queue };
  }
  const givenWorker = (name: string, work: (job: Job) => Promise<unknown>): void => {
    const connection = redis.duplicate();
    const worker = new Worker(name, work, { connection });
    opened.push({
      close: async () => {
        await worker.close();
        connection.disconnect();
      },
    });
  };
  const everyMinute = {
    spec: { kind: "cron", expression: "* * * * *", dialect: "rollcall" },
    timezone: "Europe/Berlin",
  } as const;
  const read = async (ref: string): Promise<Held> => must(await bullmq.read?.(config, ref, world));
  const apply = (ref: string, put: Pick<Held, "spec" | "timezone">, instead: Held) =>
    bullmq.apply?.(config, { ref, put, instead }, world);

  test("proposes schedulers of all queues or of those that are named, and says where a zone is a guess", async () => {
    const [one, two] = [givenQueue(), givenQueue()];
    await one.queue.upsertJobScheduler("a:nightly", { pattern: "0 0 2 * * *", tz: "Asia/Tokyo" });
    await two.queue.upsertJobScheduler("poll", { every: 60_000, offset: 5_000 });
    await two.queue.upsertJobScheduler("local", { pattern: "*/5 * * * *" });
    await two.queue.upsertJobScheduler("too fine", { every: 1_500 });
    const all = must(await bullmq.discover?.({ ...config, queues: `${one.name}, ${two.name}` }, world));
    expect(all.map(({ ref, slug, held }) => [ref, slug, held.spec, held.timezone, held.native]).sort()).toEqual([
      [
        `${one.name}:a:nightly`,
        "a-nightly",
        { kind: "cron", expression: "0 0 2 * * *", dialect: "bullmq" },
        "Asia/Tokyo",
        '{"pattern":"0 0 2 * * *","tz":"Asia/Tokyo"}',
      ],
      [
        `${two.name}:local`,
        "local",
        { kind: "cron", expression: "*/5 * * * *", dialect: "bullmq" },
        "Europe/Berlin",
        '{"pattern":"*/5 * * * *"}',
      ],
      [
        `${two.name}:poll`,
        "poll",
        { kind: "interval", everySeconds: 60, anchor: 5_000 },
        "Europe/Berlin",
        '{"every":60000}',
      ],
    ]);
    expect(all.find(({ slug }) => slug === "local")?.notes).toEqual([expect.stringMatching(/^It names no tz/)]);
    const found = must(await bullmq.discover?.(config, world));
    expect(found.map(({ ref }) => ref)).toEqual(expect.arrayContaining(all.map(({ ref }) => ref)));
  });

  test("sets a scheduler and puts it back; its template, options, limits and count stay, and one job waits for it", async () => {
    const { name, queue } = givenQueue();
    const opts = {
      attempts: 4,
      backoff: { type: "exponential" as const, delay: 500 },
      removeOnComplete: { count: 7 },
      priority: 3,
    };
    const endDate = Date.UTC(2090, 0, 1);
    await queue.upsertJobScheduler(
      "nightly",
      { pattern: "0 2 * * *", tz: "Europe/Berlin", endDate, limit: 900 },
      { name: "etl", data: { deep: { list: [1, null, "é"] } }, opts },
    );
    const before = await queue.getJobScheduler("nightly");
    const original = await read(`${name}:nightly`);
    const set = must(await apply(`${name}:nightly`, everyMinute, original));
    expect(set).toMatchObject({
      spec: { expression: "* * * * *" },
      native: '{"pattern":"* * * * *","tz":"Europe/Berlin"}',
    });
    const faster = await queue.getJobScheduler("nightly");
    expect(faster).toMatchObject({ ...before, pattern: "* * * * *", next: faster?.next });
    expect(Number(faster?.next)).toBeLessThanOrEqual(Date.now() + 60_000);
    expect((await queue.getDelayed()).map(({ id }) => id)).toEqual([`repeat:nightly:${faster?.next}`]);
    const back = must(await bullmq.apply?.(config, { ref: `${name}:nightly`, put: original, instead: set }, world));
    expect(back).toEqual(original);
    expect(await queue.getJobScheduler("nightly")).toEqual(before);
    const [waiting, ...others] = await queue.getDelayed();
    expect(others).toEqual([]);
    expect(waiting).toMatchObject({
      name: "etl",
      data: { deep: { list: [1, null, "é"] } },
      opts: expect.objectContaining({ attempts: 4, priority: 3 }),
    });
  });

  test("an interval waits for its own times, and comes back to them", async () => {
    const { name, queue } = givenQueue();
    await queue.upsertJobScheduler("hourly", { every: 3_600_000, offset: 60_000 }, { data: { x: 1 } });
    const original = await read(`${name}:hourly`);
    expect(original.spec).toEqual({ kind: "interval", everySeconds: 3_600, anchor: 60_000 });
    const wanted = {
      spec: { kind: "interval", everySeconds: seconds(600), anchor: instant(0) },
      timezone: "Europe/Berlin",
    } as const;
    const set = must(await apply(`${name}:hourly`, wanted, original));
    expect(set.spec).toEqual(wanted.spec);
    const next = Number((await queue.getJobScheduler("hourly"))?.next);
    expect(next % 600_000).toBe(0);
    expect(next).toBeGreaterThan(Date.now());
    const back = must(await bullmq.apply?.(config, { ref: `${name}:hourly`, put: original, instead: set }, world));
    expect(back).toEqual(original);
    expect(Number((await queue.getJobScheduler("hourly"))?.next) % 3_600_000).toBe(60_000);
    expect(await queue.getDelayedCount()).toBe(1);
    const pattern = must(await apply(`${name}:hourly`, everyMinute, original));
    expect(pattern.native).toBe('{"pattern":"* * * * *"}');
    expect(
      must(await bullmq.apply?.(config, { ref: `${name}:hourly`, put: original, instead: pattern }, world)).spec,
    ).toEqual(original.spec);
  });

  test("where something else stands nothing is written, and a scheduler that is gone is not made again", async () => {
    const { name, queue } = givenQueue();
    await queue.upsertJobScheduler("nightly", { pattern: "0 3 * * *" });
    const held = await read(`${name}:nightly`);
    const said = { ...held, native: '{"pattern":"0 2 * * *"}' };
    expect(await apply(`${name}:nightly`, everyMinute, said)).toMatchObject({
      ok: false,
      problem: { kind: "changed", holds: held },
    });
    expect(await read(`${name}:nightly`)).toEqual(held);
    await queue.removeJobScheduler("nightly");
    expect(await apply(`${name}:nightly`, everyMinute, held)).toMatchObject({ problem: { kind: "not_found" } });
    expect(await queue.getJobSchedulersCount()).toBe(0);
    const odd = { ...everyMinute, spec: { kind: "rolling", everySeconds: seconds(60) } } as const;
    await queue.upsertJobScheduler("nightly", { pattern: "0 3 * * *" });
    expect(await apply(`${name}:nightly`, odd, held)).toMatchObject({ problem: { kind: "refused" } });
  });

  test("of writers at once one finds what it compared with, and a foreign edit in between is never overwritten", async () => {
    const { name, queue } = givenQueue();
    await queue.upsertJobScheduler("contested", { pattern: "0 2 * * *" });
    const held = await read(`${name}:contested`);
    const minutes = Array.from({ length: 12 }, (_, index) => index + 1);
    const answers = await Promise.all(
      minutes.map((minute) =>
        apply(
          `${name}:contested`,
          { ...everyMinute, spec: { ...everyMinute.spec, expression: `${minute} 3 * * *` } },
          held,
        ),
      ),
    );
    const won = answers.filter((answer) => answer?.ok);
    expect(won).toHaveLength(1);
    expect(await read(`${name}:contested`)).toEqual(won[0]?.ok ? won[0].value : null);
    expect(await queue.getDelayedCount()).toBe(1);
    for (let round = 0; round < 20; round++) {
      const before = await read(`${name}:contested`);
      const theirs = queue.upsertJobScheduler("contested", { pattern: `${round} 5 * * *` });
      const [ours] = await Promise.all([apply(`${name}:contested`, everyMinute, before), theirs]);
      // Whoever was second: theirs is written after ours, or ours is refused by theirs.
      expect((await read(`${name}:contested`)).native).toBe(`{"pattern":"${round} 5 * * *"}`);
      if (!ours?.ok) expect(ours?.problem.kind).toBe("changed");
    }
  });

  test("jobs that were done and that failed are attempts and runs of their windows, also where BullMQ removes them", async () => {
    const { name, queue } = givenQueue();
    const first = must(await bullmq.attempts?.(config, { ref: await made(), cursor: null }, world));
    async function made(): Promise<string> {
      await queue.upsertJobScheduler(
        "ticks",
        { every: 1_000 },
        { data: { fail: false }, opts: { removeOnComplete: true, removeOnFail: true } },
      );
      return `${name}:ticks`;
    }
    const done: string[] = [];
    givenWorker(name, async (job) => {
      done.push(job.id ?? "");
      if (done.length === 2) throw new Error("no disk");
    });
    await expect.poll(() => done.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(4);
    const readings: Reading[] = [first];
    const next = async () => {
      const cursor = JSON.parse(JSON.stringify(readings.at(-1)?.cursor));
      readings.push(must(await bullmq.attempts?.(config, { ref: `${name}:ticks`, cursor }, world)));
    };
    await next();
    await expect.poll(() => done.length, { timeout: 10_000 }).toBeGreaterThanOrEqual(6);
    await next();
    const runs = new Map(readings.flatMap((reading) => reading.runs).map((run) => [run.id, run]));
    const ofJob = (id: string) => [...runs.values()].find((run) => run.id.startsWith(`${name}:${id}@`));
    for (const [index, id] of done.slice(0, 5).entries()) {
      const window = Number(id.split(":").at(-1)) as Instant;
      expect(ofJob(id)).toMatchObject({
        window,
        outcome: index === 1 ? "fail" : "success",
        log: index === 1 ? "no disk" : null,
      });
      const attempt = readings.flatMap((reading) => reading.attempts).find((one) => one.id === `${name}:${id}`);
      expect(attempt).toMatchObject({ scheduledFor: window, outcome: "answered" });
      expect(Math.abs(Number(attempt?.at) - window)).toBeLessThan(5_000);
    }
    // Between one reading and the next there is no hole.
    expect(readings.slice(1).map(({ coversFrom }) => coversFrom)).toEqual([null, null]);
    expect(await queue.getCompletedCount()).toBe(0);
  });

  test("a stream that was cut before it was read is a hole", async () => {
    const { name, queue } = givenQueue();
    await queue.upsertJobScheduler("rare", { pattern: "0 2 * * *" });
    const first = must(await bullmq.attempts?.(config, { ref: `${name}:rare`, cursor: null }, world));
    for (let job = 0; job < 20; job++) await queue.add("other", {});
    const whole = must(await bullmq.attempts?.(config, { ref: `${name}:rare`, cursor: first.cursor }, world));
    expect(whole.coversFrom).toBeNull();
    for (let job = 0; job < 20; job++) await queue.add("other", {});
    await redis.xtrim(`bull:${name}:events`, "MAXLEN", 2);
    const holed = must(await bullmq.attempts?.(config, { ref: `${name}:rare`, cursor: whole.cursor }, world));
    expect(holed.coversFrom).toBeGreaterThan(whole.coversTo);
    expect(await bullmq.attempts?.(config, { ref: `${name}:gone`, cursor: null }, world)).toMatchObject({
      problem: { kind: "not_found" },
    });
  });

  test("fires one run with the scheduler's template, once under one id, and knows its window", async () => {
    const { name, queue } = givenQueue();
    await queue.upsertJobScheduler(
      "nightly",
      { pattern: "0 2 * * *" },
      { name: "etl", data: { all: true }, opts: { attempts: 2 } },
    );
    const ran: Job[] = [];
    givenWorker(name, async (job) => ran.push(job));
    const asked = { ref: `${name}:nightly`, window: instant(Date.UTC(2027, 0, 12, 1)), id: randomUUID() };
    for (let times = 0; times < 2; times++)
      expect(await bullmq.fire?.(config, asked, world)).toEqual({ ok: true, value: { namesWindow: true } });
    await expect
      .poll(async () => must(await bullmq.attempts?.(config, { ref: asked.ref, cursor: null }, world)).runs)
      .toMatchObject([{ window: asked.window, outcome: "success" }]);
    expect(ran).toMatchObject([{ name: "etl", data: { all: true }, opts: { attempts: 2 } }]);
    const reading = must(await bullmq.attempts?.(config, { ref: asked.ref, cursor: null }, world));
    expect(reading.attempts).toMatchObject([{ id: asked.id, scheduledFor: asked.window }]);
    expect((await queue.getDelayed()).map(({ id }) => id)).toEqual([expect.stringMatching(/^repeat:nightly:/)]);
  });

  test("a user with the rights of docs/bullmq.md can do everything, and no more than that", async () => {
    const page = readFileSync(join(projectRoot(), "docs/bullmq.md"), "utf8");
    const [, words = ""] = /```redis\nACL SETUSER rollcall (.+)\n```/.exec(page) ?? [];
    await redis.acl("SETUSER", "rollcall", ...words.replace(">…", ">hush").split(" "));
    const { name, queue } = givenQueue();
    await queue.upsertJobScheduler("nightly", { pattern: "0 2 * * *" });
    const by = { ...config, username: "rollcall", password: "hush" };
    const ref = `${name}:nightly`;
    const held = must(await bullmq.read?.(by, ref, world));
    expect(must(await bullmq.discover?.(by, world)).map((one) => one.ref)).toContain(ref);
    const set = must(await bullmq.apply?.(by, { ref, put: everyMinute, instead: held }, world));
    must(await bullmq.apply?.(by, { ref, put: held, instead: set }, world));
    must(await bullmq.fire?.(by, { ref, window: null, id: randomUUID() }, world));
    expect(must(await bullmq.attempts?.(by, { ref, cursor: null }, world)).attempts).toHaveLength(1);
    const own = redis.duplicate({ username: "rollcall", password: "hush" });
    for (const refused of [own.get("other"), own.flushall(), own.config("GET", "*"), own.keys("*")]) {
      await expect(refused).rejects.toThrow(/NOPERM/);
    }
    own.disconnect();
  });

  test("a wrong password and a user who may not are refusals, in which no secret stands", async () => {
    const wrong = await bullmq.read?.({ ...config, password: "another-secret" }, "q:x", world);
    expect(wrong).toMatchObject({
      ok: false,
      problem: { kind: "refused", sentence: expect.stringMatching(/^Redis refused: WRONGPASS/) },
    });
    await redis.acl("SETUSER", "watcher", "on", ">hush", "~*", "+@read", "+watch", "+unwatch", "+ping", "+info");
    const { name, queue } = givenQueue();
    await queue.upsertJobScheduler("nightly", { pattern: "0 2 * * *" });
    const held = await read(`${name}:nightly`);
    const watcher = { ...config, username: "watcher", password: "hush" };
    expect(await bullmq.read?.(watcher, `${name}:nightly`, world)).toEqual({ ok: true, value: held });
    const refused = await bullmq.apply?.(watcher, { ref: `${name}:nightly`, put: everyMinute, instead: held }, world);
    expect(refused).toMatchObject({ ok: false, problem: { kind: "refused" } });
    expect(JSON.stringify([wrong, refused])).not.toMatch(/another-secret|hush/);
    expect(await read(`${name}:nightly`)).toEqual(held);
  });
});
