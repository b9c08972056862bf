import { expect, test } from "vitest";
import { useDatabase } from "#lib/testing/database.ts";
import { at } from "#lib/testing/schedules.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import { lastRuns, listRuns } from "./list-store.ts";

const db = useDatabase();
const now = at("2027-01-12T00:00:00Z");
const A = "0b9d6a8e-0000-4000-8000-00000000000a";
const B = "0b9d6a8e-0000-4000-8000-00000000000b";

const add = (scheduleId: string, startedAt: string) =>
  db.sql.query(
    `INSERT INTO run (id, project_id, schedule_id, started_at, outcome, has_start)
     VALUES (gen_random_uuid(), 1, $1::uuid, $2::timestamptz, 'running', true)`,
    [scheduleId, startedAt],
  );

test("the newest runs of all schedules, page by page, however far they lie apart", async () => {
  const starts = [
    "2027-01-12T00:04:00Z",
    "2027-01-11T23:59:59.999Z",
    "2027-01-11T23:59:59.999Z",
    "2027-01-11T20:00:00Z",
  ];
  const old = ["2026-12-01T00:00:00Z", "2026-12-01T00:00:00Z", "2025-06-01T00:00:00Z", "2020-01-01T00:00:00Z"];
  for (const [i, start] of [...old, ...starts].entries()) await add(i % 2 === 0 ? A : B, start);
  const seen: string[] = [];
  let before: readonly [Instant, string] | null = null;
  for (;;) {
    const rows = await listRuns(db.sql, {}, now, { limit: 3, before });
    const shown = rows.slice(0, 3);
    seen.push(...shown.map((run) => run.id));
    const last = shown[shown.length - 1];
    if (rows.length <= 3 || !last) break;
    before = [last.startedAt, last.id];
  }
  const all = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM run ORDER BY started_at DESC, id DESC");
  expect(seen).toEqual(all.map(({ id }) => id));
});

test("between two moments, and of one schedule", async () => {
  const span = { from: at("2025-01-01T00:00:00Z"), to: at("2027-01-11T00:00:00Z") };
  expect(await listRuns(db.sql, span, now, { limit: 10, before: null })).toHaveLength(3);
  expect(await listRuns(db.sql, { ...span, scheduleId: A }, now, { limit: 10, before: null })).toHaveLength(2);
  expect(await listRuns(db.sql, { from: now, to: instant(now - 1) }, now, { limit: 10, before: null })).toEqual([]);
});

test("the last run of each schedule that has one", async () => {
  const last = await lastRuns(db.sql, [A, B, "0b9d6a8e-0000-4000-8000-00000000000c"]);
  expect([...last.keys()].sort()).toEqual([A, B]);
});

test("the newest runs of all are found by the index over blocks", async () => {
  await db.sql.query(
    `INSERT INTO run (id, project_id, schedule_id, started_at, outcome, has_start)
     SELECT gen_random_uuid(), 1, md5((n % 5000)::text)::uuid, '2026-11-01'::timestamptz + n * interval '10 s', 'success', true
     FROM generate_series(1, 60000) n`,
  );
  // Of many schedules: with a few, PostgreSQL 18 skips through the primary key, and well.
  await db.sql.query("ANALYZE run");
  const plan = await db.sql.query<{ "QUERY PLAN": string }>(
    "EXPLAIN SELECT id FROM run r WHERE r.project_id = 1 AND r.started_at >= '2026-11-07T21:00Z' AND r.started_at < '2026-11-07T22:00Z'",
  );
  expect(plan.map((line) => line["QUERY PLAN"]).join("\n")).toContain("run_default_started_at_idx");
});
