import { beforeAll, beforeEach, expect, test } from "vitest";
import { inTransaction } from "#lib/db/transaction.ts";
import { connectionInput } from "#lib/drivers/schema.ts";
import { putConnection } from "#lib/drivers/service.ts";
import { ok } from "#lib/problem.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { at, givenSchedule } from "#lib/testing/schedules.ts";
import { type Job, USER_SECRET, type UserEndpoint, userEndpoint } from "#lib/testing/user-endpoint.ts";
import { type Instant, MINUTE, millis, plus, SECOND, toRfc3339 } from "#lib/time/instant.ts";
import { fireConnected } from "./fire-connected.ts";
import { fireNow } from "./fire-now.ts";
import { judgeDue } from "./judge-due.ts";
import { readDrivers } from "./read-drivers.ts";
import { judgeSubject, loadSubjects } from "./subjects.ts";

const db = useDatabase();
const start = at("2027-01-12T00:00:00Z");
const minute = (n: number, seconds = 0): Instant => plus(start, millis(n * MINUTE + seconds * SECOND));
let there: UserEndpoint;
const failing: string[] = [];

beforeAll(async () => {
  there = await userEndpoint();
  const given = { kind: "webhook", url: `${there.origin}/drive`, secret: USER_SECRET, allowPrivateNetwork: true };
  const input = connectionInput.parse(given);
  succeeded(await putConnection({ actor: SYSTEM, now: start }, { name: "theirs", input, ifMatch: null }));
});

beforeEach(async () => {
  db.clock.at = start;
  there.answers = null;
  there.coversTo = () => toRfc3339(db.clock.at);
  there.jobs.clear();
  failing.length = 0;
  await db.sql.query("DELETE FROM schedule");
  await db.sql.query("UPDATE outage SET resolved_at = now() WHERE resolved_at IS NULL");
});

const job = (ref: string): Job => {
  const spec = { kind: "cron", expression: "0 * * * *", dialect: "rollcall" };
  const one: Job = { spec, native: "0 * * * *", enabled: true, runs: [], attempts: [] };
  there.jobs.set(ref, one);
  return one;
};
/** Expected every hour, a grace of ten minutes. */
const given = (ref: string, more: Record<string, unknown> = {}) =>
  givenSchedule(db.clock.at, { driver: { kind: "webhook", connection: "theirs", ref }, ...more });

async function readAt(now: Instant): Promise<Instant | null> {
  db.clock.at = now;
  const { pool, clock } = db;
  const { secret } = db.runtime.config;
  return readDrivers({ pool, clock, secret, onFailing: ({ sentence }) => failing.push(sentence) });
}
const judgeAt = (now: Instant) => judgeDue(db.pool, { now, atMost: 100 });

/** Of the window that was expected after an hour. */
async function windowOf(id: string, now: Instant, expectedAt: Instant = minute(60)) {
  const subject = (await loadSubjects(db.sql, [id], { now, from: start })).get(id);
  const window = subject && judgeSubject(subject, now).windows.find((one) => one.expectedAt === expectedAt);
  if (!subject || !window) throw new Error("there is no such window");
  return { ...window, its: subject };
}
const incident = async (id: string) =>
  (
    await db.sql.query<Record<string, unknown>>(
      `SELECT i.cause, i.reason, i.diagnosis, i.state, o.driver, o.reason AS outage FROM incident i
         LEFT JOIN outage o ON o.id = i.outage_id WHERE i.schedule_id = $1::uuid ORDER BY i.number DESC LIMIT 1`,
      [id],
    )
  )[0] ?? null;

test("what a scheduler's history tells is attempts and runs, each once however often it is read", async () => {
  const its = job("nightly");
  const id = await given("nightly");
  await readAt(minute(0, 1));
  its.attempts.push({ id: "a1", at: toRfc3339(minute(60, 1)) });
  its.runs.push({ id: "r1", startedAt: toRfc3339(minute(60, 2)) });
  await readAt(minute(60, 30));
  expect(await windowOf(id, minute(60, 30))).toMatchObject({
    verdict: "running",
    runs: [{ startedAt: minute(60, 2) }],
  });
  its.runs[0] = {
    ...(its.runs[0] ?? { id: "", startedAt: "" }),
    finishedAt: toRfc3339(minute(61)),
    outcome: "success",
    log: "done",
  };
  await readAt(minute(61, 30));
  const { its: subject, ...window } = await windowOf(id, minute(61, 30));
  expect(window).toMatchObject({ verdict: "on_time", runs: [{ outcome: "success", finishedAt: minute(61) }] });
  expect(subject.runs.map(({ source, logBytes }) => [source, logBytes])).toEqual([["webhook", 4]]);
  expect(subject.attempts).toMatchObject([{ at: minute(60, 1), source: "webhook", outcome: "answered" }]);
  // The same history from its beginning again, as after a crash before the cursor was stored.
  await db.sql.query("UPDATE driver_reading SET cursor = NULL, next_at = to_timestamp(0)");
  await readAt(minute(62));
  const again = await windowOf(id, minute(62));
  expect([again.its.runs.length, again.its.attempts.length, again.doubleFire]).toEqual([1, 1, false]);
});

test("a window is judged when the history has been read past it, and not before", async () => {
  const its = job("nightly");
  const id = await given("nightly");
  const next = await readAt(minute(69, 59));
  if (next === null) throw new Error("it is never read again");
  expect(next - minute(70)).toBeLessThan(5_000);
  // It ran in time, a second before the end; nobody has read it yet.
  its.attempts.push({ id: "a1", at: toRfc3339(minute(69, 59)) });
  its.runs.push({ id: "r1", startedAt: toRfc3339(minute(69, 59)), finishedAt: toRfc3339(minute(70, 1)), outcome: "success" }); // biome-ignore format: one row
  expect(await judgeAt(minute(70, 1))).toMatchObject({ judged: 0 });
  await readAt(next);
  await judgeAt(next);
  expect(await windowOf(id, next)).toMatchObject({ verdict: "on_time" });
  expect(await incident(id)).toBeNull();
});

test("not_fired: a driver that reports attempts covers the window and reports none", async () => {
  job("nightly");
  const id = await given("nightly");
  await readAt(minute(0, 1));
  await readAt(minute(69, 50));
  // Covered up to here: the window is not over.
  expect((await windowOf(id, minute(70, 1))).cause).toBe("silent");
  await readAt(minute(70, 4));
  expect(await judgeAt(minute(70, 4))).toMatchObject({ opened: 1 });
  expect(await windowOf(id, minute(70, 4))).toMatchObject({ verdict: "missing", cause: "not_fired" });
  expect(await incident(id)).toMatchObject({ cause: "not_fired", driver: "webhook/theirs", outage: "driver_failing" });
});

test("a history with a hole covers nothing of it, and one that says nothing of coverage covers nothing", async () => {
  job("nightly");
  const id = await given("nightly");
  await readAt(minute(0, 1));
  there.coversTo = () => null;
  await readAt(minute(70, 4));
  await judgeAt(minute(70, 4));
  expect(await windowOf(id, minute(70, 4))).toMatchObject({ verdict: "missing", cause: "silent" });
});

test("a driver that fails is named, asked less often, and its incidents are one outage", async () => {
  job("one");
  job("two");
  const ids = [await given("one"), await given("two")];
  await readAt(minute(0, 1));
  there.answers = { status: 503, body: { message: "maintenance" } };
  const sentence = "The endpoint answers 503: maintenance.";
  const apart: number[] = [];
  for (let now = minute(60), tries = 0; tries < 8; tries++) {
    const next = await readAt(now);
    if (next === null) throw new Error("it is never read again");
    apart.push(Math.round((next - now) / SECOND));
    now = next;
  }
  expect(apart).toEqual([10, 20, 40, 80, 160, 300, 300, 300]);
  expect(failing).toEqual([sentence, sentence]);
  expect(await judgeAt(minute(75))).toMatchObject({ opened: 2 });
  for (const id of ids)
    expect(await incident(id)).toEqual({
      ...{ cause: "silent", reason: "driver_failing", diagnosis: sentence, state: "open" },
      ...{ driver: "webhook/theirs", outage: "driver_failing" },
    });
  const outages = await db.sql.query<{ n: number }>("SELECT count(*)::int AS n FROM outage WHERE resolved_at IS NULL");
  expect(outages[0]?.n).toBe(1);

  // It comes back, and tells that both had run in time: nothing was missed.
  there.answers = null;
  for (const [i, ref] of ["one", "two"].entries()) {
    const ran = {
      startedAt: toRfc3339(minute(60, 1)),
      finishedAt: toRfc3339(minute(60, 5)),
      outcome: "success" as const,
    };
    there.jobs.get(ref)?.attempts.push({ id: `a${i}`, at: toRfc3339(minute(60, 1)) });
    there.jobs.get(ref)?.runs.push({ id: `r${i}`, ...ran });
  }
  await readAt(minute(100));
  for (const id of ids) expect(await incident(id)).toMatchObject({ state: "resolved" });
});

test("a schedule that gets another job begins anew, and what happened before is not its evidence", async () => {
  const [first, second] = [job("first"), job("second")];
  const old = { startedAt: toRfc3339(minute(-30)), finishedAt: toRfc3339(minute(-29)), outcome: "success" as const };
  first.runs.push({ id: "old", ...old });
  second.runs.push({ id: "other", ...old });
  const id = await given("first");
  await readAt(minute(0, 1));
  await db.sql.query("UPDATE schedule SET driver = jsonb_set(driver, '{ref}', '\"second\"') WHERE id = $1::uuid", [id]);
  await readAt(minute(0, 20));
  const rows = await db.sql.query("SELECT ref, read_to IS NOT NULL AS read FROM driver_reading");
  expect(rows).toEqual([{ ref: "second", read: true }]);
  expect((await windowOf(id, minute(1))).its.runs).toEqual([]);
  await inTransaction(async (tx) => ok(await tx.query("UPDATE schedule SET archived_at = now()")));
  await readAt(minute(0, 40));
  expect(await db.sql.query("SELECT 1 AS one FROM driver_reading")).toEqual([]);
});

/** Waits for everything that was begun. */
async function fireAt(now: Instant): Promise<void> {
  db.clock.at = now;
  const { pool, clock } = db;
  const onFailed = (thrown: unknown) => Promise.reject(thrown);
  await Promise.all(await fireConnected({ pool, clock, secret: db.runtime.config.secret, onFailed }));
}
const attemptsOf = (id: string) =>
  db.sql.query<Record<string, unknown>>(
    `SELECT outcome, error, source, scheduled_for AS window, pending_until AS pending FROM attempt
      WHERE schedule_id = $1::uuid ORDER BY at`,
    [id],
  );
const planned = (id: string, window: Instant | null, now: Instant) =>
  fireNow(db.sql, { scheduleId: id, window, why: window === null ? "manual" : "make_good", actor: null }, now);

test("what another scheduler fires is fired by hand through its driver, once, with its window named", async () => {
  job("nightly");
  const id = await given("nightly");
  const attempt = await planned(id, minute(60), minute(90));
  there.fired.length = 0;
  await Promise.all([fireAt(minute(90)), fireAt(minute(90))]);
  await fireAt(minute(91));
  expect(there.fired).toEqual([{ ref: "nightly", window: toRfc3339(minute(60)), id: attempt }]);
  expect(await attemptsOf(id)).toEqual([
    { outcome: "answered", error: null, source: "webhook", window: new Date(minute(60)), pending: null },
  ]);
  // Fired again while nobody answers: it may have fired, and is not asked again.
  there.answers = { status: 502 };
  await planned(id, null, minute(92));
  await fireAt(minute(92));
  there.answers = { status: 403, body: { message: "not today" } };
  await planned(id, null, minute(93));
  await fireAt(minute(93));
  await fireAt(minute(94));
  expect((await attemptsOf(id)).slice(1)).toMatchObject([
    { outcome: "answer_unknown", error: "The endpoint answers 502.", pending: null },
    { outcome: "refused", error: "The endpoint answers 403: not today." },
  ]);
});

test("two engines share what is due, and each history is read once", async () => {
  for (let i = 0; i < 6; i++) {
    job(`job-${i}`);
    await given(`job-${i}`);
  }
  there.asked.length = 0;
  await Promise.all([readAt(minute(0, 1)), readAt(minute(0, 1)), readAt(minute(0, 1))]);
  expect(there.asked).toHaveLength(6);
});
