import { beforeAll, expect, test } from "vitest";
import { inTransaction } from "#lib/db/transaction.ts";
import { endSnoozes } from "#lib/engine/end-snoozes.ts";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { judgeNow } from "#lib/engine/judge-now.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { ok } from "#lib/problem.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { at, givenCheckIn, givenSchedule } from "#lib/testing/schedules.ts";
import { eventsOf, incidentById, listIncidents } from "./row-store.ts";
import { bulkInput } from "./schema.ts";
import {
  acknowledgeIncident,
  actOnIncidents,
  resolveIncident,
  snoozeIncident,
  unacknowledgeIncident,
  unsnoozeIncident,
} from "./service.ts";
import { incidentShape } from "./shape.ts";

const db = useDatabase();
const start = at("2027-01-12T00:00:00Z");
let cast: Cast;

beforeAll(async () => {
  cast = await insertCast(db.sql, start);
});

const rosa = () => ({ actor: cast.rosa, now: db.clock.at });
const acknowledge = { note: null, expectedFixAt: null, outage: false };

/** The incident of a schedule whose first window is missing. */
async function openIncident(): Promise<{ id: string; scheduleId: string }> {
  const scheduleId = await givenSchedule(start);
  db.clock.at = at("2027-01-12T01:30:00Z");
  await judgeDue(db.pool, { now: db.clock.at, atMost: 1_000 });
  const [row] = await listIncidents(db.sql, { scheduleIds: [scheduleId] }, { limit: 1, before: null });
  if (!row) throw new Error("no incident");
  return { id: row.id, scheduleId };
}

async function joinOutage(ids: readonly string[]): Promise<string> {
  const outage = "0b9d6a8e-0000-4000-8000-0000000000aa";
  await db.sql.query(
    `INSERT INTO outage (id, project_id, reason_key, reason, driver, opened_at)
     VALUES ($1::uuid, 1, 'driver:pg-cron/main', 'driver_failing', 'pg-cron/main', now())`,
    [outage],
  );
  await db.sql.query("UPDATE incident SET outage_id = $1::uuid WHERE id = ANY($2::uuid[])", [outage, ids]);
  return outage;
}

const stateOf = async (id: string) => (await incidentById(db.sql, id))?.state;

test("It is shown, notified and acknowledged as one.", async () => {
  const [a, b] = [await openIncident(), await openIncident()];
  const outage = await joinOutage([a.id, b.id]);
  succeeded(await acknowledgeIncident(rosa(), { id: a.id, ifMatch: null, input: { ...acknowledge, outage: true } }));
  expect([await stateOf(a.id), await stateOf(b.id)]).toEqual(["acknowledged", "acknowledged"]);
  const input = { note: "Back again", outage: true };
  succeeded(await resolveIncident(rosa(), { id: b.id, ifMatch: null, input }));
  expect([await stateOf(a.id), await stateOf(b.id)]).toEqual(["resolved", "resolved"]);
  const [row] = await db.sql.query<{ over: boolean }>(
    "SELECT resolved_at IS NOT NULL AS over FROM outage WHERE id = $1::uuid",
    [outage],
  );
  expect(row?.over).toBe(true);
  expect(await db.sql.query("SELECT 1 FROM outbox WHERE type = 'outage.resolved'")).toHaveLength(1);
});

test("snoozed is acknowledged with an end; acknowledging it takes the end away", async () => {
  const { id } = await openIncident();
  const until = at("2027-01-12T03:00:00Z");
  succeeded(await snoozeIncident(rosa(), { id, ifMatch: null, input: { until } }));
  expect(await incidentById(db.sql, id)).toMatchObject({ state: "acknowledged", snoozedUntil: until });
  succeeded(await acknowledgeIncident(rosa(), { id, ifMatch: null, input: acknowledge }));
  expect(await incidentById(db.sql, id)).toMatchObject({ state: "acknowledged", snoozedUntil: null });
  const again = await acknowledgeIncident(rosa(), { id, ifMatch: null, input: acknowledge });
  expect(problemOf(again).code).toBe("acknowledged");
});

test("an act upon a version that has moved on is 412", async () => {
  const { id } = await openIncident();
  succeeded(await acknowledgeIncident(rosa(), { id, ifMatch: 1, input: acknowledge }));
  const late = await resolveIncident(rosa(), { id, ifMatch: 1, input: { note: null, outage: false } });
  expect(problemOf(late).status).toBe(412);
});

test("judging and a person at once: what the person did stays", async () => {
  for (let i = 0; i < 10; i++) {
    const { id, scheduleId } = await openIncident();
    const judging = Array.from({ length: 3 }, () =>
      inTransaction(async (tx) => {
        await judgeNow(tx, [scheduleId], { now: db.clock.at, from: start });
        return ok(null);
      }),
    );
    const input = { note: "Done", outage: false };
    const [resolved] = await Promise.all([resolveIncident(rosa(), { id, ifMatch: null, input }), ...judging]);
    expect(resolved.ok).toBe(true);
    expect(await incidentById(db.sql, id)).toMatchObject({ state: "resolved", resolvedBy: "Rosa", resolution: "Done" });
    const open = await listIncidents(
      db.sql,
      { scheduleIds: [scheduleId], state: "unresolved" },
      { limit: 5, before: null },
    );
    expect(open).toEqual([]);
  }
});

test("two who acknowledge at once: one is told that somebody was faster", async () => {
  const { id } = await openIncident();
  const both = await Promise.all(
    [1, 2].map(() => acknowledgeIncident(rosa(), { id, ifMatch: null, input: acknowledge })),
  );
  expect(both.filter((one) => one.ok)).toHaveLength(1);
});

const takeBack = { note: null };
const kindsOf = async (id: string) => (await eventsOf(db.sql, id)).map(({ kind }) => kind);
const messagesOf = (id: string) =>
  db.sql.query<{ readonly type: string; readonly data: Record<string, unknown> }>(
    "SELECT type, payload->'data' AS data FROM outbox WHERE subject = $1 ORDER BY created_at, id",
    [id],
  );

test("Every transition is an event that is kept.", async () => {
  const { id } = await openIncident();
  const input = { ...acknowledge, expectedFixAt: at("2027-01-12T05:00:00Z") };
  succeeded(await acknowledgeIncident(rosa(), { id, ifMatch: null, input }));
  succeeded(await unacknowledgeIncident(rosa(), { id, ifMatch: null, input: { note: "Not mine" } }));
  expect(await incidentById(db.sql, id)).toMatchObject({
    ...{ state: "open", acknowledgedAt: null, acknowledgedBy: null, expectedFixAt: null },
  });
  expect(await kindsOf(id)).toEqual(["opened", "acknowledged", "unacknowledged"]);
  expect((await eventsOf(db.sql, id)).at(-1)).toMatchObject({
    by: "Rosa",
    text: "Took back the acknowledgement: Not mine",
  });
  // It can be taken again, and taken back once only.
  const again = await unacknowledgeIncident(rosa(), { id, ifMatch: null, input: takeBack });
  expect(problemOf(again)).toMatchObject({ status: 409, code: "not_acknowledged" });
  succeeded(await acknowledgeIncident(rosa(), { id, ifMatch: null, input: acknowledge }));
  expect((await messagesOf(id)).map(({ type }) => type)).toEqual([
    ...["incident.opened", "incident.acknowledged", "incident.changed", "incident.acknowledged"],
  ]);
});

test("Acknowledging takes an actor, a time and an optional note and expected fix time, and stops reminders and escalation; a new cause in the same incident speaks up again (a probe's finding that completes a cause is not a new one).", async () => {
  const { id, scheduleId } = await openIncident();
  db.clock.at = at("2027-01-12T01:40:00Z");
  const input = { note: "On it", expectedFixAt: at("2027-01-12T05:00:00Z"), outage: false };
  succeeded(await acknowledgeIncident(rosa(), { id, ifMatch: null, input }));
  expect(await incidentById(db.sql, id)).toMatchObject({
    ...{ state: "acknowledged", acknowledgedAt: db.clock.at, acknowledgedBy: "Rosa" },
    expectedFixAt: at("2027-01-12T05:00:00Z"),
  });
  expect((await eventsOf(db.sql, id)).at(-1)).toMatchObject({ by: "Rosa", text: expect.stringContaining("On it") });
  const types = async () => (await messagesOf(id)).map(({ type }) => type);
  const before = ["incident.opened", "incident.acknowledged"];
  expect(await types()).toEqual(before);
  // Two windows more of the same silence: nobody is told again.
  for (const time of ["2027-01-12T02:30:00Z", "2027-01-12T03:30:00Z"]) {
    db.clock.at = at(time);
    await judgeDue(db.pool, { now: db.clock.at, atMost: 1_000 });
  }
  expect([await stateOf(id), await types()]).toEqual(["acknowledged", before]);
  // It ran, and failed: that is another trouble than silence.
  db.clock.at = at("2027-01-12T04:00:05Z");
  await makeRecorder({ pool: db.pool, clock: db.clock }).record([givenCheckIn(scheduleId, "fail", db.clock.at)]);
  expect(await types()).toEqual([...before, "incident.changed"]);
});

test("a snooze that is taken back leaves it acknowledged, and it does not wake by itself", async () => {
  const { id } = await openIncident();
  const none = await unsnoozeIncident(rosa(), { id, ifMatch: null, input: takeBack });
  expect(problemOf(none)).toMatchObject({ status: 409, code: "not_snoozed" });
  const until = at("2027-01-12T03:00:00Z");
  succeeded(await snoozeIncident(rosa(), { id, ifMatch: null, input: { until } }));
  succeeded(await unsnoozeIncident(rosa(), { id, ifMatch: null, input: takeBack }));
  await endSnoozes(db.pool, at("2027-01-12T04:00:00Z"));
  expect(await incidentById(db.sql, id)).toMatchObject({ state: "acknowledged", snoozedUntil: null });
  // The whole of a snooze from open is taken back as an acknowledgement is.
  succeeded(await snoozeIncident(rosa(), { id, ifMatch: null, input: { until } }));
  succeeded(await unacknowledgeIncident(rosa(), { id, ifMatch: null, input: takeBack }));
  expect(await incidentById(db.sql, id)).toMatchObject({ state: "open", snoozedUntil: null });
  const resolved = { id, ifMatch: null, input: { note: null, outage: false } };
  succeeded(await resolveIncident(rosa(), resolved));
  for (const takingBack of [unacknowledgeIncident, unsnoozeIncident]) {
    expect(problemOf(await takingBack(rosa(), { id, ifMatch: null, input: takeBack })).code).toBe("resolved");
  }
});

test("one act for several: where one refuses, the others are done all the same", async () => {
  const [a, b, c] = [await openIncident(), await openIncident(), await openIncident()];
  succeeded(await resolveIncident(rosa(), { id: b.id, ifMatch: null, input: { note: null, outage: false } }));
  const input = bulkInput.parse({ ids: [a.id, b.id, c.id], act: { kind: "acknowledge", note: "All mine" } });
  const done = succeeded(await actOnIncidents(rosa(), { input }));
  expect(done.items.map(({ state }) => state)).toEqual(["acknowledged", "acknowledged"]);
  expect(done.refused).toMatchObject([{ id: b.id, code: "resolved" }]);
  expect([await stateOf(a.id), await stateOf(c.id)]).toEqual(["acknowledged", "acknowledged"]);
});

test("every message about an incident holds what a list of incidents holds, whoever caused it", async () => {
  const { id, scheduleId } = await openIncident();
  succeeded(await acknowledgeIncident(rosa(), { id, ifMatch: null, input: acknowledge }));
  const until = at("2027-01-12T01:40:00Z");
  succeeded(await snoozeIncident(rosa(), { id, ifMatch: null, input: { until } }));
  db.clock.at = until;
  await endSnoozes(db.pool, until);
  db.clock.at = at("2027-01-12T02:01:00Z");
  // A good window recovers it: judging resolves it, not a person.
  const recorder = makeRecorder({ pool: db.pool, clock: db.clock });
  await recorder.record([givenCheckIn(scheduleId, "success", at("2027-01-12T02:00:30Z"))]);
  const messages = await messagesOf(id);
  expect(messages.map(({ type }) => type)).toEqual([
    ...["incident.opened", "incident.acknowledged", "incident.acknowledged", "incident.changed", "incident.resolved"],
  ]);
  const [opened, ...others] = messages.map(({ data }) => Object.keys(data).sort());
  const row = await incidentById(db.sql, id);
  if (!row) throw new Error("no incident");
  expect(opened).toEqual(Object.keys(incidentShape(row)).sort());
  for (const keys of others) expect(keys).toEqual(opened);
  expect(messages.map(({ data }) => data["state"])).toEqual([
    ...["open", "acknowledged", "acknowledged", "open", "resolved"],
  ]);
});
