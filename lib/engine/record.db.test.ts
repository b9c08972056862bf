import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import type { CheckIn } from "#lib/evidence/check-in.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import { deriveRuns } from "#lib/evidence/run.ts";
import { runsFrom } from "#lib/evidence/store.ts";
import { maximumRuntime } from "#lib/schedules/windows.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at, givenCheckIn, givenSchedule } from "#lib/testing/schedules.ts";
import { HOUR, type Instant, instant, MINUTE, millis, plus } from "#lib/time/instant.ts";
import { isBad } from "#lib/verdicts/verdict.ts";
import { asCheckIn } from "./derive-anew.ts";
import { judgeDue } from "./judge-due.ts";
import { judgeNow } from "./judge-now.ts";
import { makeRecorder } from "./record.ts";
import { judgeSubject, loadSubjects } from "./subjects.ts";

const database = useDatabase();
const start = at("2027-01-12T00:00:00Z");

const recorder = () => makeRecorder({ pool: database.pool, clock: database.clock });

const incidentsOf = (id: string) =>
  database.sql.query<{ state: string; cause: string; sentence: string; resolution: string | null }>(
    "SELECT state, cause, sentence, resolution FROM incident WHERE schedule_id = $1::uuid ORDER BY number",
    [id],
  );

async function judgeAllDue(now: Instant): Promise<number> {
  let judged = 0;
  for (;;) {
    const done = await judgeDue(database.pool, { now, atMost: 100 });
    judged += done.judged;
    if (done.judged === 0) return judged;
  }
}

/** As the engine would, for one schedule alone: as long as its deadline has passed. */
async function judgeDueOf(id: string, now: Instant): Promise<void> {
  for (let turns = 0; ; turns++) {
    if (turns > 5) throw new Error("its deadline does not pass: an engine would never rest");
    const due = await database.sql.query(
      "SELECT 1 AS due FROM schedule_state WHERE schedule_id = $1::uuid AND next_deadline <= to_timestamp($2 / 1000.0)",
      [id, now],
    );
    if (due.length === 0) return;
    await inSqlTransaction(database.pool, (sql) => judgeNow(sql, [id], { now }));
  }
}

describe("from a schedule to a verdict and an incident", () => {
  test("a good check-in leaves a run and moves the deadline to the next window", async () => {
    database.clock.at = start;
    const id = await givenSchedule(start);
    database.clock.at = at("2027-01-12T01:00:05Z");
    expect(await recorder().record([givenCheckIn(id, "success", database.clock.at)])).toEqual(["stored"]);
    const [state] = await database.sql.query<{ at: number }>(
      "SELECT (extract(epoch from next_deadline) * 1000)::float8 AS at FROM schedule_state WHERE schedule_id = $1::uuid",
      [id],
    );
    expect(state?.at).toBe(at("2027-01-12T02:10:00Z") + 1);
    expect(await incidentsOf(id)).toEqual([]);
  });

  test("a window without a run is missing a millisecond after its grace, and an incident is open", async () => {
    const id = await givenSchedule(start);
    await judgeAllDue(at("2027-01-12T01:10:00Z"));
    expect(await incidentsOf(id)).toEqual([]);
    await judgeAllDue(instant(at("2027-01-12T01:10:00Z") + 1));
    expect(await incidentsOf(id)).toMatchObject([{ state: "open", cause: "silent" }]);
  });

  test("the next good run resolves it", async () => {
    const id = await givenSchedule(start);
    await judgeAllDue(at("2027-01-12T01:11:00Z"));
    database.clock.at = at("2027-01-12T02:00:01Z");
    await recorder().record([givenCheckIn(id, "success", database.clock.at)]);
    expect(await incidentsOf(id)).toMatchObject([{ state: "resolved", resolution: "Recovered: its runs come again." }]);
  });

  test("late evidence leaves it no bad window: resolved at once", async () => {
    const id = await givenSchedule(start);
    await judgeAllDue(at("2027-01-12T01:11:00Z"));
    database.clock.at = at("2027-01-12T01:30:00Z");
    await recorder().record([
      givenCheckIn(id, "success", at("2027-01-12T01:05:00Z"), { receivedAt: database.clock.at }),
    ]);
    expect(await incidentsOf(id)).toMatchObject([{ state: "resolved" }]);
  });

  test("a failed run opens one, in the transaction of its check-in", async () => {
    const id = await givenSchedule(start);
    database.clock.at = at("2027-01-12T01:00:30Z");
    await recorder().record([givenCheckIn(id, "fail", database.clock.at, { exitStatus: 3 })]);
    expect(await incidentsOf(id)).toMatchObject([{ state: "open", cause: "failed" }]);
    const messages = await database.sql.query<{ type: string }>(
      "SELECT type FROM outbox WHERE subject IN (SELECT id::text FROM incident WHERE schedule_id = $1::uuid)",
      [id],
    );
    expect(messages).toEqual([{ type: "incident.opened" }]);
  });

  test("the same check-in twice is stored once", async () => {
    const id = await givenSchedule(start);
    database.clock.at = at("2027-01-12T01:00:30Z");
    const checkIn = givenCheckIn(id, "success", database.clock.at);
    await recorder().record([checkIn]);
    await recorder().record([checkIn]);
    const rows = await database.sql.query("SELECT 1 FROM check_in WHERE schedule_id = $1::uuid", [id]);
    expect(rows.length).toBe(1);
  });

  test("a window whose name a run loses to an earlier start is judged anew too", async () => {
    database.clock.at = at("2027-01-12T11:00:00Z");
    const id = await givenSchedule(start);
    const named = { window: at("2027-01-12T01:00:00Z") };
    const inOrder = [
      givenCheckIn(id, "success", at("2027-01-12T02:00:00Z"), named),
      givenCheckIn(id, "success", at("2027-01-12T09:14:00Z"), named),
      // It takes the finish, and its name: window one ended hours late.
      givenCheckIn(id, "start", at("2027-01-12T06:30:00Z")),
      // A newer start takes the finish from it, and names another: window one has its good run alone again.
      givenCheckIn(id, "start", at("2027-01-12T07:28:00Z"), { window: at("2027-01-12T03:00:00Z") }),
    ];
    for (const checkIn of inOrder) {
      await recorder().record([checkIn]);
      await judgeDueOf(id, database.clock.at);
    }
    await expectAsTheRulesSay(id, inOrder);
  });

  test("a writer whose copy is older reads again: nothing is lost between two processes", async () => {
    const id = await givenSchedule(start);
    const [one, other] = [recorder(), recorder()];
    database.clock.at = at("2027-01-12T01:00:01Z");
    await one.record([givenCheckIn(id, "start", database.clock.at)]);
    database.clock.at = at("2027-01-12T01:00:02Z");
    await other.record([givenCheckIn(id, "success", database.clock.at)]);
    database.clock.at = at("2027-01-12T01:00:03Z");
    await one.record([givenCheckIn(id, "start", database.clock.at)]);
    database.clock.at = at("2027-01-12T01:00:04Z");
    await other.record([givenCheckIn(id, "success", database.clock.at)]);
    const runs = (await runsFrom(database.sql, [{ scheduleId: id, from: start }])).get(id);
    expect(runs?.map(({ outcome, hasStart }) => ({ outcome, hasStart }))).toEqual([
      { outcome: "success", hasStart: true },
      { outcome: "success", hasStart: true },
    ]);
  });
});

const rid = (n: number): string => `00000000-0000-4000-8000-00000000000${n}`;

const said = fc.record({
  minute: fc.integer({ min: 1, max: 600 }),
  kind: fc.constantFrom("start", "success", "fail", "log" as const),
  rid: fc.constantFrom(null, null, rid(1), rid(2)),
  window: fc.constantFrom(null, null, null, 1, 2, 3),
});

/** What is stored of a schedule is what the pure rules make of all its check-ins at once. */
async function expectAsTheRulesSay(id: string, all: readonly Incoming[]): Promise<void> {
  const now = database.clock.at;
  const subject = (await loadSubjects(database.sql, [id], { now, from: start })).get(id);
  if (!subject) throw new Error("the schedule is gone");
  const limit = (moment: Instant) => maximumRuntime(subject.facts.history, moment);
  const { runs } = deriveRuns(
    all.map((item): CheckIn => asCheckIn(item)),
    limit,
  );
  const stored = (await runsFrom(database.sql, [{ scheduleId: id, from: start }])).get(id) ?? [];
  const plain = (run: (typeof runs)[number]) => [
    run.id,
    run.startedAt,
    run.finishedAt,
    run.outcome,
    run.namedWindow,
    run.hasStart,
  ];
  expect(stored.map(plain).sort()).toEqual(runs.map(plain).sort());
  // The bad windows that are stored are those that judging all at once finds.
  const judged = judgeSubject({ ...subject, runs: stored, from: start, rollingOpenedAt: null }, now);
  const bad = judged.windows.filter((window) => isBad(window, [])).map((window) => window.expectedAt);
  const rows = await database.sql.query<{ at: number }>(
    "SELECT (extract(epoch from expected_at) * 1000)::float8 AS at FROM bad_window WHERE schedule_id = $1::uuid AND bad ORDER BY 1",
    [id],
  );
  const running = judged.windows.filter((window) => window.verdict === "running").map((window) => window.expectedAt);
  expect(rows.map((row) => row.at).filter((moment) => !running.includes(moment as Instant))).toEqual(bad);
}

const soon = fc.record({
  after: fc.integer({ min: 1, max: 240 }),
  kind: fc.constantFrom("success", "success", "success", "success", "start", "fail", "log" as const),
  rid: fc.constantFrom(null, null, null, rid(1), rid(2)),
  together: fc.boolean(),
  judged: fc.boolean(),
});

describe("what is stored is what the rules say", () => {
  test("when check-ins come in their order, many in a window, and are judged as they come", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(soon, { minLength: 10, maxLength: 70 }),
        fc.constantFrom(
          { spec: { kind: "interval", everySeconds: 900, anchor: "2027-01-12T00:00:00Z" } },
          { spec: { kind: "interval", everySeconds: 900, anchor: "2027-01-12T00:00:00Z" }, maxRuntimeSeconds: 120 },
          { spec: { kind: "cron", expression: "0 * * * *" }, graceSeconds: 3_000 },
          { spec: { kind: "rolling", everySeconds: 600 } },
        ),
        async (checkIns, fields) => {
          const id = await givenSchedule(start, fields);
          const one = recorder();
          const all: Incoming[] = [];
          let now = start;
          let batch: Incoming[] = [];
          for (const [i, checkIn] of checkIns.entries()) {
            now = plus(now, millis(checkIn.after * 1_000 + (i % 7)));
            batch.push(givenCheckIn(id, checkIn.kind, now, { rid: checkIn.rid }));
            if (checkIn.together && i < checkIns.length - 1) continue;
            database.clock.at = now;
            if (checkIn.judged) await judgeDueOf(id, now);
            await one.record(batch);
            all.push(...batch);
            batch = [];
          }
          await judgeDueOf(id, now);
          await expectAsTheRulesSay(id, all);
        },
      ),
      { numRuns: 40, endOnFailure: true },
    );
  });

  test("whatever the order of arrival, in whatever batches, with the engine judging in between", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(said, { minLength: 1, maxLength: 14, selector: (one) => one.minute }),
        fc.array(fc.nat(), { minLength: 14, maxLength: 14 }),
        fc.array(fc.boolean(), { minLength: 14, maxLength: 14 }),
        fc.constantFrom({}, { maxRuntimeSeconds: 900 }, { spec: { kind: "rolling", everySeconds: 3_600 } }),
        async (checkIns, shuffle, together, fields) => {
          const id = await givenSchedule(start, fields);
          const all: Incoming[] = checkIns.map((one) =>
            givenCheckIn(id, one.kind, plus(start, (one.minute * MINUTE) as typeof MINUTE), {
              rid: one.rid,
              window: one.window === null ? null : plus(start, (one.window * HOUR) as typeof HOUR),
            }),
          );
          const order = all.map((item, i) => ({ item, key: shuffle[i] ?? 0 })).sort((a, b) => a.key - b.key);
          const one = recorder();
          let batch: Incoming[] = [];
          for (const [i, { item }] of order.entries()) {
            batch.push(item);
            if (together[i] && i < order.length - 1) continue;
            // Evidence may arrive up to 7 days late; here the engine is ahead of all of it.
            database.clock.at = plus(start, (11 * HOUR) as typeof HOUR);
            await one.record(batch);
            batch = [];
            await judgeDueOf(id, database.clock.at);
          }
          await expectAsTheRulesSay(id, all);
        },
      ),
      { numRuns: 60, endOnFailure: true },
    );
  });
});
