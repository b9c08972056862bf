import { randomUUID } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import type { ReportedDecision } from "#lib/boundary/decision.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { givenDecision } from "#lib/testing/decisions.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { at, givenCheckIn, givenSchedule } from "#lib/testing/schedules.ts";
import { HOUR, type Instant, instant } from "#lib/time/instant.ts";
import cases from "#lib/verdicts/cases.json" with { type: "json" };
import { viewIncidents } from "#lib/views/incidents.ts";
import { viewWhy } from "#lib/views/why.ts";
import { viewWindows } from "#lib/views/windows.ts";
import { judgeHeard } from "./heard.ts";
import { judgeDue } from "./judge-due.ts";
import { judgeNow } from "./judge-now.ts";
import { makeRecorder } from "./record.ts";
import { type AttemptOf, storeAttemptsIn } from "./record-attempts.ts";
import { recordDecisions } from "./record-decisions.ts";

const db = useDatabase();
/** Every test has a route and a day of its own. */
let route = "";
let start: Instant;
let day = 0;

beforeEach(() => {
  route = `route-${randomUUID().slice(0, 8)}`;
  start = instant(at("2027-01-12T00:00:00Z") + day++ * 24 * HOUR);
  db.clock.at = start;
});

const moment = (text: string): Instant => {
  const [hours = 0, minutes = 0, seconds = 0] = text.split(":").map(Number);
  return instant(start + ((hours * 60 + minutes) * 60 + seconds) * 1_000);
};

const given = async (fields: object = {}): Promise<{ id: string; slug: string }> => {
  const id = await givenSchedule(start, { route, ...fields });
  const [row] = await db.sql.query<{ slug: string }>("SELECT slug FROM schedule WHERE id = $1::uuid", [id]);
  return { id, slug: row?.slug ?? "" };
};

/** As a reading of a history stores them, and what it judges by them; answers how many were new. */
const storeAttempts = (attempts: readonly AttemptOf[], now: Instant): Promise<number> =>
  inSqlTransaction(db.pool, async (tx) => {
    const words = await storeAttemptsIn(tx, attempts, now);
    await judgeHeard(tx, words, { now, historyOf: () => undefined });
    return words.length;
  });

/** Reported at `now`; of the moment of its own. */
const report = (now: string, ...decisions: (Partial<ReportedDecision> & { readonly at: Instant })[]) =>
  recordDecisions(
    db.pool,
    decisions.map((one) => givenDecision({ route, ...one })),
    moment(now),
  );

async function judged(now: string): Promise<void> {
  for (;;) if ((await judgeDue(db.pool, { now: moment(now), atMost: 100 })).judged === 0) return;
}

async function ran(id: string, time: string): Promise<void> {
  db.clock.at = moment(time);
  await makeRecorder({ pool: db.pool, clock: db.clock }).record([givenCheckIn(id, "success", db.clock.at)]);
}

const ctx = (now: string) => ({ actor: SYSTEM, now: moment(now) });
const windowAt = async (slug: string, expected: string, now: string) => {
  const read = await viewWindows(ctx(now), { slug, from: start, to: null, page: { limit: 100, cursor: null } });
  const found = succeeded(read).items.find((one) => Date.parse(one.expectedAt) === moment(expected));
  if (!found) throw new Error(`no window at ${expected}`);
  return found;
};
const incidentOf = async (slug: string) => {
  const [one] = await db.sql.query<Record<string, unknown>>(
    `SELECT i.state, i.cause, i.reason, i.sentence, i.diagnosis, i.waiting, i.resolution, i.outage_id::text AS outage
       FROM incident i JOIN schedule s ON s.id = i.schedule_id WHERE s.slug = $1 ORDER BY i.number DESC LIMIT 1`,
    [slug],
  );
  return one ?? null;
};

describe("decisions as evidence", () => {
  test("at least one rejected decision or refused attempt, and no admitted decision; carries the reason and its diagnosis", async () => {
    const { id, slug } = await given();
    const diagnosis = "The request carries a bearer secret; this route expects an HMAC signature.";
    await report("1:01", { at: moment("1:00:03"), reason: "wrong_contract", diagnosis });
    expect(await windowAt(slug, "1:00", "1:05")).toMatchObject({ verdict: "due", decisions: [{ via: "scheduler" }] });
    expect(await incidentOf(slug)).toBeNull();
    await judged("1:11");
    expect(await windowAt(slug, "1:00", "1:11")).toMatchObject({
      ...{ verdict: "missing", cause: "rejected", reason: "wrong_contract", diagnosis },
      decisions: [{ route, outcome: "rejected", schedule: slug, presented: { scheme: "Bearer" } }],
    });
    const incident = await incidentOf(slug);
    expect(incident).toMatchObject({ cause: "rejected", reason: "wrong_contract", diagnosis });
    expect(incident?.["sentence"]).toMatch(
      /Refused at the boundary: the request carries a bearer secret; this route expects an HMAC signature\.$/,
    );
    const why = succeeded(await viewWhy(ctx("1:11"), { slug, at: moment("1:00") }));
    expect(why.rungs.map(({ rung, reached }) => [rung, reached])).toEqual([
      ["attempt", true],
      ["decision", false],
      ["run", false],
      ["outcome", false],
    ]);
    expect(id).toBeTruthy();
  });

  test("an admitted decision, or an attempt that was answered well, and yet no run record", async () => {
    const { slug } = await given();
    await report("1:01", { at: moment("1:00:03") }, { at: moment("1:00:33"), outcome: "admitted" });
    await judged("1:11");
    expect(await windowAt(slug, "1:00", "1:11")).toMatchObject({ verdict: "missing", cause: "lost" });
  });

  test("Late evidence re-judges its window by its own timestamp; a rejection that is reported late gives a silent window its cause.", async () => {
    const { slug } = await given();
    await judged("1:11");
    expect(await incidentOf(slug)).toMatchObject({ cause: "silent", outage: null });
    await report("1:30", { at: moment("1:00:03"), reason: "bad_signature" });
    expect(await windowAt(slug, "1:00", "1:30")).toMatchObject({ cause: "rejected", reason: "bad_signature" });
    const incident = await incidentOf(slug);
    expect(incident).toMatchObject({ cause: "rejected", reason: "bad_signature", state: "open" });
    expect(incident?.["outage"]).not.toBeNull();
  });

  test("Incidents with the same boundary reason on the same route, or the same driver failing, are one outage, however far apart they open: an incident joins the open outage of its reason.", async () => {
    const [a, b] = [await given({ path: "/a" }), await given({ path: "/b" })];
    const other = await given({ path: "/c" });
    await report("1:01", ...["/a", "/b"].map((path) => ({ at: moment("1:00:03"), path, reason: "expired_token" })));
    await report("1:01", { at: moment("1:00:03"), path: "/c", reason: "wrong_secret" });
    await judged("1:11");
    const [one, two, three] = [await incidentOf(a.slug), await incidentOf(b.slug), await incidentOf(other.slug)];
    expect(one?.["outage"]).toBe(two?.["outage"]);
    expect(three?.["outage"]).not.toBe(one?.["outage"]);
    const listed = succeeded(await viewIncidents(ctx("1:11"), { query: {}, page: { limit: 10, cursor: null } }));
    expect(listed.items.filter((item) => item.route === route)).toHaveLength(3);
  });

  test("one whose cause is `rejected` waits, whatever came in by the manual door, until the scheduler itself is admitted", async () => {
    const { id, slug } = await given();
    await report("1:01", { at: moment("1:00:03") });
    await judged("1:11");
    await report("2:00:30", { at: moment("2:00:03"), outcome: "admitted", reason: "admitted_manual" });
    await ran(id, "2:01");
    await judged("2:11");
    expect(await incidentOf(slug)).toMatchObject({ state: "open", cause: "rejected", waiting: true });
    await report("3:00:05", { at: moment("3:00:03"), outcome: "admitted" });
    await ran(id, "3:01");
    expect(await incidentOf(slug)).toMatchObject({ state: "resolved" });
  });

  test("it waits for an admission after the last refusal, and takes one that is reported behind its run", async () => {
    const { id, slug } = await given();
    await report("1:01", { at: moment("1:00:03") });
    await judged("1:11");
    await ran(id, "2:00:10");
    expect(await incidentOf(slug)).toMatchObject({ state: "open", waiting: true });
    // An old admission, of a day before anything was refused, says nothing.
    await report("2:00:20", { at: moment("0:20"), outcome: "admitted" });
    expect(await incidentOf(slug)).toMatchObject({ state: "open" });
    await report("2:00:40", { at: moment("2:00:03"), outcome: "admitted" });
    expect(await incidentOf(slug)).toMatchObject({ state: "resolved" });
  });

  test("Those of a person, a stranger, or Rollcall's own probes and matrix are kept and shown, and are evidence for no window.", async () => {
    const { slug } = await given();
    await report(
      "1:01",
      { at: moment("1:00:01"), reason: "missing_credentials", presented: {} },
      { at: moment("1:00:02"), outcome: "admitted", reason: "admitted_manual" },
      { at: moment("1:00:03"), via: "probe" },
      { at: moment("0:30") },
    );
    await judged("1:11");
    expect(await windowAt(slug, "1:00", "1:11")).toMatchObject({ cause: "silent", decisions: [] });
    const rows = await db.sql.query("SELECT via FROM decision WHERE route = $1 ORDER BY at", [route]);
    expect(rows.map((row) => (row as { via: string }).via)).toEqual(["stranger", "stranger", "manual", "probe"]);
  });

  test("the diagnosis stays when a later window is judged", async () => {
    const { id, slug } = await given();
    await report("1:01", { at: moment("1:00:03"), diagnosis: "The secret is another one." });
    await judged("1:11");
    await ran(id, "2:00:10");
    expect(await incidentOf(slug)).toMatchObject({ diagnosis: "The secret is another one.", waiting: true });
  });
});

describe("taking in", () => {
  test("The sender gives each an `id` (UUID): the same again is taken once for 7 days", async () => {
    await given();
    const one = { id: randomUUID(), at: moment("1:00:03") };
    expect(await report("1:01", one, { ...one, at: moment("1:00:04") })).toEqual({ stored: 1, again: 1 });
    expect(await report("1:02", { ...one, id: one.id.toUpperCase(), at: moment("1:02") })).toEqual({
      stored: 0,
      again: 1,
    });
    const both = await Promise.all([
      report("1:03", { id: one.id, at: moment("1:03") }, { at: moment("1:03") }),
      report("1:03", { id: one.id, at: moment("1:03") }, { at: moment("1:03") }),
    ]);
    expect(both.map(({ stored }) => stored)).toEqual([1, 1]);
    const [count] = await db.sql.query<{ n: number }>("SELECT count(*)::int AS n FROM decision WHERE route = $1", [
      route,
    ]);
    expect(count?.n).toBe(3);
  });

  test("a tie belongs to all of them, marked ambiguous", async () => {
    const [a, b] = [await given(), await given()];
    await report("1:01", { at: moment("1:00:03") });
    await judged("1:11");
    for (const { slug } of [a, b]) {
      const window = await windowAt(slug, "1:00", "1:11");
      expect(window).toMatchObject({ cause: "rejected", decisions: [{ ambiguous: true }] });
    }
    const schedules = [a.slug, b.slug].sort();
    expect(await windowAt(a.slug, "1:00", "1:11")).toMatchObject({ decisions: [{ schedules }] });
  });

  test("the one expected nearest among those with a window open and no run", async () => {
    const [a, b] = [await given(), await given()];
    await ran(a.id, "1:00:01");
    await report("1:01", { at: moment("1:00:03"), outcome: "admitted" });
    expect(await windowAt(a.slug, "1:00", "1:05")).toMatchObject({ decisions: [] });
    expect(await windowAt(b.slug, "1:00", "1:05")).toMatchObject({
      decisions: [{ outcome: "admitted", ambiguous: false }],
    });
    // Behind the run that it led to, it is still that schedule's.
    await ran(b.id, "1:00:05");
    await report("1:02", { at: moment("1:00:04"), outcome: "admitted" });
    expect(await windowAt(b.slug, "1:00", "1:05")).toMatchObject({ decisions: [{}, {}] });
  });

  test("of a rolling schedule, whose window opened with its last run", async () => {
    const { id, slug } = await given({ spec: { kind: "rolling", everySeconds: 3_600 } });
    await ran(id, "0:30");
    await report("1:20", { at: moment("1:20") });
    await judged("1:41");
    expect(await windowAt(slug, "1:30", "1:41")).toMatchObject({ verdict: "missing", cause: "rejected" });
  });

  test("Attempts and decisions are placed in the same way: by the scheduled time that they name, else by their moment.", async () => {
    const { slug } = await given();
    await report("2:01", { at: moment("2:00:03"), window: moment("1:00") });
    await judged("2:11");
    expect(await windowAt(slug, "1:00", "2:11")).toMatchObject({ cause: "rejected" });
    expect(await windowAt(slug, "2:00", "2:11")).toMatchObject({ cause: "silent" });
  });

  test("a check-in is never judged without the decision before it", async () => {
    const { id } = await given();
    const recorder = makeRecorder({ pool: db.pool, clock: db.clock });
    db.clock.at = moment("1:00:01");
    await recorder.record([givenCheckIn(id, "success", db.clock.at)]);
    const seq = async () =>
      (
        await db.sql.query<{ seq: number }>(
          "SELECT seq::float8 AS seq FROM schedule_state WHERE schedule_id = $1::uuid",
          [id],
        )
      )[0]?.seq ?? 0;
    const before = await seq();
    await report("1:30", { at: moment("1:30") });
    expect(await seq()).toBe(before);
    await report("2:00:30", { at: moment("2:00:03") });
    expect(await seq()).toBeGreaterThan(before);
    db.clock.at = moment("2:00:40");
    expect(await recorder.record([givenCheckIn(id, "success", db.clock.at)])).toEqual(["stored"]);
  });

  test("attempts too, each once", async () => {
    const { id, slug } = await given();
    const attempt = {
      ...{ id: randomUUID(), scheduleId: id, at: moment("1:00:01"), scheduledFor: null, outcome: "no_answer" as const },
      ...{ status: null, latencyMs: 30_000, error: "ETIMEDOUT", source: "dispatcher" },
    };
    expect(await storeAttempts([attempt], moment("1:01"))).toBe(1);
    expect(await storeAttempts([attempt], moment("1:02"))).toBe(0);
    await judged("1:11");
    expect(await windowAt(slug, "1:00", "1:11")).toMatchObject({
      cause: "unreached",
      attempts: [{ latencyMs: 30_000, error: "ETIMEDOUT", source: "dispatcher", outcome: "no_answer" }],
    });
    await storeAttempts(
      [{ ...attempt, id: randomUUID(), outcome: "answered", status: 200, error: null }],
      moment("1:20"),
    );
    expect(await windowAt(slug, "1:00", "1:20")).toMatchObject({ cause: "lost" });
  });
});

interface Case {
  readonly title: string;
  readonly schedule: { readonly createdAt: string };
  readonly checkIns: readonly unknown[];
  readonly decisions?: readonly { readonly at: string; readonly outcome: "admitted" | "rejected" }[];
  readonly attempts?: readonly { readonly at: string; readonly outcome: "answered" | "no_answer" }[];
  readonly blindSpans?: readonly unknown[];
  readonly now: string;
  readonly expect: readonly { readonly expectedAt: string; readonly verdict: string; readonly cause?: string }[];
}
const worked = (cases as readonly Case[]).filter(
  (one) => (one.decisions || one.attempts) && one.checkIns.length === 0 && !one.blindSpans,
);

test.each(worked)(
  "worked case, as it is stored: $title",
  async ({ schedule, decisions = [], attempts = [], now, expect: wanted }) => {
    const { createdAt, ...fields } = schedule;
    const id = await givenSchedule(at(createdAt), { ...fields, route });
    const [row] = await db.sql.query<{ slug: string }>("SELECT slug FROM schedule WHERE id = $1::uuid", [id]);
    await recordDecisions(
      db.pool,
      decisions.map((one) => givenDecision({ route, outcome: one.outcome, at: at(one.at) })),
      at(now),
    );
    await storeAttempts(
      attempts.map((one) => ({
        ...{ id: randomUUID(), scheduleId: id, at: at(one.at), scheduledFor: null, outcome: one.outcome },
        ...{ status: null, latencyMs: null, error: null, source: "pg-cron" },
      })),
      at(now),
    );
    await inSqlTransaction(db.pool, (sql) => judgeNow(sql, [id], { now: at(now) }));
    const read = await viewWindows(
      { actor: SYSTEM, now: at(now) },
      { slug: row?.slug ?? "", from: at(createdAt), to: at(now), page: { limit: 10, cursor: null } },
    );
    expect(succeeded(read).items.map(({ expectedAt, verdict, cause }) => ({ expectedAt, verdict, cause }))).toEqual(
      wanted.map(({ expectedAt, verdict, cause }) => ({ expectedAt, verdict, cause })),
    );
  },
);
