import { beforeAll, expect, test } from "vitest";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { acknowledgeIncident, assignIncident } from "#lib/incidents/service.ts";
import type { IncidentShape } from "#lib/incidents/shape.ts";
import type { Listed } from "#lib/input/page.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { succeeded } from "#lib/testing/result.ts";
import { at, givenSchedule } from "#lib/testing/schedules.ts";
import { type IncidentQuery, viewIncidents } from "./incidents.ts";
import { viewLastWindows } from "./windows.ts";

const db = useDatabase();
const start = at("2027-01-12T00:00:00Z");
let cast: Cast;
let ids: Readonly<Record<"hourly" | "quick" | "staging", string>>;

/** An interval from the start on, whose first window is missing after its grace of 10 min. */
const every = (everySeconds: number) => ({
  spec: { kind: "interval", everySeconds, anchor: new Date(start).toISOString() },
});

beforeAll(async () => {
  cast = await insertCast(db.sql, start);
  const schedules = {
    hourly: await givenSchedule(start, { ...every(3_600), tags: ["money"] }),
    quick: await givenSchedule(start, { ...every(1_800), tags: ["money", "data"] }),
    staging: await givenSchedule(start, { ...every(2_700), environment: "staging" }),
  };
  db.clock.at = at("2027-01-12T01:11:00Z");
  await judgeDue(db.pool, { now: db.clock.at, atMost: 100 });
  const rows = await db.sql.query<{ readonly id: string; readonly schedule: string }>(
    "SELECT id::text AS id, schedule_id::text AS schedule FROM incident",
  );
  const of = (schedule: string) => rows.find((row) => row.schedule === schedule)?.id ?? "";
  ids = { hourly: of(schedules.hourly), quick: of(schedules.quick), staging: of(schedules.staging) };
});

const listed = async (query: IncidentQuery, who: "rosa" | "otto" = "rosa", limit = 10) => {
  const names = new Map(Object.entries(ids).map(([name, id]) => [id, name]));
  const found: (string | undefined)[] = [];
  for (let cursor: string | null = null; ; ) {
    const ctx = { actor: cast[who], now: db.clock.at };
    const page: Listed<IncidentShape> = succeeded(await viewIncidents(ctx, { query, page: { limit, cursor } }));
    found.push(...page.items.map(({ id }) => names.get(id)));
    cursor = page.nextCursor;
    if (cursor === null) return found;
  }
};

test("incidents are sorted by when they began, and pages go on where the last one ended", async () => {
  // Due by 40 min, 55 min and 70 min after the start.
  const newest = ["hourly", "staging", "quick"];
  expect(await listed({ sort: "since" })).toEqual(newest);
  expect(await listed({ sort: "since" }, "rosa", 1)).toEqual(newest);
  expect(await listed({ sort: "oldest" }, "rosa", 1)).toEqual(newest.toReversed());
});

test("incidents are found by cause, by tag and environment of their schedule", async () => {
  expect(await listed({ sort: "since", tag: "money" })).toEqual(["hourly", "quick"]);
  expect(await listed({ sort: "since", tag: "data" })).toEqual(["quick"]);
  expect(await listed({ environment: "staging" })).toEqual(["staging"]);
  expect(await listed({ cause: "failed" })).toEqual([]);
  expect((await listed({ cause: "silent" })).length).toBe(3);
});

test("mine is what is assigned to me, and what I acknowledged while it is assigned to nobody", async () => {
  const asked = (id: string) => ({ id, ifMatch: null });
  const now = db.clock.at;
  const acknowledge = { note: null, expectedFixAt: null, outage: false };
  expect((await listed({ assignee: "none" })).length).toBe(3);
  succeeded(await acknowledgeIncident({ actor: cast.rosa, now }, { ...asked(ids.quick), input: acknowledge }));
  succeeded(await acknowledgeIncident({ actor: cast.rosa, now }, { ...asked(ids.staging), input: acknowledge }));
  const toOtto = { userId: cast.otto.id };
  succeeded(await assignIncident({ actor: cast.rosa, now }, { ...asked(ids.staging), input: toOtto }));
  expect(await listed({ assignee: "me" })).toEqual(["quick"]);
  expect(await listed({ assignee: "me" }, "otto")).toEqual(["staging"]);
  expect(await listed({ assignee: cast.otto.id })).toEqual(["staging"]);
  expect(await listed({ assignee: "none" })).toEqual(["hourly"]);
});

test("the last windows before a moment, however far back they lie", async () => {
  const [row] = await db.sql.query<{ readonly slug: string }>(
    "SELECT slug FROM schedule WHERE environment = 'staging'",
  );
  const ask = async (last: number, to: string) => {
    const ctx = { actor: cast.vera, now: db.clock.at };
    const read = succeeded(await viewLastWindows(ctx, { slug: row?.slug ?? "", last, to: at(to) }));
    return read.items.map(({ expectedAt }) => expectedAt.slice(11, 16));
  };
  expect(await ask(2, "2027-01-12T04:00:00Z")).toEqual(["03:00", "03:45"]);
  expect(await ask(100, "2027-01-12T02:00:00Z")).toEqual(["00:45", "01:30"]);
  expect(await ask(5, "2027-01-12T00:30:00Z")).toEqual([]);
});
