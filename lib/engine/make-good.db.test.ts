import { randomUUID } from "node:crypto";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { makeGoodInput } from "#lib/incidents/schema.ts";
import { keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Dispatching, givenDispatcher, givenFired, windowsNow } from "#lib/testing/dispatching.ts";
import { type Cast, insertCast, SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { at } from "#lib/testing/schedules.ts";
import { givenTarget } from "#lib/testing/target.ts";
import { type Instant, instant, MINUTE, SECOND } from "#lib/time/instant.ts";
import { viewIncident } from "#lib/views/incidents.ts";
import { judgeDue } from "./judge-due.ts";
import { makeGood } from "./make-good.ts";

const db = useDatabase();

let day: Instant = at("2027-01-12T00:00:00Z");
const ctx = () => ({ actor: SYSTEM, now: db.clock.now() });
const later = (seconds: number): Instant => instant(db.clock.now() + seconds * SECOND);

let cast: Cast;
beforeAll(async () => {
  cast = await insertCast(db.sql, db.clock.now());
});
afterEach(async () => {
  await db.sql.query("UPDATE dispatch_clock SET next_at = NULL");
  await db.sql.query("DELETE FROM dispatch");
  await db.sql.query("UPDATE make_good_plan SET next_at = NULL");
});

/** A job of every five minutes that nobody fired for an hour, and the incident of it. */
async function givenOutage(fields: Readonly<Record<string, unknown>> = {}) {
  day = instant(day + 120 * MINUTE);
  db.clock.at = day;
  const target = await givenTarget((_request, response) => response.end("done"));
  const every = { spec: { kind: "cron", expression: "*/5 * * * *" }, graceSeconds: 60 };
  const job = await givenFired(db, { url: `${target.origin}/job`, contract: "none" }, { ...every, ...fields });
  db.clock.at = instant(day + 62 * MINUTE);
  await judgeDue(db.pool, { now: db.clock.now(), atMost: 100 });
  const [incident] = await db.sql.query<{ id: string; windows: number }>(
    `SELECT i.id::text AS id, (SELECT count(*) FROM bad_window b WHERE b.incident_id = i.id)::int AS windows
       FROM incident i WHERE i.schedule_id = $1::uuid`,
    [job.id],
  );
  if (!incident) throw new Error("there is no incident");
  return { ...job, incident, target };
}
const ask = (id: string, input: Readonly<Record<string, unknown>>) =>
  makeGood(ctx(), { id, input: makeGoodInput.parse(input), ifMatch: null });
const willOf = (items: readonly { readonly will: string }[]) =>
  Object.fromEntries(
    ["run", "skip"].map((kind) => [kind, items.filter(({ will }) => will === kind).length]).filter(([, n]) => n !== 0),
  );
/** Second after second. */
async function run(dispatcher: Dispatching, seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i++) await dispatcher.at(later(1));
}

/** A matrix that came to its end. */
const givenMatrix = (route: string, green: boolean, at: Instant) =>
  db.sql.query(
    `INSERT INTO verification (id, project_id, route, at, actor, finished_at, green, representative, cases)
     VALUES ($1::uuid, 1, $2, to_timestamp($3::float8 / 1000), 'x', to_timestamp($3::float8 / 1000), $4, true, '[]')`,
    [randomUUID(), route, at, green],
  );
async function givenRoute(): Promise<string> {
  const route = `r-${randomUUID().slice(0, 8)}`;
  const input = routeInput.parse({ contract: { kind: "vercel-cron", secret: "correct-horse-battery-staple-ok!" } });
  succeeded(await putRoute({ actor: SYSTEM, now: day }, { name: route, input, ifMatch: null }));
  return route;
}

describe("after an outage of 12 windows", () => {
  test("run each fires those 12, each attributed to its own window, at the chosen pace; killed in the middle, it goes on and sends none again", async () => {
    const { id, incident, target } = await givenOutage();
    expect(incident.windows).toBe(12);
    const dry = succeeded(await ask(incident.id, { mode: "each", perMinute: 30, dryRun: true }));
    expect(willOf(dry)).toEqual({ run: 12 });
    const first = givenDispatcher(db);
    await first.at(db.clock.now());
    expect(target.asked).toEqual([]);
    succeeded(await ask(incident.id, { mode: "each", perMinute: 30 }));
    await first.at(db.clock.now());
    expect(target.asked).toHaveLength(1);
    await run(first, 8);
    // Every two seconds one.
    expect(target.asked).toHaveLength(5);
    expect(await ask(incident.id, { mode: "each" })).toMatchObject({
      ok: false,
      problem: { code: "made_good_already", message: expect.stringContaining("5 are fired, 7 are left") },
    });
    // Its last answer is lost with the engine, and nobody is there for ten minutes.
    await first.fireAt(later(2));
    const second = givenDispatcher(db);
    db.clock.at = later(600);
    await db.sql.query("UPDATE dispatch_clock SET next_at = NULL");
    await second.at(db.clock.now());
    // No burst: one, and then the pace again.
    expect(target.asked).toHaveLength(7);
    await run(second, 20);
    const named = target.asked.map(({ headers }) => String(headers["rollcall-scheduled-for"]));
    expect(named).toEqual(Array.from({ length: 12 }, (_, n) => new Date(day + (n + 1) * 5 * MINUTE).toISOString()));
    const verdicts = (await windowsNow(db, id)).slice(0, 12).map(({ verdict }) => verdict);
    expect(verdicts.filter((verdict) => verdict === "late")).toHaveLength(11);
    // The one whose answer was lost is still bad, and can be made good by itself.
    await first.settle();
    expect((await windowsNow(db, id)).slice(0, 12).every(({ verdict }) => verdict === "late")).toBe(true);
    const left = await db.sql.query(
      "SELECT 1 AS x FROM bad_window WHERE incident_id = $1::uuid AND bad AND expected_at <= $2::timestamptz",
      [incident.id, new Date(day + 60 * MINUTE).toISOString()],
    );
    expect(left).toEqual([]);
  });

  test("run once: one run, for the newest; with a cap, no more than that", async () => {
    const { incident, target } = await givenOutage();
    expect(willOf(succeeded(await ask(incident.id, { mode: "each", max: 3, dryRun: true })))).toEqual({
      run: 3,
      skip: 9,
    });
    expect(willOf(succeeded(await ask(incident.id, { mode: "once" })))).toEqual({ run: 1, skip: 11 });
    const dispatcher = givenDispatcher(db);
    await dispatcher.at(db.clock.now());
    await run(dispatcher, 3);
    expect(target.asked.map(({ headers }) => headers["rollcall-scheduled-for"])).toEqual([
      new Date(day + 60 * MINUTE).toISOString(),
    ]);
  });

  test("a window that turned good meanwhile is not run again", async () => {
    const { id, incident, target } = await givenOutage();
    succeeded(await ask(incident.id, { mode: "each", perMinute: 60 }));
    await db.sql.query(
      "UPDATE bad_window SET bad = false WHERE schedule_id = $1::uuid AND expected_at < $2::timestamptz",
      [id, new Date(day + 58 * MINUTE).toISOString()],
    );
    const dispatcher = givenDispatcher(db);
    await dispatcher.at(db.clock.now());
    await run(dispatcher, 3);
    expect(target.asked).toHaveLength(1);
  });

  test("behind the green matrix, or an admin's written word", async () => {
    const route = await givenRoute();
    const { incident } = await givenOutage({ route });
    const red = await ask(incident.id, { mode: "each", dryRun: true });
    expect(red).toMatchObject({ ok: false, problem: { code: "matrix_not_green", status: 409 } });
    const otto = await sessionCaller(cast.otto);
    const path = `/incidents/${incident.id}/make-good`;
    const asked = { mode: "each", max: 5, perMinute: 6, dryRun: true, overrideReason: "The probe is being moved" };
    expect((await otto("POST", path, asked)).status).toBe(403);
    expect((await (await keyCaller("write"))("POST", path, asked)).status).toBe(200);
    await givenMatrix(route, true, instant(db.clock.now() - 59 * MINUTE));
    expect(await ask(incident.id, { mode: "each", dryRun: true })).toMatchObject({ ok: true });
    db.clock.at = later(120);
    expect(await ask(incident.id, { mode: "each", dryRun: true })).toMatchObject({ ok: false });
  });
});

describe("a plan of making good whose matrix turns red midway", () => {
  const seen = async (id: string) => {
    const { makingGood, events } = succeeded(await viewIncident(ctx(), { id }));
    return { makingGood, said: events.map(({ text }) => text).filter((text) => text?.startsWith("Making good")) };
  };

  test("stops and says so; it can be gone on with when it is green again, and fires none twice", async () => {
    const route = await givenRoute();
    const { incident, target } = await givenOutage({ route });
    await givenMatrix(route, true, later(-60));
    succeeded(await ask(incident.id, { mode: "each", perMinute: 60 }));
    const dispatcher = givenDispatcher(db);
    await dispatcher.at(db.clock.now());
    await run(dispatcher, 4);
    expect(target.asked).toHaveLength(5);
    expect(await seen(incident.id)).toEqual({
      makingGood: { fired: 5, left: 7, perMinute: 60, stoppedBecause: null },
      said: [],
    });

    await givenMatrix(route, false, db.clock.now());
    await run(dispatcher, 10);
    expect(target.asked).toHaveLength(5);
    const because = `The matrix of the route “${route}” turned red.`;
    expect(await seen(incident.id)).toEqual({
      makingGood: { fired: 5, left: 7, perMinute: 60, stoppedBecause: because },
      said: [`Making good stopped: 5 were fired, 7 are left. ${because}`],
    });
    expect(await ask(incident.id, { mode: "each" })).toMatchObject({ problem: { code: "matrix_not_green" } });

    await givenMatrix(route, true, db.clock.now());
    await run(dispatcher, 3);
    // Never by itself.
    expect(target.asked).toHaveLength(5);
    expect(willOf(succeeded(await ask(incident.id, { mode: "each", perMinute: 60 })))).toEqual({ run: 7, skip: 5 });
    await run(dispatcher, 10);
    const named = target.asked.map(({ headers }) => String(headers["rollcall-scheduled-for"]));
    expect(named).toEqual(Array.from({ length: 12 }, (_, n) => new Date(day + (n + 1) * 5 * MINUTE).toISOString()));
    expect((await seen(incident.id)).makingGood).toBeNull();
  });

  test("goes on where an admin wrote down why it need not be green", async () => {
    const route = await givenRoute();
    const { incident, target } = await givenOutage({ route });
    await givenMatrix(route, false, later(-60));
    succeeded(await ask(incident.id, { mode: "each", perMinute: 60, overrideReason: "The probe is being moved" }));
    const dispatcher = givenDispatcher(db);
    await dispatcher.at(db.clock.now());
    await givenMatrix(route, false, db.clock.now());
    await run(dispatcher, 12);
    expect(target.asked).toHaveLength(12);
  });
});

test("“Run now” for operators: one request that names no window", async () => {
  const { slug, target } = await givenOutage();
  const [otto, rosa] = [await sessionCaller(cast.otto), await sessionCaller(cast.rosa)];
  expect((await rosa("POST", `/schedules/${slug}/trigger`)).status).toBe(403);
  expect(await otto("POST", `/schedules/${slug}/trigger`)).toMatchObject({ status: 202, body: { slug } });
  await givenDispatcher(db).at(db.clock.now());
  expect(target.asked).toHaveLength(1);
  expect(target.asked[0]?.headers["rollcall-scheduled-for"]).toBeUndefined();
  const [stored] = await db.sql.query("SELECT manual, outcome FROM run ORDER BY started_at DESC LIMIT 1");
  expect(stored).toEqual({ manual: true, outcome: "success" });
  const [audit] = await db.sql.query("SELECT action, subject_id AS of FROM audit WHERE action = 'schedule.triggered'");
  expect(audit).toEqual({ action: "schedule.triggered", of: slug });
});

test("“Run now” of what somebody else fires: where Rollcall can call its route as its caller does, and nowhere else", async () => {
  const otto = await sessionCaller(cast.otto);
  const target = await givenTarget((_request, response) => response.end("done"));
  const route = `r-${randomUUID().slice(0, 8)}`;
  const contract = { kind: "vercel-cron", secret: "correct-horse-battery-staple-ok!" };
  const called = routeInput.parse({ contract, url: `${target.origin}/job`, allowPrivateNetwork: true });
  succeeded(await putRoute(ctx(), { name: route, input: called, ifMatch: null }));
  const { slug } = await givenFired(db, {}, { driver: { kind: "external" }, route });
  expect((await otto("GET", `/schedules/${slug}`)).body).toMatchObject({ cannotFire: null });
  expect((await otto("POST", `/schedules/${slug}/trigger`)).status).toBe(202);
  await givenDispatcher(db).at(db.clock.now());
  expect(target.asked).toMatchObject([{ url: "/job", headers: { authorization: `Bearer ${contract.secret}` } }]);

  const { slug: watched } = await givenFired(db, {}, { driver: { kind: "external" } });
  const because = "Rollcall only watches this schedule: nobody here can fire it.";
  expect((await otto("GET", `/schedules/${watched}`)).body).toMatchObject({ cannotFire: because });
  const refused = await otto("POST", `/schedules/${watched}/trigger`);
  expect(refused).toMatchObject({ status: 422, body: { code: "driver_cannot_fire", detail: because } });
  // In a list nobody asks it of each.
  expect((await otto("GET", "/schedules?limit=1")).body.items[0]).not.toHaveProperty("cannotFire");
});
