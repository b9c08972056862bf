/** The whole story over a real pg_cron: its job fails, is mended, accelerated, confirmed by its own history, and put back. */
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { skipBecause } from "#lib/testing/need.ts";
import { useSchedulerStory } from "#lib/testing/scheduler-story.ts";
import { type UserPostgres, userPostgres } from "#lib/testing/user-postgres.ts";

const story = useSchedulerStory();
let there: UserPostgres | string = "it was not started";

beforeAll(async () => {
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
const scheduleThere = async () =>
  (await server().query<{ schedule: string }>("SELECT schedule FROM cron.job"))[0]?.schedule;

test("a job of pg_cron fails, is mended, accelerated, confirmed by its history, and its schedule put back word for word", {
  timeout: 280_000,
  retry: 0,
}, async () => {
  // The next full minute that leaves time to get ready, as a daily schedule.
  const first = new Date(Math.ceil((Date.now() + 8_000) / 60_000) * 60_000);
  const original = `${first.getUTCMinutes()}  ${first.getUTCHours()} * * *`;
  await server().query("SELECT cron.schedule('nightly', $1, 'SELECT 1 / 0')", [original]);
  const connection = { kind: "pg-cron", host: server().host, database: "app", user: "postgres", tls: "off" };
  const slug = await story.takes(connection, { graceSeconds: 300 });
  await story.untilIncident("open");

  await server().query("SELECT cron.alter_job(1, command := 'SELECT ''well''')");
  const { untilIt } = await story.accelerates(slug, { kind: "cron", expression: "* * * * *" });
  expect(await scheduleThere()).toBe("* * * * *");
  expect(await untilIt("reverted")).toMatchObject({ outcome: "confirmed", runsConfirmed: 1 });
  // Word for word: with both its blanks.
  expect(await scheduleThere()).toBe(original);
  await story.untilIncident("resolved");
  const runs = await story.db.sql.query<{ source: string; outcome: string }>("SELECT source, outcome FROM run ORDER BY started_at"); // biome-ignore format: one line
  expect(runs).toEqual([
    { source: "pg-cron", outcome: "fail" },
    { source: "pg-cron", outcome: "success" },
  ]);
});
