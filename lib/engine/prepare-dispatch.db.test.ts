import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { routeInput } from "#lib/boundary/schema.ts";
import { putRoute } from "#lib/boundary/service.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { claimClocks } from "#lib/drivers/dispatch/clock-store.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { givenDispatcher, givenFired, windowsNow } from "#lib/testing/dispatching.ts";
import { givenGated } from "#lib/testing/gated-target.ts";
import { SYSTEM } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { at, givenCheckIn } from "#lib/testing/schedules.ts";
import { givenTarget, type Target } from "#lib/testing/target.ts";
import { type Instant, instant, MINUTE, SECOND } from "#lib/time/instant.ts";
import { archiveSchedule } from "./archive-schedule.ts";
import { setMaintenance } from "./maintenance.ts";
import { pauseSchedule, resumeSchedule } from "./pause-schedule.ts";
import { type Prepared, prepare, stillReady } from "./prepare-dispatch.ts";
import { putSchedule } from "./put-schedule.ts";
import { makeRecorder } from "./record.ts";

const db = useDatabase();

/** Each test has an hour of its own, and begins half an hour before it. */
let hour = at("2027-02-12T00:00:00Z");
let target: Target;
const later = (seconds: number): Instant => instant(hour + seconds * SECOND);
const ctx = () => ({ actor: SYSTEM, now: db.clock.now() });
beforeEach(async () => {
  hour = instant(hour + 4 * 60 * MINUTE);
  db.clock.at = instant(hour - 30 * MINUTE);
  target = await givenTarget((_request, response) => response.end("done"));
});
afterEach(async () => {
  await db.sql.query("UPDATE dispatch_clock SET next_at = NULL");
  await db.sql.query("DELETE FROM dispatch");
});
const verdictAt = async (id: string) =>
  (await windowsNow(db, id)).find((window) => window.expectedAt === hour)?.verdict;
const asked = () => target.asked.map(({ url }) => url).sort();

describe("what was read ahead of a moment", () => {
  test("is fired at it, each window once, and nothing goes out before", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 20; n++) ids.push((await givenFired(db, { url: `${target.origin}/${n}` })).id);
    const engines = [givenDispatcher(db), givenDispatcher(db)];
    for (const engine of engines) {
      await engine.fireAt(later(-3));
      expect(await engine.prepareAt(later(-2))).toBeGreaterThan(later(-2));
      await engine.fireAt(instant(hour - 1));
    }
    expect(target.asked).toEqual([]);
    await Promise.all(engines.map((engine) => engine.fireAt(hour)));
    for (const engine of engines) await engine.settle();
    expect(asked()).toEqual(ids.map((_, n) => `/${n}`).sort());
    for (const { headers } of target.asked) {
      expect(headers["rollcall-scheduled-for"]).toBe(new Date(hour).toISOString());
    }
    db.clock.at = later(1_800);
    for (const id of ids) expect(await verdictAt(id)).toBe("on_time");
    // The next window is nobody's yet.
    await engines[0]?.at(later(3_599));
    expect(target.asked).toHaveLength(20);
    await engines[0]?.at(later(3_600));
    expect(target.asked).toHaveLength(40);
  });

  test("is lost with its engine, and another fires all of it", async () => {
    const { id } = await givenFired(db, { url: `${target.origin}/job` });
    const gone = givenDispatcher(db);
    await gone.fireAt(later(-3));
    await gone.prepareAt(later(-2));
    await givenDispatcher(db).at(hour);
    expect(asked()).toEqual(["/job"]);
    expect(await verdictAt(id)).toBe("on_time");
  });

  test("is used as it was read as long as nothing was said of it, and no longer than to the next window", async () => {
    const { id } = await givenFired(db, { url: `${target.origin}/job` });
    const prepared: Prepared = new Map();
    const by = { now: () => db.clock.now(), secret: db.runtime.config.secret, crowd: 1 };
    const still = (now: Instant) =>
      inSqlTransaction(db.pool, async (sql) => {
        const clocks = await claimClocks(sql, { now, atMost: 10 });
        return [...(await stillReady(sql, clocks, { prepared, now })).keys()];
      });
    await givenDispatcher(db).fireAt(later(-10));
    db.clock.at = later(-4);
    await prepare(db.sql, prepared, by);
    expect(prepared.size).toBe(0);
    db.clock.at = later(-2);
    await prepare(db.sql, prepared, { ...by, crowd: 2 });
    expect(prepared.size).toBe(0);
    await prepare(db.sql, prepared, by);
    expect(await still(hour)).toEqual([id]);
    expect(await still(later(3_599))).toEqual([id]);
    expect(await still(later(3_600))).toEqual([]);
    await db.sql.query("UPDATE schedule_state SET seq = seq + 1 WHERE schedule_id = $1::uuid", [id]);
    expect(await still(hour)).toEqual([]);
    // Read once more shortly before, it is ready again.
    db.clock.at = instant(hour - 700);
    await prepare(db.sql, prepared, by);
    expect(await still(hour)).toEqual([id]);
    db.clock.at = later(10);
    await prepare(db.sql, prepared, by);
    expect(prepared.size).toBe(0);
  });
});

describe("what is said after it was read counts", () => {
  /** Read two seconds before its hour; what is done a second before it; fired at the hour. */
  async function saidBetween(
    fields: { readonly target?: Record<string, unknown>; readonly schedule?: Record<string, unknown> },
    act: (slug: string) => Promise<unknown>,
  ): Promise<string> {
    const { slug, id } = await givenFired(db, { url: `${target.origin}/old`, ...fields.target }, fields.schedule);
    const dispatcher = givenDispatcher(db);
    await dispatcher.fireAt(later(-3));
    await dispatcher.prepareAt(later(-2));
    db.clock.at = later(-1);
    await act(slug);
    await dispatcher.at(hour);
    return id;
  }

  test("a pause", async () => {
    const input = { until: later(60), resumeOnCheckIn: false };
    const id = await saidBetween({}, async (slug) => succeeded(await pauseSchedule(ctx(), { slug, input, ifMatch: null }))); // biome-ignore format: one line
    expect(asked()).toEqual([]);
    expect(await verdictAt(id)).toBe("excused");
  });

  test("the end of a pause", async () => {
    const { slug } = await givenFired(db, { url: `${target.origin}/resumed` });
    const input = { until: null, resumeOnCheckIn: false };
    succeeded(await pauseSchedule(ctx(), { slug, input, ifMatch: null }));
    const dispatcher = givenDispatcher(db);
    await dispatcher.fireAt(later(-3));
    await dispatcher.prepareAt(later(-2));
    db.clock.at = later(-1);
    succeeded(await resumeSchedule(ctx(), { slug, ifMatch: null }));
    await dispatcher.at(hour);
    expect(asked()).toEqual(["/resumed"]);
  });

  test("a maintenance", async () => {
    const input = { from: later(-1), to: later(60), tags: ["mended"], reason: "New disk" };
    const schedule = { tags: ["mended"] };
    const id = await saidBetween({ schedule }, async () => succeeded(await setMaintenance(ctx(), { input })));
    expect(asked()).toEqual([]);
    expect(await verdictAt(id)).toBe("excused");
  });

  test("that it is archived", async () => {
    await saidBetween({}, async (slug) => succeeded(await archiveSchedule(ctx(), { slug, ifMatch: null })));
    expect(asked()).toEqual([]);
  });

  test.each([
    ["another target", { driver: { kind: "rollcall", target: { url: "/new", allowPrivateNetwork: true } } }, ["/new"]],
    ["other times", { spec: { kind: "cron", expression: "30 * * * *" } }, []],
    ["another driver", { driver: { kind: "external" } }, []],
  ])("%s", async (_what, fields, wanted) => {
    await saidBetween({}, async (slug) => {
      const text = JSON.stringify({
        ...{ name: slug, spec: { kind: "cron", expression: "0 * * * *" }, timezone: "UTC", graceSeconds: 600 },
        driver: { kind: "rollcall", target: { url: "/old", allowPrivateNetwork: true } },
        ...fields,
      });
      const input = scheduleInput.parse(JSON.parse(text.replace('"url":"/', `"url":"${target.origin}/`)));
      succeeded(await putSchedule(ctx(), { slug, input, ifMatch: null }));
    });
    expect(asked()).toEqual(wanted);
  });

  test("a run that is under way", async () => {
    const recorder = makeRecorder({ pool: db.pool, clock: db.clock });
    const id = await saidBetween({ target: { overlap: "skip" } }, async (slug) => {
      const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = $1", [slug]);
      await recorder.record([givenCheckIn(row?.id ?? "", "start", db.clock.now())]);
    });
    expect(asked()).toEqual([]);
    expect(await db.sql.query("SELECT reason FROM dispatch_left_out WHERE schedule_id = $1::uuid", [id])).toEqual([
      { reason: "overlap" },
    ]);
  });

  test("that another engine has fired it", async () => {
    await saidBetween({}, async () => givenDispatcher(db).at(hour));
    expect(asked()).toEqual(["/old"]);
  });

  test("another secret of the route that it crosses", async () => {
    const name = `route-${hour}`;
    const put = async (secret: string) => {
      const input = routeInput.parse({ contract: { kind: "bearer", secret }, allowPrivateNetwork: true });
      return succeeded(await putRoute(ctx(), { name, input, ifMatch: null }));
    };
    const [before, after] = ["a-secret-of-yesterday-0123456789", "a-secret-of-today-0123456789-abc"];
    const { gateKey } = await put(before);
    const enforced = { route: name, contracts: [{ kind: "bearer", secret: after }] } as const;
    target = await givenGated({ enforced, clock: db.clock, gateKey: () => gateKey ?? "" }, {});
    const id = await saidBetween({ target: { contract: "bearer" }, schedule: { route: name } }, () => put(after));
    const [attempt] = await db.sql.query("SELECT outcome, status::int AS status FROM attempt WHERE schedule_id = $1::uuid", [id]); // biome-ignore format: one line
    expect(attempt).toEqual({ outcome: "answered", status: 200 });
  });
});
