import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { seal } from "#lib/access/box.ts";
import { dropPartitions, makePartitions } from "#lib/db/partitions.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { scheduleInput } from "#lib/schedules/schema.ts";
import { nextDeadline } from "#lib/schedules/state-store.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { succeeded } from "#lib/testing/result.ts";
import { at, givenCheckIn, givenSchedule } from "#lib/testing/schedules.ts";
import { DAY, HOUR, type Instant, instant, MINUTE, millis, plus, SECOND } from "#lib/time/instant.ts";
import { deliver } from "./deliver.ts";
import { judgeDue } from "./judge-due.ts";
import { keepHouse, registerJobs } from "./keep-house.ts";
import { keepLedger } from "./keep-ledger.ts";
import { putSchedule } from "./put-schedule.ts";
import { makeRecorder } from "./record.ts";
import { retain } from "./retain.ts";
import { rollUp } from "./roll-up.ts";

const database = useDatabase();
const start = at("2027-01-12T00:00:00Z");
const hours = (n: number): Instant => plus(start, millis(n * HOUR));

async function judgeAllDue(now: Instant): Promise<number> {
  for (let judged = 0; ; ) {
    const done = await judgeDue(database.pool, { now, atMost: 100 });
    judged += done.judged;
    if (done.judged === 0) return judged;
  }
}

const count = async (text: string, values: unknown[] = []): Promise<number> =>
  (await database.sql.query<{ n: number }>(`SELECT count(*)::float8 AS n FROM ${text}`, values))[0]?.n ?? -1;

describe("deadlines", () => {
  test("two engines share what is due, and no incident is doubled", async () => {
    const ids = await Promise.all(Array.from({ length: 40 }, () => givenSchedule(start)));
    const now = plus(hours(1), millis(11 * MINUTE));
    const shares = await Promise.all(
      Array.from({ length: 4 }, async () => {
        let judged = 0;
        for (;;) {
          const done = await judgeDue(database.pool, { now, atMost: 5 });
          if (done.judged === 0) return judged;
          judged += done.judged;
        }
      }),
    );
    expect(shares.reduce((a, b) => a + b)).toBe(40);
    expect(await count("incident WHERE schedule_id = ANY ($1::uuid[])", [ids])).toBe(40);
    expect(
      await count("incident_event e JOIN incident i ON i.id = e.incident_id WHERE i.schedule_id = ANY ($1::uuid[])", [
        ids,
      ]),
    ).toBe(40);
  });

  test("one schedule whose judging throws is set aside and shown, and stops no other", async () => {
    const [broken, sound] = [await givenSchedule(start), await givenSchedule(start)];
    await database.sql.query(
      `UPDATE schedule_version SET spec = '{"kind":"cron","expression":"no cron at all","dialect":"rollcall"}' WHERE schedule_id = $1::uuid`,
      [broken],
    );
    await judgeAllDue(plus(hours(1), millis(11 * MINUTE)));
    expect(await count("incident WHERE schedule_id = $1::uuid", [sound])).toBe(1);
    expect(await count("schedule_state WHERE schedule_id = $1::uuid AND set_aside_because IS NOT NULL", [broken])).toBe(
      1,
    );
    // Its check-ins, and those of others in the same batch, are stored all the same.
    database.clock.at = hours(2);
    const recorder = makeRecorder({ pool: database.pool, clock: database.clock });
    const both = [givenCheckIn(broken, "success", hours(2)), givenCheckIn(sound, "success", hours(2))];
    expect(await recorder.record(both)).toEqual(["stored", "stored"]);
    expect(await count("check_in WHERE schedule_id = $1::uuid", [broken])).toBe(1);
    expect(await count("run WHERE schedule_id = $1::uuid", [sound])).toBe(1);
  });

  test("the next deadline and the claim are answered by their index", async () => {
    await inSqlTransaction(database.pool, async (sql) => {
      await sql.query("SET LOCAL enable_seqscan = off");
      const explain = async (text: string): Promise<string> =>
        (await sql.query<{ "QUERY PLAN": string }>(`EXPLAIN ${text}`)).map((row) => row["QUERY PLAN"]).join("\n");
      const claim = await explain(
        "SELECT schedule_id FROM schedule_state WHERE next_deadline <= now() ORDER BY next_deadline LIMIT 250 FOR UPDATE SKIP LOCKED",
      );
      expect(claim).toContain("Index Scan using schedule_state_deadline");
      expect(claim).not.toContain("Sort");
      const next = await explain("SELECT min(next_deadline) FROM schedule_state WHERE next_deadline IS NOT NULL");
      expect(next).toContain("schedule_state_deadline");
    });
    expect(await nextDeadline(database.sql)).not.toBeNull();
  });
});

describe("rows of bad windows", () => {
  test("a shorter `every` keeps the window that was closed early and the one that is missing apart", async () => {
    const id = await givenSchedule(start, { spec: { kind: "rolling", everySeconds: 6 * 3_600 }, graceSeconds: 600 });
    const recorder = makeRecorder({ pool: database.pool, clock: database.clock });
    database.clock.at = hours(1);
    await recorder.record([givenCheckIn(id, "fail", hours(1))]);
    database.clock.at = hours(2);
    const [row] = await database.sql.query<{ slug: string }>("SELECT slug FROM schedule WHERE id = $1::uuid", [id]);
    const input = scheduleInput.parse({
      ...{ name: "Shorter", spec: { kind: "rolling", everySeconds: 4 * 3_600 }, timezone: "UTC", graceSeconds: 600 },
    });
    const ctx = { actor: { kind: "system", name: "a test" }, now: hours(2) } as const;
    succeeded(await putSchedule(ctx, { slug: row?.slug ?? "", input, ifMatch: null }));
    await judgeAllDue(plus(hours(6), millis(11 * MINUTE)));
    const rows = await database.sql.query<{ verdict: string; after: number }>(
      `SELECT verdict, (extract(epoch from expected_at) * 1000 - $2)::float8 AS after FROM bad_window
        WHERE schedule_id = $1::uuid ORDER BY expected_at`,
      [id, hours(6)],
    );
    expect(rows).toEqual([
      { verdict: "failed", after: 0 },
      { verdict: "missing", after: 1 },
    ]);
  });

  const run = async (fields: Record<string, unknown>, kinds: readonly ("fail" | "success")[]): Promise<number> => {
    const id = await givenSchedule(start, { missThreshold: 2, ...fields });
    const recorder = makeRecorder({ pool: database.pool, clock: database.clock });
    for (const [i, kind] of kinds.entries()) {
      database.clock.at = plus(hours(i + 1), SECOND);
      await judgeAllDue(database.clock.at);
      await recorder.record([givenCheckIn(id, kind, database.clock.at)]);
    }
    return count("incident WHERE schedule_id = $1::uuid", [id]);
  };

  test("two bad windows with a good one between them are no row, however long ago each was judged", async () => {
    expect(await run({}, ["fail", "success", "fail", "success", "success", "fail"])).toBe(0);
    expect(await run({}, ["fail", "success", "fail", "fail"])).toBe(1);
    expect(await run({ missThreshold: 3 }, ["fail", "fail", "success", "fail", "fail"])).toBe(0);
    expect(await run({ missThreshold: 3 }, ["fail", "fail", "fail"])).toBe(1);
  });

  test("of a rolling schedule too", async () => {
    const spec = { kind: "rolling", everySeconds: 7_200 };
    expect(await run({ spec }, ["fail", "success", "fail", "success"])).toBe(0);
    expect(await run({ spec }, ["success", "fail", "fail"])).toBe(1);
  });
});

describe("the ledger of blind spans", () => {
  const folder = mkdtempSync(join(tmpdir(), "rollcall-ledger-"));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const ledgerOf = (role: "all" | "engine", dataDir = mkdtempSync(join(tmpdir(), "rollcall-ledger-"))) => ({
    dataDir,
    ledger: keepLedger({
      pool: database.pool,
      processId: randomUUID(),
      role,
      dataDir,
      startedAt: start,
      spooling: () => false,
    }),
  });

  test("Rollcall keeps a ledger of the spans in which it could not accept evidence.", async () => {
    const first = ledgerOf("all");
    expect(await first.ledger.open(start)).toBeNull();
    await first.ledger.beat(plus(start, SECOND));
    // It is killed, and another starts a minute later on the same folder.
    const again = ledgerOf("all", first.dataDir);
    const now = plus(start, MINUTE);
    expect(await again.ledger.open(now)).toEqual({ from: plus(start, SECOND), to: now });
    expect(await again.ledger.beat(plus(now, SECOND))).toBeNull();
    // A machine that slept: the heartbeat comes late.
    expect(await again.ledger.beat(plus(now, millis(61 * SECOND)))).toEqual({
      from: plus(now, SECOND),
      to: plus(now, millis(61 * SECOND)),
    });
    rmSync(first.dataDir, { recursive: true });
  });

  test("another process that was up all the while could accept evidence: no span", async () => {
    const now = hours(30);
    const [one, other] = [ledgerOf("all"), ledgerOf("all")];
    await one.ledger.open(now);
    await one.ledger.beat(plus(now, millis(10 * SECOND)));
    expect(await other.ledger.open(plus(now, millis(11 * SECOND)))).toBeNull();
    for (const { dataDir } of [one, other]) rmSync(dataDir, { recursive: true });
  });

  test("windows touched by it are blind, not missing", async () => {
    const id = await givenSchedule(hours(40));
    await database.sql.query(
      "INSERT INTO blind_span (id, project_id, from_at, to_at, reason) VALUES ($1::uuid, 1, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0), 'a test')",
      [randomUUID(), hours(40.5), hours(41.5)],
    );
    await judgeAllDue(plus(hours(41), millis(20 * MINUTE)));
    expect(await count("incident WHERE schedule_id = $1::uuid", [id])).toBe(0);
    await judgeAllDue(plus(hours(42), millis(20 * MINUTE)));
    expect(await count("incident WHERE schedule_id = $1::uuid", [id])).toBe(1);
  });
});

describe("roll-ups", () => {
  test("A roll-up is a cache: dropping one and deriving it again gives the same numbers", async () => {
    const from = hours(100);
    const id = await givenSchedule(from, {
      spec: { kind: "interval", everySeconds: 600, anchor: new Date(from).toISOString() },
      graceSeconds: 60,
    });
    database.clock.at = from;
    const recorder = makeRecorder({ pool: database.pool, clock: database.clock });
    for (let n = 1; n <= 40; n++) {
      if (n % 7 === 0) continue;
      database.clock.at = plus(from, millis(n * 10 * MINUTE + (n % 5) * 20 * SECOND));
      await recorder.record([givenCheckIn(id, n % 11 === 0 ? "fail" : "success", database.clock.at)]);
    }
    const now = plus(from, millis(7 * HOUR + 5 * MINUTE));
    await judgeAllDue(now);
    await database.sql.query("DELETE FROM rollup_reach");
    await database.sql.query("INSERT INTO rollup_reach VALUES (1, to_timestamp($1 / 1000.0))", [from]);
    await rollUp(database.pool, now);
    const read = async () => ({
      hours: await database.sql.query(
        "SELECT at::text, counts FROM rollup_hour WHERE schedule_id = $1::uuid ORDER BY at",
        [id],
      ),
      days: await database.sql.query(
        "SELECT at::text, counts FROM rollup_day WHERE schedule_id = $1::uuid ORDER BY at",
        [id],
      ),
    });
    const first = await read();
    expect(first.hours.length).toBeGreaterThan(5);
    await database.sql.query("DELETE FROM rollup_hour WHERE schedule_id = $1::uuid", [id]);
    await database.sql.query("DELETE FROM rollup_day WHERE schedule_id = $1::uuid", [id]);
    await database.sql.query("UPDATE rollup_reach SET through = to_timestamp($1 / 1000.0)", [from]);
    await rollUp(database.pool, now);
    expect(await read()).toEqual(first);
    // Late evidence: its hour is counted again.
    database.clock.at = now;
    const late = plus(from, millis(70 * MINUTE + 10 * SECOND));
    await recorder.record([givenCheckIn(id, "success", late, { receivedAt: now })]);
    await rollUp(database.pool, now);
    expect(await read()).not.toEqual(first);
  });
});

describe("retention", () => {
  test("whole months are dropped, the rest of one goes in batches, and what comes has its month", async () => {
    const old = at("2026-09-10T00:00:00Z");
    await inSqlTransaction(database.pool, (sql) =>
      makePartitions(sql, at("2026-08-01T00:00:00Z"), at("2026-11-01T00:00:00Z")),
    );
    const insert = (moment: Instant) =>
      database.sql.query(
        `INSERT INTO check_in (id, project_id, schedule_id, at, received_at, kind, body_bytes, method)
         VALUES ($1::uuid, 1, $1::uuid, to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0), 'success', 0, 'GET')`,
        [randomUUID(), moment],
      );
    await insert(old);
    await insert(at("2026-10-03T00:00:00Z"));
    await insert(at("2026-10-29T00:00:00Z"));
    const before = await count("check_in WHERE at < '2026-11-01'");
    expect(before).toBe(3);
    const done = await retain(database.pool, { now: start, retentionDays: 90 });
    expect(done.dropped).toContain("check_in_2026_09");
    expect(done.deleted).toBe(1);
    expect(await count("check_in WHERE at < '2026-11-01'")).toBe(1);
    expect(await count("pg_class WHERE relname IN ('check_in_2027_01', 'check_in_2027_02', 'run_2027_02')")).toBe(3);
  });

  test("rows that came before their month was made are moved into it", async () => {
    const moment = at("2031-05-05T00:00:00Z");
    await database.sql.query(
      `INSERT INTO check_in (id, project_id, schedule_id, at, received_at, kind, body_bytes, method)
       VALUES ($1::uuid, 1, $1::uuid, to_timestamp($2 / 1000.0), to_timestamp($2 / 1000.0), 'success', 0, 'GET')`,
      [randomUUID(), moment],
    );
    expect(await count("check_in_default")).toBe(1);
    await inSqlTransaction(database.pool, (sql) => makePartitions(sql, moment, plus(moment, DAY)));
    expect(await count("check_in_default")).toBe(0);
    expect(await count("check_in_2031_05")).toBe(1);
    expect(await inSqlTransaction(database.pool, (sql) => dropPartitions(sql, at("2031-06-02T00:00:00Z")))).toContain(
      "check_in_2031_05",
    );
  });
});

describe("the outbox", () => {
  test("at least once, with one id, signed as Standard Webhooks says; a failure is tried again", async () => {
    const got: { id: string; body: string; headers: Record<string, string> }[] = [];
    let refuse = true;
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        got.push({
          id: String(request.headers["webhook-id"]),
          body,
          headers: request.headers as Record<string, string>,
        });
        response.statusCode = refuse ? 503 : 200;
        response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const { config } = database.runtime;
    await database.sql.query("UPDATE outbox SET spread_at = now()");
    await database.sql.query(
      `INSERT INTO webhook (name, project_id, id, url, secret_box, secret_length, secret_updated_at, created_at)
       VALUES ('a-test', 1, $1::uuid, $2, $3::bytea, 38, now(), now())`,
      [randomUUID(), url, seal(config.secret, secret)],
    );
    const from = hours(200);
    const id = await givenSchedule(from);
    database.clock.at = plus(from, millis(71 * MINUTE));
    await judgeAllDue(database.clock.at);
    const clock = { now: () => instant(Date.now()) };
    const send = () =>
      deliver({ pool: database.pool, clock, secret: config.secret, chance: () => 0, judging: () => false });
    const again = await send();
    expect(got.length).toBe(1);
    expect((again ?? 0) - Date.now()).toBeGreaterThan(4_000);
    refuse = false;
    await database.sql.query("UPDATE delivery SET next_attempt_at = now() WHERE next_attempt_at IS NOT NULL");
    expect(await send()).toBeNull();
    expect(got.length).toBe(2);
    expect(got[0]?.id).toBe(got[1]?.id);
    const [last] = got.slice(-1);
    if (!last) throw new Error("nothing came");
    expect(new Webhook(secret).verify(last.body, last.headers)).toMatchObject({
      type: "incident.opened",
      data: { state: "open" },
    });
    expect(await count("incident WHERE schedule_id = $1::uuid", [id])).toBe(1);
    server.close();
    server.closeAllConnections();
  });
});

describe("Rollcall's own jobs", () => {
  test("they stand in the registry and check in through the same door, once a window, whoever looks", async () => {
    const from = at("2027-03-01T00:00:30Z");
    await registerJobs(from);
    await registerJobs(from);
    expect(await count("schedule WHERE own")).toBe(4);
    database.clock.at = at("2027-03-01T00:10:00Z");
    const recorder = makeRecorder({ pool: database.pool, clock: database.clock });
    const by = { pool: database.pool, clock: database.clock, recorder, retentionDays: 90, secret: "only-for-tests" };
    const failed: string[] = [];
    const next = await keepHouse(by, (slug) => failed.push(slug));
    expect(next).toBe(at("2027-03-01T00:20:00Z"));
    await keepHouse(by, (slug) => failed.push(slug));
    expect(failed).toEqual([]);
    expect(
      await count(
        "run r JOIN schedule s ON s.id = r.schedule_id WHERE s.slug = 'rollcall-rollups' AND r.outcome = 'success'",
      ),
    ).toBe(1);
  });
});
