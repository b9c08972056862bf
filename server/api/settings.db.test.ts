/** Settings over the API on the real database, and the engine that reads them at its next run. */
import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import { makePartitions } from "#lib/db/partitions.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { retain } from "#lib/engine/retain.ts";
import { Registry } from "#lib/evidence/registry.ts";
import { readProjects } from "#lib/evidence/registry-store.ts";
import { type Call, keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { insertCast } from "#lib/testing/people.ts";
import { DAY, type Instant, millis, minus, plus } from "#lib/time/instant.ts";

const db = useDatabase();
const DAY_SECONDS = 86_400;
let ada: Call;
let vera: Call;
let write: Call;
let schedule: string;

beforeAll(async () => {
  const cast = await insertCast(db.sql, db.clock.now());
  ada = await sessionCaller(cast.ada);
  vera = await sessionCaller(cast.vera);
  write = await keyCaller("write");
  const body = { name: "Nightly", spec: { kind: "cron", expression: "0 2 * * *" }, timezone: "UTC", graceSeconds: 60 };
  expect((await write("PUT", "/schedules/nightly", body)).status).toBe(201);
  const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = 'nightly'");
  schedule = row?.id ?? "";
  const now = db.clock.now();
  await inSqlTransaction(db.pool, (sql) => makePartitions(sql, ago(100), now));
});

const ago = (days: number): Instant => minus(db.clock.now(), millis(days * DAY));
const checkIn = (at: Instant, body: string | null) =>
  db.sql.query(
    `INSERT INTO check_in (id, project_id, schedule_id, at, received_at, kind, body, body_bytes, method)
     VALUES ($1::uuid, 1, $2::uuid, to_timestamp($3::float8 / 1000), to_timestamp($3::float8 / 1000), 'success',
       convert_to($4::text, 'UTF8'), coalesce(length($4::text), 0), 'POST')`,
    [randomUUID(), schedule, at, body],
  );
const counted = async (text: string): Promise<number> =>
  (await db.sql.query<{ count: number }>(`SELECT count(*)::float8 AS count FROM ${text}`))[0]?.count ?? -1;

describe("how long things are kept", () => {
  test("the environment says it until an admin does; a change is a version, and stands in the audit log", async () => {
    const first = await vera("GET", "/settings/retention");
    expect(first.body).toMatchObject({
      runsSeconds: 90 * DAY_SECONDS,
      auditSeconds: null,
      byEnvironment: true,
      version: 1,
    });
    const change = { runsSeconds: 60 * DAY_SECONDS, logsSeconds: 20 * DAY_SECONDS };
    expect((await vera("PUT", "/settings/retention", change)).status).toBe(403);
    expect((await ada("PUT", "/settings/retention", change, { "if-match": '"2"' })).status).toBe(412);
    const set = await ada("PUT", "/settings/retention", change, { "if-match": '"1"' });
    expect(set.status).toBe(200);
    expect(set.headers.get("etag")).toBe('"2"');
    expect(set.body).toMatchObject({ ...change, decisionsSeconds: 60 * DAY_SECONDS, byEnvironment: false, version: 2 });
    expect((await ada("PUT", "/settings/retention", change, { "if-match": '"1"' })).status).toBe(412);
    const audit = await ada("GET", "/audit?action=retention");
    expect(audit.body.items).toHaveLength(1);
    expect(audit.body.items[0].detail).toMatchObject({ runs: "90 days → 60 days", logs: "90 days → 20 days" });
  });

  test("what cannot be is refused by the name of its field, and changes nothing", async () => {
    const wrong = [
      [{ runsSeconds: DAY_SECONDS }, "runsSeconds"],
      [{ runsSeconds: 30 * DAY_SECONDS + 1 }, "runsSeconds"],
      [{ runsSeconds: 60 * DAY_SECONDS, decisionsSeconds: 30 * DAY_SECONDS }, "decisionsSeconds"],
      [{ auditSeconds: 30 * DAY_SECONDS }, "auditSeconds"],
    ] as const;
    for (const [body, path] of wrong) {
      const answer = await ada("PUT", "/settings/retention", body);
      expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([422, path]);
    }
    expect((await ada("GET", "/settings/retention")).body.version).toBe(2);
  });

  test("what a change would drop is counted before, dropped at the engine's next run, and nothing else", async () => {
    for (const days of [10, 25, 40, 58, 59]) await checkIn(ago(days), `log of ${days} days ago`);
    await checkIn(ago(25), null);
    const change = { runsSeconds: 50 * DAY_SECONDS, logsSeconds: 20 * DAY_SECONDS };
    const preview = await ada("POST", "/settings/retention/preview", change);
    expect(preview.body.drops).toEqual([{ kind: "runs", rows: 2 }]);
    expect(await counted("check_in")).toBe(6);
    expect((await ada("PUT", "/settings/retention", change)).status).toBe(200);
    const now = db.clock.now();
    const done = await retain(db.pool, { now, retentionDays: 90 });
    expect(done).toMatchObject({ deleted: 2, logsCleared: 2 });
    expect(await counted("check_in")).toBe(4);
    expect(await counted("check_in WHERE body IS NOT NULL")).toBe(1);
    expect(await counted("check_in WHERE body IS NULL AND body_bytes > 0")).toBe(2);
    // Again, and a day later: what was cleared is not looked through again, what has come of age is.
    expect(await retain(db.pool, { now, retentionDays: 90 })).toMatchObject({ deleted: 0, logsCleared: 0 });
    await checkIn(ago(19.5), "just young enough");
    expect(await retain(db.pool, { now: plus(now, millis(2 * DAY)), retentionDays: 90 })).toMatchObject({
      logsCleared: 1,
    });
    expect((await ada("POST", "/settings/retention/preview", change)).body.drops).toEqual([]);
  });

  test("the audit log is kept for ever, unless a time of a year or more is set", async () => {
    await db.sql.query("UPDATE audit SET at = to_timestamp($1::float8 / 1000) WHERE action = 'schedule.made'", [
      ago(500),
    ]);
    const old = "audit WHERE at < now() - interval '1 second' AND action = 'schedule.made'";
    const before = await counted("audit");
    await retain(db.pool, { now: db.clock.now(), retentionDays: 90 });
    expect(await counted("audit")).toBe(before);
    const change = { runsSeconds: 50 * DAY_SECONDS, auditSeconds: 400 * DAY_SECONDS };
    const preview = await ada("POST", "/settings/retention/preview", change);
    expect(preview.body.drops).toEqual([{ kind: "audit", rows: await counted(old) }]);
    await ada("PUT", "/settings/retention", change);
    await retain(db.pool, { now: db.clock.now(), retentionDays: 90 });
    expect(await counted(old)).toBe(0);
    expect(await counted("audit")).toBeGreaterThan(0);
  });
});

describe("the ping key", () => {
  test("another one is made, and the one before is taken until its time is over", async () => {
    const { key: old } = (await ada("GET", "/settings/ping-key")).body;
    expect((await write("POST", "/settings/ping-key/rotate", {})).status).toBe(403);
    const rotated = await ada("POST", "/settings/ping-key/rotate", { graceSeconds: 3_600 });
    expect(rotated.status).toBe(200);
    expect(rotated.body.key).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(rotated.body.key).not.toBe(old);
    const registry = new Registry();
    registry.setProjects(await readProjects(db.sql));
    const now = db.clock.now();
    const asked = (key: string, at: Instant) => registry.find({ form: "slug", key, slug: "none" }, at);
    expect(asked(rotated.body.key, now)).toBe("unknown_slug");
    expect(asked(old, now)).toBe("unknown_slug");
    expect(asked(old, plus(now, millis(3_600_000)))).toBe("unknown_key");
    // A second one at once ends the first: only one before is taken.
    await ada("POST", "/settings/ping-key/rotate", { graceSeconds: 0 });
    registry.setProjects(await readProjects(db.sql));
    expect([asked(old, now), asked(rotated.body.key, now)]).toEqual(["unknown_key", "unknown_key"]);
    expect((await ada("GET", "/settings/ping-key")).body.previousUntil).toBeNull();
  });

  test("where the environment sets it, it is changed there", async () => {
    Object.assign(db.runtime.config, { pingKey: "a".repeat(22) });
    const answer = await ada("POST", "/settings/ping-key/rotate", {});
    expect([answer.status, answer.body.code]).toEqual([409, "set_by_environment"]);
    Object.assign(db.runtime.config, { pingKey: null });
  });
});

test("the audit log is narrowed by who, what, words and time", async () => {
  const found = async (query: string): Promise<string[]> =>
    (await ada("GET", `/audit?${query}`)).body.items.map(({ action }: { readonly action: string }) => action);
  expect(new Set(await found("action=ping_key"))).toEqual(new Set(["ping_key.rotated"]));
  expect(await found("action=ping")).toEqual([]);
  expect(new Set(await found("actor=Ada"))).toEqual(new Set(["ping_key.rotated", "retention.changed"]));
  expect(await found("actor=Ada&subject=RETENT%25")).toEqual([]);
  expect(new Set(await found("actor=Ada&subject=retent"))).toEqual(new Set(["retention.changed"]));
  const now = new Date(db.clock.now()).toISOString();
  expect(await found(`from=${now}&to=${now}`)).toEqual([]);
  const first = await ada("GET", "/audit?actor=Ada&limit=1");
  const second = await ada("GET", `/audit?actor=Ada&limit=1&cursor=${first.body.nextCursor}`);
  expect(second.body.items[0].id).not.toBe(first.body.items[0].id);
  expect((await vera("GET", "/audit?actor=Ada")).status).toBe(403);
});

test("what was sent to a webhook and what waits is told, newest first", async () => {
  await ada("PUT", "/webhooks/on-call", { url: "https://example.com/hook" });
  const { id } = (await ada("POST", "/webhooks/on-call/test", {})).body;
  const waiting = await vera("GET", "/webhooks/on-call/deliveries");
  expect(waiting.body.items).toMatchObject([{ id, type: "webhook.test", state: "waiting", attempts: 0, status: null }]);
  await db.sql.query(
    "UPDATE delivery SET attempts = 2, last_status = 503, last_error = 'it answered 503', next_attempt_at = to_timestamp($1::float8 / 1000)",
    [plus(db.clock.now(), millis(60_000))],
  );
  db.clock.at = plus(db.clock.now(), millis(1_000));
  const second = (await ada("POST", "/webhooks/on-call/test", {})).body.id;
  const page = await vera("GET", "/webhooks/on-call/deliveries?limit=1");
  expect(page.body.items[0].id).toBe(second);
  const next = await vera("GET", `/webhooks/on-call/deliveries?limit=1&cursor=${page.body.nextCursor}`);
  expect(next.body).toMatchObject({ items: [{ id, attempts: 2, status: 503, state: "waiting" }], nextCursor: null });
  expect((await vera("GET", "/webhooks/nobody/deliveries")).status).toBe(404);
});

test("what this installation is; where things lie is told to admins alone, and a password to nobody", async () => {
  const url = "postgresql://rollcall:a-very-secret-word@db.example.com:6432/watch";
  Object.assign(db.runtime.config, { databaseUrl: url });
  const admin = await ada("GET", "/settings/about");
  expect(admin.body).toMatchObject({ version: "0.1.0", license: "MIT", schedules: 1 });
  expect(admin.body.database).toMatchObject({ kind: "yours", place: "db.example.com:6432/watch" });
  expect(admin.body.tables.map(({ name }: { readonly name: string }) => name)).toContain("check_in");
  const viewer = await vera("GET", "/settings/about");
  expect(viewer.body).toMatchObject({ dataDir: null, database: { place: null } });
  expect(JSON.stringify([admin.body, viewer.body])).not.toContain("secret");
  Object.assign(db.runtime.config, { databaseUrl: null });
});
