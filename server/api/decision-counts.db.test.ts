import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at } from "#lib/testing/schedules.ts";

const db = useDatabase();
let write: Call;
let report: Call;

beforeAll(async () => {
  [write, report] = [await keyCaller("write"), await keyCaller("report")];
  const contract = { kind: "hmac", secret: "a-long-secret-of-the-route-0123" };
  for (const name of ["cron-api", "other"]) await write("PUT", `/routes/${name}`, { contract });
  db.clock.at = at("2027-01-12T03:00:00Z");
  const decision = (more: object) => ({
    ...{ id: randomUUID(), route: "cron-api", method: "GET", outcome: "rejected", reason: "wrong_contract" },
    ...{ via: "stranger", source: "gate", path: "/elsewhere", ...more },
  });
  const items = [
    decision({ at: "2027-01-12T00:59:59Z" }),
    decision({ at: "2027-01-12T01:00:00Z" }),
    decision({ at: "2027-01-12T01:59:59Z" }),
    decision({ at: "2027-01-12T01:30:00Z", outcome: "admitted", reason: "admitted_manual", via: "manual" }),
    decision({ at: "2027-01-12T02:10:00Z", route: "other", reason: "missing_credentials" }),
    decision({ at: "2027-01-12T02:10:00Z", route: "nobody-made-it" }),
  ];
  expect((await report("POST", "/boundary/decisions", { items })).status).toBe(202);
});

test("decisions are counted by hour, outcome, reason and who called; of routes that there are", async () => {
  const { body } = await write("GET", "/boundary/counts?from=2027-01-12T01:00:00Z");
  expect(body).toMatchObject({ from: "2027-01-12T01:00:00.000Z", to: "2027-01-12T03:00:00.000Z", bucketSeconds: 3600 });
  const told = body.items.map((one: Record<string, unknown>) => Object.values(one).join(" "));
  expect(told).toEqual([
    "2027-01-12T01:00:00.000Z cron-api admitted admitted_manual manual 1",
    "2027-01-12T01:00:00.000Z cron-api rejected wrong_contract stranger 2",
    "2027-01-12T02:00:00.000Z other rejected missing_credentials stranger 1",
  ]);
  const daily = await write("GET", "/boundary/counts?route=cron-api&bucketSeconds=86400");
  expect(daily.body.items.map(({ count }: { readonly count: number }) => count)).toEqual([1, 3]);
});

test("a span of more buckets than can be drawn is refused", async () => {
  const asked = "/boundary/counts?from=2027-01-01T00:00:00Z&bucketSeconds=60";
  expect(await write("GET", asked)).toMatchObject({ status: 422, body: { errors: [{ path: "from" }] } });
  expect((await write("GET", "/boundary/counts?bucketSeconds=1")).status).toBe(422);
  expect((await write("GET", "/boundary/counts?from=2027-01-12T03:00:00Z")).status).toBe(422);
  expect((await report("GET", "/boundary/counts")).status).toBe(403);
});
