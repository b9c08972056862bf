import { beforeAll, expect, test } from "vitest";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { type Call, keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { type Cast, insertCast } from "#lib/testing/people.ts";
import { at } from "#lib/testing/schedules.ts";

const db = useDatabase();
let cast: Cast;
let [ada, vera]: [Call, Call] = [async () => ({}) as never, async () => ({}) as never];

const SECRET = "correct-horse-battery-staple-ok!";
const called = (secret: string) => ({ kind: "vercel-cron", secret });
const url = "https://app.example.com/api/cron";
const hourly = {
  ...{ name: "Hourly", timezone: "UTC", graceSeconds: 600, route: "cron-api", path: "/api/cron" },
  spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00Z" },
};

beforeAll(async () => {
  cast = await insertCast(db.sql, db.clock.now());
  [ada, vera] = [await sessionCaller(cast.ada), await sessionCaller(cast.vera)];
});

test("an incident tells what was done to keys, routes and secrets before it, and no secret, to whoever may see it", async () => {
  db.clock.at = at("2027-01-10T00:00:00Z");
  const key = await keyCaller("write");
  const doing = async (moment: string, does: () => Promise<{ readonly status: number }>) => {
    db.clock.at = at(moment);
    expect((await does()).status).toBeLessThan(300);
  };
  await doing("2027-01-10T00:00:00Z", () => key("PUT", "/routes/cron-api", { contract: called(SECRET), url }));
  await doing("2027-01-12T00:00:00Z", () => key("PUT", "/routes/another", { contract: called(SECRET), url }));
  await doing("2027-01-12T00:01:00Z", () => key("PUT", "/schedules/hourly", hourly));
  await doing("2027-01-12T00:30:00Z", () => ada("POST", "/settings/ping-key/rotate", { graceSeconds: 0 }));
  await doing("2027-01-12T00:40:00Z", () => ada("PUT", "/routes/cron-api", { contract: called(`${SECRET}!`), url }));
  const hmac = { kind: "hmac", header: "x-signature", secret: `${SECRET}?` };
  await doing("2027-01-12T00:58:00Z", () => ada("PUT", "/routes/cron-api", { contract: hmac, url }));
  await doing("2027-01-12T01:05:00Z", () => ada("POST", "/routes/cron-api/rotate", {}));
  db.clock.at = at("2027-01-12T01:11:00Z");
  await judgeDue(db.pool, { now: db.clock.at, atMost: 100 });
  await doing("2027-01-12T01:20:00Z", () => ada("PUT", "/routes/cron-api", { contract: called(SECRET), url }));

  const [incident] = (await vera("GET", "/incidents?schedule=hourly")).body.items;
  const read = await vera("GET", `/incidents/${incident.id}/changes`);
  expect(read.status).toBe(200);
  const told = read.body.items.map((one: { at: string; action: string; subject: string; by: string }) => [
    one.at.slice(11, 16),
    one.action,
    ...(one.subject === "1" ? [] : [one.subject]),
    one.by,
  ]);
  expect(told).toEqual([
    ["01:05", "route.key_rotated", "cron-api", "Ada"],
    ["00:58", "route.changed", "cron-api", "Ada"],
    ["00:40", "route.changed", "cron-api", "Ada"],
    ["00:30", "ping_key.rotated", "Ada"],
  ]);
  const changed = read.body.items.map(({ detail }: { detail: object }) => detail);
  expect(changed[1]).toMatchObject({ contractBefore: "vercel-cron", contract: "hmac" });
  expect(changed[2]).toEqual({ contract: "vercel-cron", secretsChanged: ["contract.secret"] });
  expect(JSON.stringify(read.body)).not.toContain(SECRET);
  expect((await vera("GET", "/incidents/00000000-0000-7000-8000-000000000000/changes")).status).toBe(404);
});
