/** The four rungs as they are stored and shown: what lies on each, and who left it there. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import type { CheckInKind } from "#lib/evidence/check-in.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { givenDecision } from "#lib/testing/decisions.ts";
import { at, givenCheckIn } from "#lib/testing/schedules.ts";
import type { Instant } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { addBlindSpan } from "#lib/verdicts/blind-store.ts";
import { judgeHeard } from "./heard.ts";
import { judgeDue } from "./judge-due.ts";
import { makeRecorder } from "./record.ts";
import { storeAttemptsIn } from "./record-attempts.ts";
import { recordDecisions } from "./record-decisions.ts";

const db = useDatabase();
let key: Call;
let id = "";
const time = (clock: string): Instant => at(`2027-01-12T${clock}Z`);

const attempt = (moment: Instant) =>
  inSqlTransaction(db.pool, async (tx) => {
    const told = { outcome: "no_answer" as const, status: null, latencyMs: 5, error: null, source: "pg-cron" };
    const one = { id: randomUUID(), scheduleId: id, at: moment, scheduledFor: null, ...told };
    await judgeHeard(tx, await storeAttemptsIn(tx, [one], moment), { now: moment, historyOf: () => undefined });
  });
const decision = (moment: Instant, outcome: "admitted" | "rejected", source: "gate" | "forward-auth" | "drain") => {
  const told = { route: "rungs", path: "/api/rungs", outcome, source, via: "scheduler" as const };
  const reason = outcome === "admitted" ? "admitted" : "missing_credentials";
  return recordDecisions(db.pool, [givenDecision({ at: moment, ...told, reason })], moment);
};
const checkIn = async (kind: CheckInKind, moment: Instant): Promise<void> => {
  db.clock.at = moment;
  await makeRecorder({ pool: db.pool, clock: db.clock }).record([givenCheckIn(id, kind, moment)]);
};

/** Hour by hour the run comes a rung further. */
beforeAll(async () => {
  db.clock.at = time("00:30:00");
  key = await keyCaller("write");
  await key("PUT", "/routes/rungs", {
    contract: { kind: "bearer", secret: "a secret of the rungs" },
    url: "https://app.example.com/api/rungs",
  });
  await key("PUT", "/schedules/rungs", {
    ...{ name: "Rungs", spec: { kind: "cron", expression: "0 * * * *" }, timezone: "UTC", graceSeconds: 600 },
    ...{ maxRuntimeSeconds: 1_800, route: "rungs", path: "/api/rungs" },
  });
  id = (await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = 'rungs'"))[0]?.id ?? "";
  await attempt(time("02:00:01"));
  await decision(time("03:00:02"), "rejected", "gate");
  await decision(time("04:00:02"), "admitted", "forward-auth");
  await decision(time("05:00:02"), "admitted", "gate");
  await checkIn("start", time("05:00:05"));
  await checkIn("start", time("06:00:05"));
  await checkIn("fail", time("06:00:09"));
  await checkIn("start", time("07:00:05"));
  await checkIn("success", time("07:00:09"));
  db.clock.at = time("07:30:00");
  for (;;) if ((await judgeDue(db.pool, { now: db.clock.at, atMost: 100 })).judged === 0) return;
});
afterAll(() => db.sql.query("DELETE FROM blind_span"));

/** `attempt decision` of the rungs that a window's run reached, by its verdict and cause. */
async function died(hour: string): Promise<string> {
  const { body } = await key("GET", `/schedules/rungs/why?at=2027-01-12T${hour}:00:00Z`);
  const reached = body.rungs.filter((one: { reached: boolean }) => one.reached);
  const names = reached.map((one: { rung: string }) => one.rung).join(" ");
  return `${names || "nothing"}: ${[body.window.verdict, body.window.cause].filter(Boolean).join(" ")}`;
}
const windowAt = async (hour: string) =>
  (await key("GET", `/schedules/rungs/windows?from=2027-01-12T${hour}:00:00Z&limit=1`)).body.items[0];

describe("A scheduled run can disappear on its way up, and each rung leaves different evidence:", () => {
  test("Rollcall lays the evidence beside the expected windows and says, for every window, on which rung the run died.", async () => {
    expect(await died("01")).toBe("nothing: missing silent");
    expect(await died("02")).toBe("attempt: missing unreached");
    expect(await died("03")).toBe("attempt: missing rejected");
    expect(await died("04")).toBe("attempt decision: missing lost");
    expect(await died("05")).toBe("attempt decision run: overrun");
    expect(await died("06")).toBe("attempt decision run: failed");
    expect(await died("07")).toBe("attempt decision run outcome: on_time");
  });

  // "1 attempt: did the scheduler fire?" "1 attempt: attempt"
  test("1 attempt: the scheduler: Rollcall's own dispatcher, or a driver that reads another scheduler's history", async () => {
    const window = await windowAt("02");
    expect([window.attempts.length, window.decisions.length, window.runs.length]).toEqual([1, 0, 0]);
    expect(window.attempts[0]).toMatchObject({
      at: "2027-01-12T02:00:01.000Z",
      outcome: "no_answer",
      source: "pg-cron",
    });
  });

  // "2 decision: did the trust boundary let the request in?" "2 decision: boundary decision, admitted or rejected with a reason"
  test("2 decision: the gate: library, forward-auth endpoint, or a log drain", async () => {
    const [refused, admitted] = [await windowAt("03"), await windowAt("04")];
    expect([refused.decisions.length, refused.runs.length, admitted.decisions.length, admitted.runs.length]).toEqual([
      ...[1, 0, 1, 0],
    ]);
    expect(refused.decisions[0]).toMatchObject({ outcome: "rejected", reason: "missing_credentials", source: "gate" });
    expect(admitted.decisions[0]).toMatchObject({ outcome: "admitted", source: "forward-auth" });
    const line = { at: "2027-01-12T07:00:30Z", method: "GET", path: "/api/rungs", status: 308, userAgent: "curl/8" };
    const drained = await key("POST", "/drains/rungs", `${JSON.stringify({ ...line, id: randomUUID() })}\n`);
    expect(drained.body).toEqual({ taken: 1, decisions: 1, ignored: 0 });
    expect((await windowAt("07")).decisions).toMatchObject([{ outcome: "rejected", source: "drain" }]);
  });

  // "3 run: did the application create a run record?" "3 run: check-in: start, success, fail, log"
  test("3 run: the job itself", async () => {
    const window = await windowAt("05");
    expect(window.runs).toMatchObject([{ startedAt: "2027-01-12T05:00:05.000Z", outcome: "running", source: "ping" }]);
    // What lies on the rungs below makes no run.
    for (const hour of ["01", "02", "03", "04"]) expect((await windowAt(hour)).runs).toEqual([]);
  });

  // "4 outcome: did that run end well and in time?" "4 outcome: check-in: success, fail, exit status"
  test("4 outcome: the job itself", async () => {
    const ends = async (hour: string) => (await windowAt(hour)).runs[0];
    expect(await ends("06")).toMatchObject({ outcome: "fail", finishedAt: "2027-01-12T06:00:09.000Z" });
    expect(await ends("07")).toMatchObject({ outcome: "success", durationSeconds: 4 });
  });
});

test("Silence is never neutral: a window with no evidence is an incident, and so is one whose evidence stops early.", async () => {
  const { body } = await key("GET", "/incidents?schedule=rungs");
  const [{ id: incident }] = body.items;
  const windows = (await key("GET", `/incidents/${incident}`)).body.windows;
  expect(windows.map((one: { expectedAt: string }) => one.expectedAt.slice(11, 13))).toEqual([
    ...["01", "02", "03", "04", "05", "06"],
  ]);
});

test("Being blind for longer than a minute is itself shown on the timeline, for every lane.", async () => {
  const blind = span(time("06:20:00"), time("06:21:30"));
  await inSqlTransaction(db.pool, (tx) => addBlindSpan(tx, { id: randomUUID(), span: blind, reason: "a test" }));
  await key("PUT", "/schedules/another", { name: "A", spec: { kind: "rolling", everySeconds: 60 }, timezone: "UTC", graceSeconds: 1 }); // biome-ignore format: one line
  const { body } = await key("GET", "/timeline?from=2027-01-12T06:00:00Z&to=2027-01-12T07:00:00Z&slugs=rungs,another");
  // Beside the lanes, not in one of them: it is every lane's.
  expect(body.blind).toEqual([{ from: "2027-01-12T06:20:00.000Z", to: "2027-01-12T06:21:30.000Z" }]);
  expect(body.lanes).toHaveLength(2);
});
