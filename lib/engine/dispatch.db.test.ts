import { afterEach, describe, expect, test } from "vitest";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { givenDispatcher, givenFired, windowsNow } from "#lib/testing/dispatching.ts";
import { givenGated } from "#lib/testing/gated-target.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { at } from "#lib/testing/schedules.ts";
import { givenTarget, type Handler } from "#lib/testing/target.ts";
import { type Instant, instant, MINUTE, SECOND } from "#lib/time/instant.ts";
import { addBlindSpan } from "#lib/verdicts/blind-store.ts";
import { judgeDue } from "./judge-due.ts";
import { setMaintenance } from "./maintenance.ts";
import { pauseSchedule } from "./pause-schedule.ts";

const db = useDatabase();

/** Each test has an hour of its own, and begins half an hour before it. */
let hour = at("2027-01-12T00:00:00Z");
function begin(): Instant {
  hour = instant(hour + 4 * 60 * MINUTE);
  db.clock.at = instant(hour - 30 * MINUTE);
  return hour;
}
/** Nothing of one test is fired in the next. */
afterEach(async () => {
  await db.sql.query("UPDATE dispatch_clock SET next_at = NULL");
  await db.sql.query("DELETE FROM dispatch");
});
const later = (seconds: number): Instant => instant(hour + seconds * SECOND);

const incidents = async (slug: string) => {
  await judgeDue(db.pool, { now: db.clock.now(), atMost: 100 });
  return db.sql.query<Record<string, unknown>>(
    `SELECT i.state, i.cause, i.reason, i.diagnosis FROM incident i JOIN schedule s ON s.id = i.schedule_id
      WHERE s.slug = $1 ORDER BY i.number`,
    [slug],
  );
};
const attempts = (id: string) =>
  db.sql.query<Record<string, unknown>>(
    `SELECT outcome, status::int AS status, error, excerpt, (extract(epoch FROM scheduled_for) * 1000)::float8 AS window
       FROM attempt WHERE schedule_id = $1::uuid ORDER BY at, id`,
    [id],
  );
const runs = (id: string) =>
  db.sql.query<Record<string, unknown>>(
    `SELECT outcome, source, manual, (extract(epoch FROM named_window) * 1000)::float8 AS window FROM run
      WHERE schedule_id = $1::uuid ORDER BY started_at, id`,
    [id],
  );
const verdictAt = async (id: string, expectedAt: Instant) =>
  (await windowsNow(db, id)).find((window) => window.expectedAt === expectedAt)?.verdict;

/** Answers when it is told to. */
function held(): { readonly handler: Handler; release(): void } {
  const waiting: (() => void)[] = [];
  return {
    handler: (_request, response) => waiting.push(() => response.end("done")),
    release: () => {
      for (const answer of waiting.splice(0)) answer();
    },
  };
}
const arrived = async (count: () => number, wanted: number): Promise<void> => {
  for (let i = 0; i < 200 && count() < wanted; i++) await new Promise((resolve) => setTimeout(resolve, 10));
};

describe("A schedule that Rollcall's dispatcher fires takes the target's answer as its run (a success code: success; 401, 403, a redirect or a challenge: a rejected decision and no run; another answer: fail; no answer at all: a failed attempt and no run), unless it says that its application checks in itself: then an answer is only an attempt.", () => {
  test("a success code: success", async () => {
    const window = begin();
    const target = await givenTarget((_request, response) => response.end("done"));
    const { id, slug } = await givenFired(db, { url: `${target.origin}/job` });
    const dispatcher = givenDispatcher(db);
    expect(await dispatcher.fireAt(later(-1))).toBe(window);
    await dispatcher.at(window);
    expect(target.asked).toMatchObject([
      {
        ...{ method: "POST", url: "/job" },
        headers: { "rollcall-scheduled-for": new Date(window).toISOString(), "rollcall-schedule": slug },
      },
    ]);
    expect(await attempts(id)).toMatchObject([{ outcome: "answered", status: 200, window }]);
    expect(await runs(id)).toEqual([{ outcome: "success", source: "dispatcher", manual: false, window }]);
    await dispatcher.at(later(1_800));
    expect(await incidents(slug)).toEqual([]);
    expect(await verdictAt(id, window)).toBe("on_time");
    expect(target.asked).toHaveLength(1);
  });

  test("401, 403, a redirect or a challenge: a rejected decision and no run", async () => {
    const window = begin();
    const target = await givenTarget((_request, response) => response.writeHead(308, { location: "/login" }).end());
    const { id, slug } = await givenFired(db, { url: `${target.origin}/job` });
    await givenDispatcher(db).at(window);
    expect(await attempts(id)).toMatchObject([{ outcome: "refused", status: 308 }]);
    expect(await runs(id)).toEqual([]);
    const decided = await db.sql.query(
      "SELECT outcome, via, reason, detail, source FROM decision WHERE schedule_ids[1] = $1::uuid",
      [id],
    );
    expect(decided).toEqual([
      { outcome: "rejected", via: "scheduler", reason: "redirect", detail: "login", source: "dispatcher" },
    ]);
    db.clock.at = later(1_800);
    expect(await incidents(slug)).toMatchObject([
      { state: "open", cause: "rejected", reason: "redirect", diagnosis: expect.stringContaining("a login page") },
    ]);
  });

  test("another answer: fail, with the body's beginning as its log and no secret in it", async () => {
    const window = begin();
    const secret = "s3cret-of-the-target-0123456789";
    const target = await givenTarget((request, response) => {
      response.writeHead(500).end(`Traceback: it was called with ${request.headers["x-api-key"]}`);
    });
    const { id, slug } = await givenFired(db, { url: target.origin, headers: { "X-Api-Key": secret } });
    await givenDispatcher(db).at(window);
    expect(await runs(id)).toMatchObject([{ outcome: "fail", window }]);
    const [log] = await db.sql.query<{ text: string }>(
      "SELECT convert_from(body, 'UTF8') AS text FROM check_in WHERE schedule_id = $1::uuid AND kind = 'fail'",
      [id],
    );
    expect(log?.text).toContain("Traceback: it was called with …");
    expect(JSON.stringify([log, await attempts(id)])).not.toContain(secret);
    // At once: nobody waits for the end of the grace.
    expect(await incidents(slug)).toMatchObject([{ state: "open", cause: "failed" }]);
  });

  test("no answer at all: a failed attempt and no run", async () => {
    const window = begin();
    const { id, slug } = await givenFired(db, { url: "http://127.0.0.1:9/job" });
    await givenDispatcher(db).at(window);
    expect(await attempts(id)).toMatchObject([
      { outcome: "no_answer", status: null, error: "127.0.0.1:9 refuses connections: nothing listens there." },
    ]);
    expect(await runs(id)).toEqual([]);
    db.clock.at = later(1_800);
    expect(await incidents(slug)).toMatchObject([{ cause: "unreached" }]);
  });

  test("unless it says that its application checks in itself: then an answer is only an attempt.", async () => {
    const window = begin();
    const target = await givenTarget((_request, response) => response.end("done"));
    const { id, slug } = await givenFired(db, { url: target.origin, runs: "check-in" });
    await givenDispatcher(db).at(window);
    expect(await attempts(id)).toMatchObject([{ outcome: "answered", status: 200 }]);
    expect(await runs(id)).toEqual([]);
    db.clock.at = later(1_800);
    expect(await incidents(slug)).toMatchObject([{ cause: "lost" }]);
  });

  test("an address of a private network is asked only where the target allows it", async () => {
    const window = begin();
    const target = await givenTarget((_request, response) => response.end());
    const { id } = await givenFired(db, { url: target.origin, allowPrivateNetwork: false });
    await givenDispatcher(db).at(window);
    expect(target.asked).toEqual([]);
    expect(await attempts(id)).toMatchObject([{ outcome: "no_answer", error: expect.stringContaining("private") }]);
  });
});

describe("an attempt is stored before it is sent and never sent again", () => {
  test("while its answer may come its window is running; one whose answer was not stored stays answer_unknown", async () => {
    const window = begin();
    const target = held();
    const { origin, asked } = await givenTarget(target.handler);
    const { id, slug } = await givenFired(db, { url: origin, timeoutSeconds: 900 }, { graceSeconds: 60 });
    await givenDispatcher(db).fireAt(window);
    await arrived(() => asked.length, 1);
    // The engine that sent it is gone from here on; another one comes.
    const other = givenDispatcher(db);
    await other.at(later(120));
    expect(await verdictAt(id, window)).toBe("running");
    expect(await incidents(slug)).toEqual([]);
    await other.at(later(960));
    expect(asked).toHaveLength(1);
    expect(await attempts(id)).toMatchObject([{ outcome: "answer_unknown", window }]);
    expect(await incidents(slug)).toMatchObject([{ state: "open", cause: "unreached" }]);
    target.release();
  });

  test("two engines at one moment fire each window once", async () => {
    const window = begin();
    const target = await givenTarget((_request, response) => response.end());
    const ids: string[] = [];
    for (let n = 0; n < 60; n++) ids.push((await givenFired(db, { url: `${target.origin}/${n}` })).id);
    const engines = [givenDispatcher(db), givenDispatcher(db), givenDispatcher(db)];
    await Promise.all(engines.map((engine) => engine.fireAt(window)));
    await Promise.all(engines.map((engine) => engine.at(later(1))));
    const paths = target.asked.map(({ url }) => url);
    expect(new Set(paths).size).toBe(60);
    expect(paths).toHaveLength(60);
    const [row] = await db.sql.query("SELECT count(*)::int AS runs FROM run WHERE schedule_id = ANY ($1::uuid[])", [
      ids,
    ]);
    expect(row).toEqual({ runs: 60 });
  });
});

describe("retries and overlap", () => {
  test("a retry that succeeds heals the window", async () => {
    const window = begin();
    let calls = 0;
    const target = await givenTarget((_request, response) => response.writeHead(++calls < 3 ? 503 : 200).end());
    const { id, slug } = await givenFired(db, { url: target.origin, retries: 2 });
    const dispatcher = givenDispatcher(db);
    await dispatcher.at(window);
    expect(await incidents(slug)).toMatchObject([{ state: "open", cause: "failed" }]);
    await dispatcher.at(later(1));
    expect(calls).toBe(1);
    await dispatcher.at(later(2));
    await dispatcher.at(later(8));
    expect((await runs(id)).map((run) => run["outcome"])).toEqual(["fail", "fail", "success"]);
    expect(await incidents(slug)).toMatchObject([{ state: "resolved" }]);
    await dispatcher.at(later(600));
    expect(calls).toBe(3);
  });

  test("none where the schedule asks for none, and none for a refusal", async () => {
    const window = begin();
    const target = await givenTarget((request, response) =>
      response.writeHead(request.url === "/no" ? 403 : 500).end(),
    );
    await givenFired(db, { url: `${target.origin}/fails` });
    await givenFired(db, { url: `${target.origin}/no`, retries: 5 });
    const dispatcher = givenDispatcher(db);
    for (const seconds of [0, 3, 30, 300]) await dispatcher.at(instant(window + seconds * SECOND));
    expect(target.asked).toHaveLength(2);
  });

  test.each([
    ["allow", 2],
    ["skip", 1],
    ["wait", 1],
  ])("overlap %s", async (overlap, atTheSecond) => {
    const window = begin();
    const target = held();
    const { origin, asked } = await givenTarget(target.handler);
    const every = { spec: { kind: "interval", everySeconds: 120, anchor: new Date(window).toISOString() } };
    const { id } = await givenFired(db, { url: origin, overlap, timeoutSeconds: 900 }, { ...every, graceSeconds: 60 });
    const dispatcher = givenDispatcher(db);
    db.clock.at = instant(window - SECOND);
    await db.sql.query("UPDATE dispatch_clock SET fired_through = to_timestamp($2::float8 / 1000) WHERE schedule_id = $1::uuid", [id, db.clock.at]); // biome-ignore format: one line
    await dispatcher.fireAt(window);
    await dispatcher.fireAt(later(120));
    await arrived(() => asked.length, atTheSecond);
    expect(asked).toHaveLength(atTheSecond);
    target.release();
    await dispatcher.settle();
    await dispatcher.fireAt(later(130));
    await arrived(() => asked.length, overlap === "wait" ? 2 : atTheSecond);
    target.release();
    await dispatcher.settle();
    expect(asked).toHaveLength(overlap === "skip" ? 1 : 2);
    db.clock.at = later(200);
    const second = (await windowsNow(db, id)).find(({ expectedAt }) => expectedAt === later(120));
    expect(second).toMatchObject(
      overlap === "skip" ? { verdict: "missing", cause: "not_fired", reason: "overlap" } : { verdict: "on_time" },
    );
  });
});

describe("what is not fired", () => {
  test("what is paused or in maintenance at its time is excused, and nothing is sent", async () => {
    const window = begin();
    const target = await givenTarget((_request, response) => response.end());
    const ctx = { actor: SYSTEM, now: db.clock.now() };
    const paused = await givenFired(db, { url: target.origin });
    const mended = await givenFired(db, { url: target.origin }, { tags: ["mended"] });
    succeeded(await pauseSchedule(ctx, { slug: paused.slug, input: { until: later(60), resumeOnCheckIn: false }, ifMatch: null })); // biome-ignore format: one line
    const input = { from: later(-60), to: later(60), tags: ["mended"], reason: "New disk" };
    succeeded(await setMaintenance(ctx, { input }));
    const dispatcher = givenDispatcher(db);
    await dispatcher.at(window);
    expect(target.asked).toEqual([]);
    db.clock.at = later(1_800);
    for (const { id } of [paused, mended]) expect(await verdictAt(id, window)).toBe("excused");
    await dispatcher.at(later(3_600));
    expect(target.asked).toHaveLength(2);
  });

  test("a window missed while Rollcall was down is run once if still inside its grace, or skipped, as the schedule chooses", async () => {
    const window = begin();
    const target = await givenTarget((_request, response) => response.end());
    const run = await givenFired(db, { url: `${target.origin}/run`, catchUp: "run" });
    const skip = await givenFired(db, { url: `${target.origin}/skip`, catchUp: "skip" });
    const late = await givenFired(db, { url: `${target.origin}/late`, catchUp: "run" }, { graceSeconds: 60 });
    // Nobody is there until five minutes later.
    await givenDispatcher(db).at(later(300));
    expect(target.asked.map(({ url }) => url)).toEqual(["/run"]);
    expect(await verdictAt(run.id, window)).toBe("on_time");
    db.clock.at = later(1_800);
    for (const { id } of [skip, late]) {
      expect((await windowsNow(db, id)).find((one) => one.expectedAt === window)).toMatchObject({
        ...{ verdict: "missing", cause: "not_fired", reason: "missed_while_down" },
        diagnosis: "Rollcall was not there to fire it.",
      });
    }
  });

  test("Rollcall's own dispatcher is a driver whose history covers its own blind spans: what it did not fire was not fired.", async () => {
    const window = begin();
    const { id, slug } = await givenFired(db, { url: "http://127.0.0.1:9/" });
    await addBlindSpan(db.sql, { id: crypto.randomUUID(), span: { from: later(-60), to: later(900) }, reason: "down" });
    db.clock.at = later(1_800);
    expect(await verdictAt(id, window)).toBe("missing");
    expect(await incidents(slug)).toMatchObject([{ state: "open", cause: "not_fired" }]);
  });

  test("a schedule that is archived, or given to another driver, is fired no more", async () => {
    const window = begin();
    const target = await givenTarget((_request, response) => response.end());
    const { slug } = await givenFired(db, { url: target.origin });
    const ctx = { actor: SYSTEM, now: db.clock.now() };
    const { archiveSchedule } = await import("./archive-schedule.ts");
    succeeded(await archiveSchedule(ctx, { slug, ifMatch: null }));
    expect(await givenDispatcher(db).fireAt(window)).not.toBe(window);
    expect(target.asked).toEqual([]);
  });
});

test("a request is signed by the contract of the route that it crosses", async () => {
  const window = begin();
  const name = "signed-route";
  const gate = { key: "" };
  const enforced = () => ({ route: name, contracts: [{ kind: "rollcall", secret: gate.key }] }) as const;
  const input = routeInput.parse({ contract: { kind: "rollcall" }, allowPrivateNetwork: true });
  gate.key =
    succeeded(await putRoute({ actor: SYSTEM, now: db.clock.now() }, { name, input, ifMatch: null })).gateKey ?? "";
  const target = await givenGated({ enforced: enforced(), clock: db.clock, gateKey: () => gate.key }, {});
  const right = await givenFired(db, { url: `${target.origin}/job`, body: '{"a":1}' }, { route: name });
  const wrong = await givenFired(db, { url: `${target.origin}/job`, contract: "none" }, { route: name });
  await givenDispatcher(db).at(window);
  expect(await attempts(right.id)).toMatchObject([{ outcome: "answered", status: 200 }]);
  expect(await attempts(wrong.id)).toMatchObject([{ outcome: "refused", status: 401 }]);
});
