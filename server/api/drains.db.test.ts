import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at } from "#lib/testing/schedules.ts";

const db = useDatabase();
let write: Call;
let report: Call;
let read: Call;

beforeAll(async () => {
  [write, report, read] = [await keyCaller("write"), await keyCaller("report"), await keyCaller("read")];
  await write("PUT", "/routes/drained", {
    contract: { kind: "vercel-cron", secret: "correct-horse-battery-staple-ok!" },
    url: "https://app.example.com/api/cron",
  });
  await write("PUT", "/schedules/drained", {
    ...{ name: "Drained", spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00Z" } },
    ...{ timezone: "UTC", graceSeconds: 600, route: "drained" },
  });
  db.clock.at = at("2027-01-12T01:02:00Z");
});

const line = (time: string, status: number, agent = "vercel-cron/1.0", path = "/api/cron") =>
  `203.0.113.9 - - [12/Jan/2027:${time} +0000] "GET ${path} HTTP/1.1" ${status} 162 "-" "${agent}"`;

test("log lines of a platform or proxy; `{taken, decisions, ignored}`", async () => {
  const log = [line("01:00:03", 308), line("01:00:04", 200), line("01:00:05", 404, "Mozilla/5.0"), "nonsense"].join(
    "\n",
  );
  const first = await report("POST", "/drains/drained", log, { "content-type": "text/plain" });
  expect(first).toMatchObject({ status: 200, body: { taken: 4, decisions: 1, ignored: 3 } });
  await report("POST", "/drains/drained", log);
  const decisions = (await read("GET", "/boundary/decisions?route=drained")).body.items;
  expect(decisions).toHaveLength(1);
  expect(decisions[0]).toMatchObject({ via: "scheduler", reason: "redirect", source: "drain", schedule: "drained" });
  expect((await read("POST", "/drains/drained", log)).status).toBe(403);
  expect((await report("POST", "/drains/nowhere", log)).status).toBe(404);
  expect(await report("POST", "/drains/drained", "")).toMatchObject({ body: { taken: 0, decisions: 0, ignored: 0 } });
});

test("what the gate decided itself is known better from the gate", async () => {
  const decision = { id: randomUUID(), at: "2027-01-12T01:01:30Z", route: "drained", outcome: "rejected", reason: "wrong_secret", path: "/api/cron", presented: { scheme: "Bearer" } }; // biome-ignore format: one line
  await report("POST", "/boundary/decisions", decision);
  const taken = await report("POST", "/drains/drained", line("01:01:31", 401));
  expect(taken.body).toEqual({ taken: 1, decisions: 0, ignored: 1 });
});
