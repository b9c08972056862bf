/** The whole story over a real pg_cron: its job fails, is mended, accelerated, confirmed by its own history, and put back. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { accelerateInput } from "#lib/accelerations/schema.ts";
import { connectionInput } from "#lib/drivers/schema.ts";
import { discoverConnection, putConnection } from "#lib/drivers/service.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { skipBecause } from "#lib/testing/need.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { type UserPostgres, userPostgres } from "#lib/testing/user-postgres.ts";
import { systemClock } from "#lib/time/clock.ts";
import { millis, SECOND } from "#lib/time/instant.ts";
import { sleep } from "#lib/time/timers.ts";
import { viewAcceleration } from "#lib/views/accelerations.ts";
import { accelerateDue } from "./accelerate.ts";
import { judgeDue } from "./judge-due.ts";
import { putSchedule } from "./put-schedule.ts";
import { readDrivers } from "./read-drivers.ts";
import { requestAcceleration } from "./request-acceleration.ts";

const db = useDatabase();
let people: Cast;
let there: UserPostgres | string = "it was not started";

beforeAll(async () => {
  Object.assign(db.clock, { now: systemClock().now });
  people = await insertCast(db.sql, db.clock.now());
  there = await userPostgres();
}, 300_000);
afterAll(async () => {
  if (typeof there !== "string") await there.end();
}, 60_000);
beforeEach((context) => {
  if (typeof there === "string") skipBecause(context, there);
});

const server = (): UserPostgres => {
  if (typeof there === "string") throw new Error(there);
  return there;
};
const ctx = (actor: Cast["ada"]) => ({ actor, now: db.clock.now() });
const scheduleThere = async () =>
  (await server().query<{ schedule: string }>("SELECT schedule FROM cron.job"))[0]?.schedule;

/** One round of what the engine's loops do. */
async function round(): Promise<void> {
  const { pool, clock } = db;
  const { secret } = db.runtime.config;
  await readDrivers({ pool, clock, secret, onFailing: ({ sentence }) => Promise.reject(new Error(sentence)) });
  await judgeDue(pool, { now: clock.now(), atMost: 100 });
  await accelerateDue({ pool, clock, secret, sleep, processId: db.runtime.instanceId });
}

/** Goes round until it is there; more than a minute passes only while pg_cron waits for its own. */
async function until<T>(found: () => Promise<T | undefined>): Promise<T> {
  for (let rounds = 0; rounds < 110; rounds++) {
    await round();
    const value = await found();
    if (value !== undefined) return value;
    await sleep(millis(SECOND));
  }
  throw new Error("it never came");
}

const incident = async () =>
  (await db.sql.query<{ state: string; cause: string }>("SELECT state, cause FROM incident ORDER BY number"))[0];

test("a job of pg_cron fails, is mended, accelerated, confirmed by its history, and its schedule put back word for word", async () => {
  // The next full minute that leaves time to get ready, as a daily schedule.
  const first = new Date(Math.ceil((Date.now() + 8_000) / 60_000) * 60_000);
  const original = `${first.getUTCMinutes()}  ${first.getUTCHours()} * * *`;
  await server().query("SELECT cron.schedule('nightly', $1, 'SELECT 1 / 0')", [original]);
  const connection = { kind: "pg-cron", host: server().host, database: "app", user: "postgres", tls: "off" };
  const input = connectionInput.parse(connection);
  succeeded(await putConnection(ctx(people.ada), { name: "theirs", input, ifMatch: null }));
  const [proposal] = succeeded(await discoverConnection(ctx(people.ada), { name: "theirs" })).items;
  if (!proposal) throw new Error("nothing was proposed");
  const { slug, name, spec, timezone, driver } = proposal;
  const schedule = scheduleInput.parse({ name, spec, timezone, driver, graceSeconds: 300 });
  succeeded(await putSchedule(ctx(people.ada), { slug, input: schedule, ifMatch: null }));

  expect(await until(incident)).toMatchObject({ state: "open" });
  await server().query("SELECT cron.alter_job(1, command := 'SELECT ''well''')");
  const wanted = accelerateInput.parse({
    spec: { kind: "cron", expression: "* * * * *" },
    ...{ maxDurationSeconds: 600, reason: "to see the fix" },
  });
  const { id } = succeeded(await requestAcceleration(ctx(people.otto), { slug, input: wanted, ifMatch: null }));
  const see = async () => succeeded(await viewAcceleration(ctx(people.otto), { id }));
  await until(async () => ((await see()).state === "applied" ? true : undefined));
  expect(await scheduleThere()).toBe("* * * * *");

  const done = await until(async () => ((await see()).state === "reverted" ? see() : undefined));
  expect(done).toMatchObject({ outcome: "confirmed", runsConfirmed: 1 });
  // Word for word: with both its blanks.
  expect(await scheduleThere()).toBe(original);
  expect(await until(async () => ((await incident())?.state === "resolved" ? incident() : undefined))).toBeDefined();
  const runs = await db.sql.query<{ source: string; outcome: string }>("SELECT source, outcome FROM run ORDER BY started_at"); // biome-ignore format: one line
  expect(runs).toEqual([
    { source: "pg-cron", outcome: "fail" },
    { source: "pg-cron", outcome: "success" },
  ]);
}, 280_000);
