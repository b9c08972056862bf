import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import type { CheckInKind } from "#lib/evidence/check-in.ts";
import type { Incoming } from "#lib/evidence/incoming.ts";
import { type Call, keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { at, givenCheckIn } from "#lib/testing/schedules.ts";

const db = useDatabase();
let key: Call;
let rosa: Call;
let otto: Call;
let cast: Cast;
let made = 0;

beforeAll(async () => {
  key = await keyCaller("write");
  cast = await insertCast(db.sql, db.clock.now());
  [rosa, otto] = [await sessionCaller(cast.rosa), await sessionCaller(cast.otto)];
});

/** Every test has a day of its own, so that no run or window is another test's. */
beforeEach(() => {
  db.clock.at = at("2027-01-12T00:00:00Z");
});

const hourly = {
  name: "Hourly",
  spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00Z" },
  timezone: "UTC",
  graceSeconds: 600,
};

async function given(fields: object = {}): Promise<{ slug: string; id: string }> {
  const slug = `job-${++made}`;
  await key("PUT", `/schedules/${slug}`, { ...hourly, ...fields });
  const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = $1", [slug]);
  return { slug, id: row?.id ?? "" };
}

async function checkIn(id: string, kind: CheckInKind, moment: string, rest: Partial<Incoming> = {}): Promise<void> {
  db.clock.at = at(moment);
  await makeRecorder({ pool: db.pool, clock: db.clock }).record([givenCheckIn(id, kind, db.clock.at, rest)]);
}

async function untilNow(moment: string): Promise<void> {
  db.clock.at = at(moment);
  for (;;) if ((await judgeDue(db.pool, { now: db.clock.at, atMost: 100 })).judged === 0) return;
}

const verdictsOf = async (slug: string): Promise<[string, string][]> =>
  (await key("GET", `/schedules/${slug}/windows`)).body.items.map((one: { expectedAt: string; verdict: string }) => [
    one.expectedAt.slice(11, 16),
    one.verdict,
  ]);

async function openIncident(fields: object = {}) {
  const { slug, id } = await given(fields);
  await untilNow("2027-01-12T01:30:00Z");
  const { body } = await key("GET", `/incidents?schedule=${slug}`);
  return { slug, id, incident: body.items[0] };
}

describe("windows and runs", () => {
  test("windows, oldest first, with the runs that they have", async () => {
    const { slug, id } = await given();
    await checkIn(id, "start", "2027-01-12T01:00:10Z");
    await checkIn(id, "success", "2027-01-12T01:00:12.500Z", { body: Buffer.from("done\xff", "latin1"), bodyBytes: 5 });
    await checkIn(id, "success", "2027-01-12T02:30:00Z");
    await untilNow("2027-01-12T03:20:00Z");
    expect(await verdictsOf(slug)).toEqual([
      ["01:00", "on_time"],
      ["02:00", "late"],
      ["03:00", "missing"],
      ["04:00", "upcoming"],
    ]);
    const { body } = await key("GET", `/schedules/${slug}/windows?limit=1`);
    expect(body.items[0].runs).toMatchObject([
      {
        schedule: slug,
        startedAt: "2027-01-12T01:00:10.000Z",
        durationSeconds: 2.5,
        outcome: "success",
        windowExpectedAt: "2027-01-12T01:00:00.000Z",
        windowNamed: null,
        logBytes: 5,
      },
    ]);
    const next = await key("GET", `/schedules/${slug}/windows?limit=2&cursor=${body.nextCursor}`);
    expect(next.body.items.map((one: { verdict: string }) => one.verdict)).toEqual(["late", "missing"]);
    expect(next.body.items[1]).toMatchObject({ cause: "silent", incidentId: expect.any(String) });
    const runs = await key("GET", `/runs?schedule=${slug}`);
    expect(runs.body.items.map((one: { startedAt: string }) => one.startedAt.slice(11, 16))).toEqual([
      "02:30",
      "01:00",
    ]);
    const [, first] = runs.body.items;
    expect((await key("GET", `/runs/${first.id}`)).body).toEqual(first);
    expect((await key("GET", `/schedules/${slug}`)).body).toMatchObject({
      status: "missing",
      nextExpectedAt: "2027-01-12T04:00:00.000Z",
      lastRun: { id: runs.body.items[0].id, windowExpectedAt: "2027-01-12T02:00:00.000Z" },
    });
  });

  test("a log is bytes as they came", async () => {
    const { slug, id } = await given();
    const bytes = Buffer.from([0, 255, 10, 60, 115, 62]);
    await checkIn(id, "success", "2027-01-12T01:00:10Z", { body: bytes, bodyBytes: bytes.length });
    const [run] = (await key("GET", `/runs?schedule=${slug}`)).body.items;
    const log = await key("GET", `/runs/${run.id}/log`);
    expect(log.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(log.headers.get("x-content-type-options")).toBe("nosniff");
    expect(log.body).toBe(bytes.toString("utf8"));
  });

  test("A person closing a hung run makes it failed.", async () => {
    const { slug, id } = await given({ maxRuntimeSeconds: 600 });
    await checkIn(id, "start", "2027-01-12T01:00:10Z");
    await untilNow("2027-01-12T01:20:00Z");
    expect(await verdictsOf(slug)).toContainEqual(["01:00", "overrun"]);
    const [run] = (await key("GET", `/runs?schedule=${slug}`)).body.items;
    expect((await rosa("POST", `/runs/${run.id}/close`, { note: "It hung" })).status).toBe(403);
    expect(await otto("POST", `/runs/${run.id}/close`, { note: "It hung" })).toMatchObject({
      status: 200,
      body: { outcome: "fail", closed: true, finishedAt: "2027-01-12T01:20:00.000Z", logBytes: 0 },
    });
    expect(await verdictsOf(slug)).toContainEqual(["01:00", "failed"]);
    expect(await otto("POST", `/runs/${run.id}/close`, { note: "Again" })).toMatchObject({ status: 409 });
  });

  test("a rolling schedule shows the run that came until the next one is due", async () => {
    const { slug, id } = await given({ spec: { kind: "rolling", everySeconds: 3_600 } });
    await checkIn(id, "success", "2027-01-12T00:30:00Z");
    expect((await key("GET", `/schedules/${slug}`)).body).toMatchObject({
      status: "on_time",
      nextExpectedAt: "2027-01-12T01:30:00.000Z",
      lastRun: { windowExpectedAt: "2027-01-12T01:00:00.000Z" },
    });
    await untilNow("2027-01-12T01:35:00Z");
    expect((await key("GET", `/schedules/${slug}`)).body.status).toBe("due");
    await untilNow("2027-01-12T01:41:00Z");
    expect((await key("GET", `/schedules/${slug}`)).body.status).toBe("missing");
  });
});

describe("why", () => {
  test("whether something was expected then and why or why not, and how far up the rungs it came", async () => {
    const { slug, id } = await given();
    await checkIn(id, "start", "2027-01-12T01:00:10Z");
    await checkIn(id, "fail", "2027-01-12T01:00:20Z");
    const there = await key("GET", `/schedules/${slug}/why?at=2027-01-12T01:00:00Z`);
    expect(there.body).toMatchObject({ expected: true, window: { verdict: "failed" } });
    expect(there.body.rungs.map((one: { rung: string; reached: boolean }) => [one.rung, one.reached])).toEqual([
      ["attempt", true],
      ["decision", true],
      ["run", true],
      ["outcome", false],
    ]);
    const not = await key("GET", `/schedules/${slug}/why?at=2027-01-12T01:17:00Z`);
    expect(not.body.expected).toBe(false);
    expect(not.body.because[0]).toContain("No multiple of 1 hour");
  });
});

describe("preview and backtest", () => {
  test("next expected times, a sentence in words, warnings", async () => {
    const asked = { spec: { kind: "cron", expression: "0 9 * * MON-FRI" }, timezone: "Europe/Berlin", count: 2 };
    expect((await key("POST", "/schedules/preview", asked)).body).toMatchObject({
      expectedAt: ["2027-01-12T08:00:00.000Z", "2027-01-13T08:00:00.000Z"],
      sentence: expect.stringContaining("09:00"),
    });
    expect(
      await key("POST", "/schedules/preview", { ...asked, spec: { kind: "cron", expression: "nonsense" } }),
    ).toMatchObject({ status: 422, body: { errors: [{ path: "spec.expression" }] } });
  });

  test("counts by verdict under the given fields beside those under the present ones, and the windows that differ", async () => {
    const { slug, id } = await given();
    await checkIn(id, "success", "2027-01-12T01:15:00Z");
    await checkIn(id, "success", "2027-01-12T02:05:00Z");
    await untilNow("2027-01-12T03:00:00Z");
    const { body } = await key("POST", `/schedules/${slug}/backtest`, {
      graceSeconds: 1_200,
      from: "2027-01-12T00:00:01Z",
    });
    expect(body).toMatchObject({
      present: { late: 1, on_time: 1 },
      given: { on_time: 2 },
      windows: [{ expectedAt: "2027-01-12T01:00:00.000Z", present: "late", given: "on_time" }],
      newest: [
        { expectedAt: "2027-01-12T01:00:00.000Z", present: "late", given: "on_time" },
        { expectedAt: "2027-01-12T02:00:00.000Z", present: "on_time", given: "on_time" },
      ],
      latenessSeconds: [300, 900],
    });
    // Under two rolling specs a window is the same that the same start opened.
    const rolling = await given({ spec: { kind: "rolling", everySeconds: 3_600 }, graceSeconds: 60 });
    await checkIn(rolling.id, "success", "2027-01-12T03:30:00Z");
    await checkIn(rolling.id, "success", "2027-01-12T04:20:00Z");
    const shorter = { spec: { kind: "rolling", everySeconds: 1_800 }, from: "2027-01-12T00:00:00Z" };
    expect((await key("POST", `/schedules/${rolling.slug}/backtest`, shorter)).body).toMatchObject({
      present: { on_time: 2 },
      given: { on_time: 1, late: 1 },
      windows: [{ expectedAt: "2027-01-12T04:30:00.000Z", present: "on_time", given: "late" }],
    });
    const spec = { kind: "interval", everySeconds: 1 };
    const many = await key("POST", `/schedules/${slug}/backtest`, { spec, from: "2027-01-01T00:00:00Z" });
    expect(many).toMatchObject({ status: 200 });
  });
});

describe("incidents", () => {
  test("open → acknowledged → resolved; every transition is an event that is kept", async () => {
    const { slug, incident } = await openIncident();
    expect(incident).toMatchObject({ schedule: slug, state: "open", cause: "silent", version: 1 });
    expect(incident.windows).toBeUndefined();
    const path = `/incidents/${incident.id}`;
    const acknowledged = await rosa("POST", `${path}/acknowledge`, {
      note: "On it",
      expectedFixAt: "2027-01-12T05:00:00Z",
    });
    expect(acknowledged.body).toMatchObject({
      state: "acknowledged",
      acknowledgedBy: "Rosa",
      expectedFixAt: "2027-01-12T05:00:00.000Z",
      windows: [{ verdict: "missing", expectedAt: "2027-01-12T01:00:00.000Z" }],
    });
    expect(await rosa("POST", `${path}/acknowledge`)).toMatchObject({ status: 409, body: { code: "acknowledged" } });
    await rosa("POST", `${path}/notes`, { text: "The disk is full" });
    expect((await rosa("POST", `${path}/assign`, { userId: cast.otto.id })).body.assignee).toEqual({
      id: cast.otto.id,
      name: "Otto",
    });
    expect(await rosa("POST", `${path}/assign`, { userId: cast.max.id })).toMatchObject({ status: 422 });
    const snoozed = await rosa("POST", `${path}/snooze`, { until: "2027-01-12T02:00:00Z" });
    expect(snoozed.body).toMatchObject({ state: "acknowledged", snoozedUntil: "2027-01-12T02:00:00.000Z" });
    const resolved = await rosa("POST", `${path}/resolve`, { note: "Emptied it" });
    expect(resolved.body).toMatchObject({
      state: "resolved",
      resolvedBy: "Rosa",
      resolution: "Emptied it",
      snoozedUntil: null,
    });
    expect(resolved.body.events.map((one: { kind: string }) => one.kind)).toEqual([
      "opened",
      "acknowledged",
      "note",
      "assigned",
      "snoozed",
      "resolved",
    ]);
    for (const act of ["acknowledge", "resolve"]) expect((await rosa("POST", `${path}/${act}`)).status).toBe(409);
    expect((await rosa("POST", `${path}/snooze`, { until: "2027-01-12T09:00:00Z" })).status).toBe(409);
    expect((await rosa("POST", `${path}/notes`, { text: "Afterwards" })).status).toBe(200);
    const messages = await db.sql.query<{ type: string }>(
      "SELECT type FROM outbox WHERE subject = $1 ORDER BY created_at, id",
      [incident.id],
    );
    expect(messages.map(({ type }) => type)).toEqual([
      "incident.opened",
      "incident.acknowledged",
      "incident.changed",
      "incident.acknowledged",
      "incident.resolved",
    ]);
  });

  test("After any resolution only windows that turn later count.", async () => {
    const { slug, incident } = await openIncident();
    await rosa("POST", `/incidents/${incident.id}/resolve`);
    await untilNow("2027-01-12T01:50:00Z");
    expect((await key("GET", `/incidents?schedule=${slug}&state=open`)).body.items).toEqual([]);
    await untilNow("2027-01-12T02:15:00Z");
    const { body } = await key("GET", `/incidents?schedule=${slug}&state=open`);
    const again = await key("GET", `/incidents/${body.items[0].id}`);
    expect(again.body.windows).toMatchObject([{ expectedAt: "2027-01-12T02:00:00.000Z" }]);
  });

  test("its open incident resolves as `archived`", async () => {
    const { slug, incident } = await openIncident();
    await key("DELETE", `/schedules/${slug}`);
    expect((await key("GET", `/incidents/${incident.id}`)).body).toMatchObject({
      state: "resolved",
      resolution: "archived",
    });
  });

  test("make good: an excuse leaves it no bad window, and it is resolved at once", async () => {
    const { slug, incident } = await openIncident();
    const path = `/incidents/${incident.id}/make-good`;
    const asked = { mode: "excuse", max: 10, perMinute: 60 };
    const dry = await otto("POST", path, { ...asked, dryRun: true });
    expect(dry.body.items).toEqual([
      { expectedAt: "2027-01-12T01:00:00.000Z", will: "excuse", because: "It is missing." },
    ]);
    expect((await key("GET", `/incidents/${incident.id}`)).body.state).toBe("open");
    expect(await otto("POST", path, { ...asked, mode: "once" })).toMatchObject({
      status: 422,
      body: { code: "driver_cannot_fire" },
    });
    expect((await rosa("POST", path, asked)).status).toBe(403);
    await otto("POST", path, { ...asked, dryRun: false });
    expect((await key("GET", `/incidents/${incident.id}`)).body).toMatchObject({
      state: "resolved",
      windows: [{ verdict: "excused" }],
    });
    expect(await verdictsOf(slug)).toContainEqual(["01:00", "excused"]);
  });
});

describe("what surrounds the schedules", () => {
  test("maintenance excuses the windows of what it selects; `from` in the past is 422", async () => {
    const { slug } = await given({ tags: ["mended"] });
    const { slug: other } = await given();
    const body = { from: "2027-01-12T00:30:00Z", to: "2027-01-12T02:30:00Z", tags: ["mended"], reason: "New disk" };
    expect(await otto("POST", "/maintenance", { ...body, from: "2027-01-11T23:00:00Z" })).toMatchObject({
      status: 422,
      body: { errors: [{ path: "from" }] },
    });
    expect(await otto("POST", "/maintenance", { ...body, schedules: ["no-such"] })).toMatchObject({ status: 422 });
    expect(await otto("POST", "/maintenance", { ...body, schedules: [] })).toMatchObject({ status: 422 });
    const set = await otto("POST", "/maintenance", body);
    expect(set).toMatchObject({ status: 201, body: { tags: ["mended"], by: "Otto", reason: "New disk" } });
    await untilNow("2027-01-12T01:30:00Z");
    expect(await verdictsOf(slug)).toContainEqual(["01:00", "excused"]);
    expect(await verdictsOf(other)).toContainEqual(["01:00", "missing"]);
    expect((await otto("DELETE", `/maintenance/${set.body.id}`)).status).toBe(204);
    expect(await verdictsOf(slug)).toContainEqual(["01:00", "excused"]);
    await untilNow("2027-01-12T02:30:00Z");
    expect(await verdictsOf(slug)).toContainEqual(["02:00", "missing"]);
    expect((await otto("DELETE", `/maintenance/${set.body.id}`)).status).toBe(409);
    expect((await key("GET", "/maintenance")).body.items).toMatchObject([
      { id: set.body.id, to: "2027-01-12T01:30:00.000Z" },
    ]);
  });

  test("changes: deploys and edits, shown beside what happened", async () => {
    const { slug } = await given();
    const { body } = await key("POST", "/changes", {
      title: "Deploy 7",
      url: "https://ci.example/7",
      schedules: [slug],
    });
    expect(body).toMatchObject({ title: "Deploy 7", at: "2027-01-12T00:00:00.000Z" });
    expect((await key("GET", "/changes?from=2027-01-12T00:00:00Z")).body.items).toEqual([body]);
    expect((await key("GET", "/changes?from=2027-01-12T00:00:01Z")).body.items).toEqual([]);
    expect((await key("POST", "/changes", { title: "x", url: "javascript:alert(1)" })).status).toBe(422);
  });

  test("webhooks: secrets go in and never come out, but one that was generated, once", async () => {
    const made = await key("PUT", "/webhooks/pager", { url: "https://hooks.example/x" });
    expect(made).toMatchObject({ status: 201, body: { secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/) } });
    const read = await key("GET", "/webhooks/pager");
    expect(read.body.secret).toEqual({ set: true, length: 50, updatedAt: "2027-01-12T00:00:00.000Z" });
    const before = await db.sql.query("SELECT secret_box FROM webhook");
    await key("PUT", "/webhooks/pager", { ...read.body, events: ["incident.opened"] });
    expect(await db.sql.query("SELECT secret_box FROM webhook")).toEqual(before);
    expect((await key("PUT", "/webhooks/pager", { url: "https://hooks.example/x", secret: "too short" })).status).toBe(
      422,
    );
    expect(await key("POST", "/webhooks/pager/test")).toMatchObject({ status: 202 });
    expect(
      await db.sql.query("SELECT type, payload ->> 'type' AS said FROM outbox WHERE type = 'webhook.test'"),
    ).toHaveLength(1);
    expect((await key("DELETE", "/webhooks/pager", undefined, { "if-match": "2" })).status).toBe(204);
    expect((await key("GET", "/webhooks/pager")).status).toBe(404);
  });

  test("discarded check-ins are shown with a remedy, and repaired as new or as an alias", async () => {
    const add = (id: string, slug: string) =>
      db.sql.query(
        `INSERT INTO discarded (id, project_id, reason, path, sender, slug, count, first_at, last_at)
         VALUES ($1::uuid, 1, 'unknown_slug', $2, '10.0.0.1', $2, 3, now(), now())`,
        [id, slug],
      );
    const ids = ["0b9d6a8e-0000-4000-8000-000000000001", "0b9d6a8e-0000-4000-8000-000000000002"];
    await add(ids[0] ?? "", "lost-one");
    await add(ids[1] ?? "", "lost-two");
    expect((await key("GET", "/discarded")).body.items).toHaveLength(2);
    const fresh = await key("POST", `/discarded/${ids[0]}/repair`, { as: "new", slug: "lost-one" });
    expect(fresh).toMatchObject({ status: 200, body: { remedy: expect.stringContaining("Repaired") } });
    expect((await key("GET", "/schedules/lost-one")).body.draft).toBe(true);
    const alias = await key("POST", `/discarded/${ids[1]}/repair`, { as: "alias", slug: "lost-one" });
    expect(alias.body.remedy).toContain("“lost-one”");
    expect((await key("POST", `/discarded/${ids[1]}/repair`, { as: "alias", slug: "no-such" })).status).toBe(422);
  });
});

describe("timeline", () => {
  test("windows where one is at least 4 pixels wide, else buckets", async () => {
    const { slug, id } = await given({ tags: ["drawn"] });
    await checkIn(id, "success", "2027-01-12T01:00:10Z");
    await untilNow("2027-01-12T03:30:00Z");
    const wide = await key("GET", "/timeline?from=2027-01-12T00:30:00Z&to=2027-01-12T04:30:00Z&width=100&tag=drawn");
    expect(wide.body).toMatchObject({
      bucketSeconds: null,
      nextCursor: null,
      lanes: [{ slug, status: "missing", cadence: expect.any(String), versions: [] }],
    });
    expect(wide.body.lanes[0].windows.map((one: { verdict: string }) => one.verdict)).toEqual([
      "on_time",
      "missing",
      "missing",
      "upcoming",
    ]);
    const narrow = await key("GET", "/timeline?from=2027-01-12T00:00:00Z&to=2027-01-13T00:00:00Z&width=16&tag=drawn");
    expect(narrow.body.bucketSeconds).toBe(8 * 3_600);
    expect(narrow.body.lanes[0].windows).toBeUndefined();
    // Buckets begin at whole multiples since the epoch.
    expect(narrow.body.lanes[0].buckets.slice(0, 2)).toEqual([
      { at: "2027-01-12T00:00:00.000Z", worst: "missing", counts: { on_time: 1, missing: 2, upcoming: 4 } },
      { at: "2027-01-12T08:00:00.000Z", worst: "upcoming", counts: { upcoming: 8 } },
    ]);
  });

  test("sorted by what is wrong, then name", async () => {
    const names = ["Zulu", "alpha", "Mike"];
    const slugs = [];
    for (const name of names) slugs.push((await given({ name, tags: ["sorted"] })).slug);
    await untilNow("2027-01-12T00:10:00Z");
    const order = async (more = "") =>
      (await key("GET", `/timeline?tag=sorted&from=2027-01-12T00:00:00Z&to=2027-01-12T01:00:00Z${more}`)).body;
    expect((await order()).lanes.map((lane: { name: string }) => lane.name)).toEqual(["alpha", "Mike", "Zulu"]);
    const first = await order("&limit=2");
    const second = await order(`&limit=2&cursor=${first.nextCursor}`);
    expect(second.lanes.map((lane: { name: string }) => lane.name)).toEqual(["Zulu"]);
    const zulu = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = $1", [slugs[0]]);
    await checkIn(zulu[0]?.id ?? "", "fail", "2027-01-12T00:58:00Z");
    expect((await order()).lanes.map((lane: { name: string }) => lane.name)).toEqual(["Zulu", "alpha", "Mike"]);
  });
});
