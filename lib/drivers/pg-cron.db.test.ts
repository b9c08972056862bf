/** The driver of pg_cron against the real one (Debian's), as a role that owns its jobs and nothing else. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { skipBecause } from "#lib/testing/need.ts";
import { type UserPostgres, userPostgres } from "#lib/testing/user-postgres.ts";
import { systemClock } from "#lib/time/clock.ts";
import { instant } from "#lib/time/instant.ts";
import type { Answer, Held, Reading } from "./driver.ts";
import { pgCron } from "./pg-cron.ts";

let there: UserPostgres | string = "it was not started";
const world = { clock: systemClock() };
const started = Date.now();

const server = (): UserPostgres => {
  if (typeof there === "string") throw new Error(there);
  return there;
};
const config = (more: object = {}) => ({
  ...({ host: server().host, port: 5_432, database: "app", user: "owner", tls: "off", runs: "history" } as const),
  ...more,
});
/** As the role that owns the jobs. */
const asOwner = (text: string) => server().query(`SET ROLE owner; ${text}`);

const value = <T>(answer: Answer<T>): T => {
  if (!answer.ok) throw new Error(`${answer.problem.kind}: ${answer.problem.sentence}`);
  return answer.value;
};
const problem = (answer: Answer<unknown>) => (answer.ok ? null : answer.problem);
const asked = { read: pgCron.read, apply: pgCron.apply, attempts: pgCron.attempts, fire: pgCron.fire };
const read = (ref: string) => asked.read?.(config(), ref, world) ?? Promise.reject(new Error("no read"));
const apply = (ref: string, put: Pick<Held, "spec" | "timezone"> | Held, instead: Held) =>
  asked.apply?.(config(), { ref, put, instead }, world) ?? Promise.reject(new Error("no apply"));
const history = (ref: string, cursor: unknown): Promise<Answer<Reading>> =>
  asked.attempts?.(config(), { ref, cursor }, world) ?? Promise.reject(new Error("no history"));

beforeAll(async () => {
  there = await userPostgres();
  if (typeof there === "string") return;
  await there.query(`
    CREATE ROLE owner LOGIN; CREATE TABLE done (n int); GRANT ALL ON done TO owner;
    GRANT USAGE ON SCHEMA cron TO owner; GRANT EXECUTE ON FUNCTION cron.alter_job TO owner;
    GRANT pg_read_all_settings TO owner`);
  await asOwner(`SELECT cron.schedule('every-minute', '* * * * *', 'INSERT INTO done VALUES (1)');
    SELECT cron.schedule('fails', '* * * * *', 'SELECT 1 / 0'); SELECT cron.schedule('hangs', '* * * * *', 'SELECT pg_sleep(600)');
    SELECT cron.schedule('nightly', '0 2 * * *', 'SELECT ''nightly'''); SELECT cron.schedule('0 3 * * *', 'SELECT 3')`);
  await there.query("SELECT cron.schedule('of-somebody-else', '0 4 * * *', 'SELECT 4')");
}, 300_000);

afterAll(async () => {
  if (typeof there !== "string") await there.end();
}, 60_000);

beforeEach((context) => {
  if (typeof there === "string") skipBecause(context, there);
});

const cron = (expression: string, dialect: "pg-cron" | "rollcall" = "pg-cron") =>
  ({ spec: { kind: "cron", expression, dialect }, timezone: "UTC" }) as const;

test("proposes the jobs that its role may see", async () => {
  const found = value((await pgCron.discover?.(config(), world)) ?? { ok: true, value: [] });
  expect(found.map(({ ref, slug, held }) => [ref, slug, held.native, held.timezone])).toEqual([
    ["every-minute", "every-minute", "* * * * *", "UTC"],
    ["fails", "fails", "* * * * *", "UTC"],
    ["hangs", "hangs", "* * * * *", "UTC"],
    ["nightly", "nightly", "0 2 * * *", "UTC"],
    ["5", "pg-cron-job-5", "0 3 * * *", "UTC"],
  ]);
});

test("puts a spec where another stands, reads it back, and puts the original back word for word", async () => {
  const original = value(await read("nightly"));
  expect(original).toEqual({ ...cron("0 2 * * *"), native: "0 2 * * *", enabled: true });
  const faster = value(await apply("nightly", cron("*/1 * * * *", "rollcall"), original));
  expect(faster).toEqual({ ...cron("*/1 * * * *"), native: "*/1 * * * *", enabled: true });
  expect(value(await read("nightly"))).toEqual(faster);
  expect(value(await apply("nightly", original, faster))).toEqual(original);
  expect(value(await read("5")).native).toBe("0 3 * * *");
});

describe("The driver reads directly before each write, and compares and swaps where its platform can", () => {
  test("where somebody else's stands, it writes nothing and says what stands there", async () => {
    const original = value(await read("nightly"));
    await asOwner("SELECT cron.schedule('nightly', '30 2 * * *', 'SELECT 1')");
    const answer = problem(await apply("nightly", cron("* * * * *"), original));
    expect(answer).toMatchObject({ kind: "changed", holds: { native: "30 2 * * *" } });
    await server().query("SELECT cron.alter_job(4, active := false)");
    const half = { ...original, native: "30 2 * * *" };
    expect(problem(await apply("nightly", cron("* * * * *"), half))).toMatchObject({ holds: { enabled: false } });
    await server().query("SELECT cron.alter_job(4, schedule := '0 2 * * *', active := true)");
    expect(value(await read("nightly"))).toEqual(original);
  });

  test("an edit between its reading and its writing wins, and is not overwritten", async () => {
    const original = value(await read("nightly"));
    // The other holds the row: our transaction has read what stands there and waits to write.
    const other = server().query(
      "BEGIN; SELECT cron.alter_job(4, schedule := '45 2 * * *'); SELECT pg_sleep(2); COMMIT",
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    const answer = await apply("nightly", cron("* * * * *"), original);
    await other;
    expect(problem(answer)).toMatchObject({ kind: "changed", holds: { native: "45 2 * * *" } });
    expect(value(await read("nightly")).native).toBe("45 2 * * *");
    await server().query("SELECT cron.alter_job(4, schedule := '0 2 * * *')");
  });
});

test("what pg_cron would not take, or would read otherwise, is refused with a sentence", async () => {
  const original = value(await read("nightly"));
  const refused = async (put: Pick<Held, "spec" | "timezone">) => problem(await apply("nightly", put, original));
  // 1.4 knows no seconds.
  expect(await refused(cron("10 seconds"))).toMatchObject({ kind: "refused", sentence: /invalid schedule/ });
  expect((await refused({ ...cron("0 5 * * *"), timezone: "Europe/Berlin" }))?.sentence).toBe(
    "pg_cron reads all its jobs in UTC, and this spec is meant in Europe/Berlin.",
  );
  expect((await refused({ spec: { kind: "at", at: instant(0) }, timezone: "UTC" }))?.kind).toBe("refused");
  expect(value(await read("nightly"))).toEqual(original);
});

test("what is not there, or may not be done, is told apart from nobody answering", async () => {
  expect(problem(await read("nobody"))).toMatchObject({ kind: "not_found" });
  expect(problem(await read("of-somebody-else"))).toMatchObject({ kind: "not_found" });
  const elsewhere = await asked.read?.(config({ database: "postgres" }), "nightly", world);
  expect(elsewhere && problem(elsewhere)).toMatchObject({
    kind: "refused",
    sentence: "The database “postgres” has no pg_cron: give the one that cron.database_name names.",
  });
  await server().query("REVOKE EXECUTE ON FUNCTION cron.alter_job FROM owner");
  const original = value(await read("nightly"));
  expect(problem(await apply("nightly", cron("* * * * *"), original))).toMatchObject({
    kind: "refused",
    sentence: "PostgreSQL refused: permission denied for function alter_job (42501).",
  });
  await server().query("GRANT EXECUTE ON FUNCTION cron.alter_job TO owner");
});

test("fires by hand: the command runs once, as the role that owns it, and says how it ended", async () => {
  const fire = (ref: string) =>
    asked.fire?.(config(), { ref, window: instant(60_000), id: "018f0000-0000-7000-8000-000000000000" }, world);
  const answer = await fire("fails");
  expect(answer && value(answer)).toMatchObject({
    namesWindow: true,
    ran: { outcome: "fail", window: 60_000, log: "division by zero" },
  });
  const well = await fire("nightly");
  expect(well && value(well)).toMatchObject({ ran: { outcome: "success", log: null } });
});

test("its history gives each run once, while it runs and when it has ended, and covers what it read", async () => {
  // pg_cron fires at full minutes: the first after the jobs were made.
  const minute = Math.ceil((started + 1_000) / 60_000) * 60_000;
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, minute + 6_000 - Date.now())));
  const first = value(await history("every-minute", null));
  expect(first.runs.length).toBeGreaterThan(0);
  for (const run of first.runs) {
    expect(run).toMatchObject({ outcome: "success", log: null, window: null });
    expect(run.startedAt % 60_000).toBeLessThan(5_000);
  }
  expect(first.attempts.map(({ id, at, outcome }) => [id, at, outcome])).toEqual(
    first.runs.map((run) => [run.id, run.startedAt, "answered"]),
  );
  expect(first.coversFrom).toBeLessThan(first.coversTo);
  expect(first.coversTo).toBeGreaterThan(Date.now() - 10_000);
  expect(value(await history("every-minute", first.cursor))).toMatchObject({
    runs: [],
    attempts: [],
    coversFrom: null,
  });

  const failed = value(await history("fails", null)).runs[0];
  expect(failed).toMatchObject({ outcome: "fail", log: expect.stringMatching(/division by zero/) });

  const running = value(await history("hangs", null));
  expect(running.runs[0]).toMatchObject({ outcome: null, finishedAt: null });
  await server().crash();
  const after = value(await history("hangs", running.cursor));
  expect(after.runs[0]).toMatchObject({
    id: running.runs[0]?.id,
    startedAt: running.runs[0]?.startedAt,
    outcome: "fail",
  });
  expect(after.attempts[0]).toMatchObject({ id: running.attempts[0]?.id, outcome: "answer_unknown" });

  // A job that is gone fires nothing, and its history says so.
  await asOwner("SELECT cron.unschedule('hangs')");
  const gone = value(await history("hangs", after.cursor));
  expect(gone).toMatchObject({ runs: [], attempts: [], coversFrom: null });
  expect(problem(await history("hangs", null))).toMatchObject({ kind: "not_found" });

  // Whether history is kept at all is a setting that not every role may read.
  await server().query("REVOKE pg_read_all_settings FROM owner");
  const blind = value(await history("every-minute", first.cursor));
  expect(blind.coversFrom).toBeGreaterThanOrEqual(blind.coversTo);
  await server().query("GRANT pg_read_all_settings TO owner");

  // Rows that somebody deletes while nobody reads are a hole: nothing is claimed of it.
  const old = { ...(first.cursor as object), readTo: Date.now() - 7_200_000 };
  expect(value(await history("every-minute", old)).coversFrom).toBeGreaterThan(started - 3_600_000);
}, 150_000);
