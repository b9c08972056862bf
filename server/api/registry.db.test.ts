/** What a schedule is, as the registry keeps it. */
import { beforeAll, describe, expect, test } from "vitest";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at, givenCheckIn } from "#lib/testing/schedules.ts";

const db = useDatabase();
let key: Call;

beforeAll(async () => {
  db.clock.at = at("2027-01-12T00:00:00Z");
  key = await keyCaller("write");
});

const HOURLY = {
  name: "Hourly",
  spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00.000Z" },
  timezone: "UTC",
  graceSeconds: 600,
};

test("A schedule is an entry of the registry: something that ought to run at known times.", async () => {
  await key("PUT", "/schedules/entry", HOURLY);
  const { body } = await key("GET", "/schedules?q=entry");
  expect(body.items).toMatchObject([{ slug: "entry", status: "new", nextExpectedAt: "2027-01-12T01:00:00.000Z" }]);
  const windows = await key("GET", "/schedules/entry/windows?from=2027-01-12T00:30:00Z&to=2027-01-12T03:30:00Z");
  expect(windows.body.items.map((one: { expectedAt: string }) => one.expectedAt.slice(11, 16))).toEqual([
    ...["01:00", "02:00", "03:00"],
  ]);
});

describe("It has a slug (unique within its project, `[a-z0-9-]`, 1–100 characters), a name, a spec, a time zone, a grace, an early tolerance, a maximum run time, thresholds, an environment (free text, default `production`), tags, an owner, a driver (who fires it) and optionally a protected route (the boundary it crosses).", () => {
  const ALL = {
    ...HOURLY,
    ...{ earlySeconds: 30, maxRuntimeSeconds: 900, missThreshold: 2, recoverThreshold: 3 },
    ...{ environment: "Vorführung: Süd/1", tags: ["a", "b"], owner: "the data team", driver: { kind: "external" } },
    route: "crossed",
  };

  test("each is kept as it is written, in the registry and in its versions", async () => {
    const made = await key("PUT", "/schedules/all-fields", ALL);
    expect(made.body).toMatchObject({ slug: "all-fields", ...ALL });
    expect((await key("GET", "/schedules/all-fields")).body).toMatchObject(ALL);
    expect((await key("GET", "/schedules/all-fields/versions")).body.items).toMatchObject([ALL]);
  });

  test("what may be left out has its default", async () => {
    expect((await key("PUT", "/schedules/few-fields", HOURLY)).body).toMatchObject({
      ...{ earlySeconds: null, maxRuntimeSeconds: null, missThreshold: 1, recoverThreshold: 1, alsoBad: [] },
      ...{ environment: "production", tags: [], owner: null, driver: { kind: "external" }, route: null },
    });
  });

  test("a slug is its own, and of its letters", async () => {
    for (const slug of ["a", "0", "-", "a".repeat(100)]) {
      expect([slug, (await key("PUT", `/schedules/${slug}`, HOURLY)).status]).toEqual([slug, 201]);
      expect([slug, (await key("PUT", `/schedules/${slug}`, HOURLY)).status]).toEqual([slug, 200]);
    }
    for (const slug of ["A", "a_b", "a.b", "%C3%BC", "a%20b", "a".repeat(101)]) {
      expect([slug, (await key("PUT", `/schedules/${slug}`, HOURLY)).status]).toEqual([slug, 422]);
    }
    const rows = await db.sql.query("SELECT slug FROM schedule GROUP BY project_id, slug HAVING count(*) > 1");
    expect(rows).toEqual([]);
  });
});

test("There is one project for now; keys belong to it, and every table carries it.", async () => {
  expect(await db.sql.query("SELECT id FROM project")).toEqual([{ id: 1 }]);
  expect(await db.sql.query("SELECT DISTINCT project_id AS id FROM api_key")).toEqual([{ id: 1 }]);
  const without = await db.sql.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT EXISTS
       (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'project_id' AND NOT a.attisdropped)
     ORDER BY c.relname`,
  );
  // The project itself, and what was applied to the database.
  expect(without.map(({ name }) => name)).toEqual(["_prisma_migrations", "project"]);
});

test("Deleting archives: its open incident resolves as `archived`, later check-ins are discarded as `archived`, and a `PUT` of the slug revives it.", async () => {
  await key("PUT", "/schedules/gone", HOURLY);
  db.clock.at = at("2027-01-12T01:30:00Z");
  while ((await judgeDue(db.pool, { now: db.clock.at, atMost: 100 })).judged > 0);
  const incident = (await key("GET", "/incidents?schedule=gone")).body.items[0];
  expect(incident.state).toBe("open");
  const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = 'gone'");
  const id = row?.id ?? "";
  const comes = (time: string) => {
    db.clock.at = at(time);
    return makeRecorder({ pool: db.pool, clock: db.clock }).record([givenCheckIn(id, "success", db.clock.at)]);
  };

  expect((await key("DELETE", "/schedules/gone")).body.archivedAt).toBe("2027-01-12T01:30:00.000Z");
  expect((await key("GET", `/incidents/${incident.id}`)).body).toMatchObject({
    ...{ state: "resolved", resolution: "archived" },
  });
  expect((await key("GET", "/schedules?q=gone")).body.items).toEqual([]);
  expect(await comes("2027-01-12T02:00:00Z")).toEqual(["archived"]);
  expect((await key("GET", "/runs?schedule=gone")).body.items).toEqual([]);

  const revived = await key("PUT", "/schedules/gone", HOURLY);
  expect(revived.body).toMatchObject({ archivedAt: null, nextExpectedAt: "2027-01-12T03:00:00.000Z" });
  expect(await comes("2027-01-12T03:00:00Z")).toEqual(["stored"]);
});

describe("incidents are history", () => {
  test("An incident has a kind: `windows` (of a schedule), `boundary_drift` (of a route) or `revert_failing` (of an acceleration).", async () => {
    for (const kind of ["windows", "boundary_drift", "revert_failing"]) {
      const { status, body } = await key("GET", `/incidents?kind=${kind}`);
      expect([kind, status, body.items.every((one: { kind: string }) => one.kind === kind)]).toEqual([kind, 200, true]);
    }
    expect((await key("GET", "/incidents?kind=another")).status).toBe(422);
    const other = `INSERT INTO incident (id, project_id, kind, subject, state, sentence, since, opened_at)
      VALUES (gen_random_uuid(), 1, 'another', 'x', 'open', 'x', now(), now())`;
    await expect(db.sql.query(other)).rejects.toThrow("incident_kind_check");
  });

  test("Nothing about an incident is ever deleted by hand.", async () => {
    const { items } = (await key("GET", "/incidents?schedule=gone")).body;
    const { paths } = (await key("GET", "/openapi.json")).body;
    const about = Object.entries<object>(paths).filter(([path]) => /^\/(incidents|outages)/.test(path));
    expect(about.length).toBeGreaterThan(8);
    // Each act adds to it: nothing can be put in another's place, or taken away.
    expect([...new Set(about.flatMap(([, methods]) => Object.keys(methods)))].sort()).toEqual(["get", "post"]);
    const { id, events } = (await key("GET", `/incidents/${items[0].id}`)).body;
    for (const text of ["First", "Second"]) await key("POST", `/incidents/${id}/notes`, { text });
    const after = (await key("GET", `/incidents/${id}`)).body.events;
    expect(after.slice(0, events.length)).toEqual(events);
    expect(after.slice(events.length).map((one: { text: string }) => one.text)).toEqual(["First", "Second"]);
    // Not by its schedule's end either.
    await key("DELETE", "/schedules/gone");
    expect((await key("GET", `/incidents/${id}`)).body.events.slice(0, after.length)).toEqual(after);
  });
});
