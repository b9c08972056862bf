import { randomUUID } from "node:crypto";
import { v5 } from "uuid";
import { beforeEach, expect, test } from "vitest";
import type { Decision } from "#lib/boundary/decision.ts";
import { inSqlTransaction } from "#lib/db/transaction.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { givenDecision } from "#lib/testing/decisions.ts";
import { at, givenSchedule } from "#lib/testing/schedules.ts";
import { HOUR, type Instant, millis, plus } from "#lib/time/instant.ts";
import { judgeNow } from "./judge-now.ts";
import { recordDecisions } from "./record-decisions.ts";

const db = useDatabase();
const start = at("2027-01-12T00:00:00Z");
const later = (hours: number, minutes: number): Instant => plus(start, millis(hours * HOUR + minutes * 60_000));

beforeEach(async () => {
  await db.sql.query("UPDATE outage SET resolved_at = now() WHERE resolved_at IS NULL");
  await db.sql.query("DELETE FROM outbox");
});

const decision = (moment: Instant, outcome: Decision["outcome"], reason: string | null): Decision => ({
  ...{ id: randomUUID(), at: moment, window: null, outcome, via: "scheduler", reason, diagnosis: null },
});

/** Judges a schedule with the decisions that its gate reported. */
async function judgeWith(id: string, now: Instant, decisions: readonly Decision[]): Promise<void> {
  const [schedule] = await db.sql.query<{ slug: string }>("SELECT slug FROM schedule WHERE id = $1::uuid", [id]);
  const reported = decisions.map((one) =>
    givenDecision({ ...one, id: v5(one.id, id), route: "cron-api", schedule: schedule?.slug ?? null }),
  );
  await recordDecisions(db.pool, reported, now);
  await inSqlTransaction(db.pool, (sql) => judgeNow(sql, [id], { now, from: start }));
}

const told = () =>
  db.sql.query<{ readonly type: string; readonly data: Record<string, unknown> }>(
    "SELECT type, payload->'data' AS data FROM outbox ORDER BY created_at, id",
  );

test("an outage is told of when its first incident opens and when its last one ends, each once", async () => {
  const [a, b] = [await givenSchedule(start, { route: "cron-api" }), await givenSchedule(start, { route: "cron-api" })];
  const refused = [decision(later(1, 0), "rejected", "wrong_contract")];
  await judgeWith(a, later(1, 11), refused);
  await judgeWith(b, later(1, 12), refused);
  const opened = await told();
  expect(opened.map(({ type }) => type)).toEqual(["outage.opened", "incident.opened", "incident.opened"]);
  expect(opened[0]?.data).toMatchObject({
    ...{ reason: "wrong_contract", route: "cron-api", resolvedAt: null, incidentCount: 1 },
    sentence: "1 schedule refused at the boundary of cron-api: wrong contract.",
  });
  expect(opened[1]?.data["outageId"]).toBe(opened[0]?.data["id"]);
  expect(opened[2]?.data["outageId"]).toBe(opened[0]?.data["id"]);

  // The scheduler is let in again, and a run comes of it.
  const admitted = [...refused, decision(later(2, 0), "admitted", null)];
  for (const id of [a, b]) {
    await db.sql.query(
      `INSERT INTO run (id, project_id, schedule_id, started_at, finished_at, outcome, has_start)
       VALUES ($1::uuid, 1, $2::uuid, $3::timestamptz, $3::timestamptz, 'success', false)`,
      [randomUUID(), id, new Date(later(2, 1)).toISOString()],
    );
    await judgeWith(id, later(2, 2), admitted);
  }
  const after = (await told()).slice(3);
  // Of one transaction in one millisecond: in what order they go out says nothing.
  expect(after.map(({ type }) => type).sort()).toEqual(["incident.resolved", "incident.resolved", "outage.resolved"]);
  expect(after.find(({ type }) => type === "outage.resolved")?.data).toMatchObject({ incidentCount: 2 });
});

test("an incident whose newest cause is another leaves its outage, which ends when nothing is left of it", async () => {
  const id = await givenSchedule(start, { route: "cron-api" });
  const first = [decision(later(1, 0), "rejected", "wrong_contract")];
  await judgeWith(id, later(1, 11), first);
  await judgeWith(id, later(2, 11), [...first, decision(later(2, 0), "rejected", "expired")]);
  const outages = (await told()).filter(({ type }) => type.startsWith("outage."));
  expect(outages.map(({ type, data }) => [type, data["reason"]])).toEqual([
    ["outage.opened", "wrong_contract"],
    ["outage.opened", "expired"],
    ["outage.resolved", "wrong_contract"],
  ]);
});
