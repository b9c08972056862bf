import { beforeAll, expect, test } from "vitest";
import { makeRecorder } from "#lib/engine/record.ts";
import { rollUp } from "#lib/engine/roll-up.ts";
import type { CheckInKind } from "#lib/evidence/check-in.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at, givenCheckIn } from "#lib/testing/schedules.ts";

const db = useDatabase();
let key: Call;
let id = "";
beforeAll(async () => {
  key = await keyCaller("write");
  db.clock.at = at("2027-01-12T00:00:00Z");
  const spec = { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00Z" };
  await key("PUT", "/schedules/hourly", { name: "Hourly", spec, timezone: "UTC", graceSeconds: 600 });
  await rollUp(db.pool, db.clock.at);
  const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = 'hourly'");
  id = row?.id ?? "";
});

async function checkIn(kind: CheckInKind, moment: string, body: string | null = null): Promise<void> {
  db.clock.at = at(moment);
  const bytes = body === null ? {} : { body: Buffer.from(body), bodyBytes: Buffer.byteLength(body) };
  const recorder = makeRecorder({ pool: db.pool, clock: db.clock });
  await recorder.record([givenCheckIn(id, kind, db.clock.at, { ...bytes, method: body === null ? "GET" : "POST" })]);
}

test("roll-ups and the hours after them are counted together, and a day says how its runs went", async () => {
  await checkIn("start", "2027-01-12T01:00:30Z");
  await checkIn("success", "2027-01-12T01:01:00Z");
  await checkIn("start", "2027-01-12T02:12:00Z");
  await checkIn("success", "2027-01-12T02:13:30Z", "done\n\u0007\u001b[31mred");
  // 03:00 stays without a run; the roll-ups know of the hours before 04:00.
  await rollUp(db.pool, at("2027-01-12T04:00:00Z"));
  await checkIn("fail", "2027-01-12T04:00:10Z");
  db.clock.at = at("2027-01-12T04:20:00Z");
  const { status, body } = await key("GET", "/schedules/hourly/statistics");
  expect(status).toBe(200);
  const counts = { on_time: 1, late: 1, missing: 1, failed: 1 };
  expect(body.counts).toEqual({ "24h": counts, "7d": counts, "30d": counts, "90d": counts });
  expect(body.days).toHaveLength(90);
  expect(body.days.at(-1)).toEqual({
    at: "2027-01-12T00:00:00.000Z",
    runs: 3,
    durationSeconds: { p50: 30, p95: 90, max: 90 },
    latenessSeconds: { p50: 30, p95: 720, max: 720 },
  });
  expect(body.days[0]).toMatchObject({ runs: 0, durationSeconds: null, latenessSeconds: null });
  expect((await key("GET", "/schedules/none-such/statistics")).status).toBe(404);
});

test("a span that begins within a day counts only the hours of it", async () => {
  db.clock.at = at("2027-01-13T02:30:00Z");
  await rollUp(db.pool, db.clock.at);
  const { counts } = (await key("GET", "/schedules/hourly/statistics")).body;
  const sum = (of: Record<string, number>) => Object.values(of).reduce((a, b) => a + b, 0);
  // From 02:00 of the day before to 02:00 of this one, both counted; all of it since creation.
  expect([sum(counts["24h"]), sum(counts["7d"])]).toEqual([25, 26]);
});

test("what a job sent is listed as it came, and its body is bytes as they came", async () => {
  const { body } = await key("GET", "/schedules/hourly/check-ins?limit=2");
  expect(body.items.map((one: { kind: string }) => one.kind)).toEqual(["fail", "success"]);
  const [, success] = body.items;
  expect(success).toMatchObject({ at: "2027-01-12T02:13:30.000Z", bodyBytes: 14, method: "POST", exitStatus: null });
  const bytes = await key("GET", `/schedules/hourly/check-ins/${success.id}/body`);
  expect(bytes.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(bytes.body).toBe("done\n\u0007\u001b[31mred");
  const rest = await key("GET", `/schedules/hourly/check-ins?cursor=${body.nextCursor}`);
  expect(rest.body.items.map((one: { kind: string }) => one.kind)).toEqual(["start", "success", "start"]);
  expect((await key("GET", "/schedules/hourly/check-ins/nonsense/body")).status).toBe(404);
});
