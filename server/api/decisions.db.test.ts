import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { type Call, keyCaller, sessionCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { insertCast } from "#lib/testing/people.ts";
import { at } from "#lib/testing/schedules.ts";

const db = useDatabase();
let write: Call;
let report: Call;
let read: Call;
let vera: Call;

beforeAll(async () => {
  [write, report, read] = [await keyCaller("write"), await keyCaller("report"), await keyCaller("read")];
  vera = await sessionCaller((await insertCast(db.sql, db.clock.now())).vera);
  await write("PUT", "/routes/cron-api", {
    contract: { kind: "hmac", secret: "a-long-secret-of-the-route-0123" },
    url: "https://app.example.com/api/cron/nightly",
  });
  await write("PUT", "/schedules/nightly", {
    ...{ name: "Nightly", spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00Z" } },
    ...{ timezone: "UTC", graceSeconds: 600, route: "cron-api" },
  });
  db.clock.at = at("2027-01-12T01:02:00Z");
});

const decision = (more: object = {}) => ({
  ...{ id: randomUUID(), at: "2027-01-12T01:00:03Z", route: "cron-api", method: "GET", outcome: "rejected" },
  ...{ reason: "wrong_contract", path: "/api/cron/nightly", via: "stranger", source: "gate" },
  ...{ contractExpected: "hmac", contractResembled: "vercel-cron" },
  diagnosis: "The request carries a bearer secret as Vercel Cron sends it; this route expects an HMAC signature.",
  presented: { headers: ["authorization", "user-agent"], scheme: "Bearer", lengths: { authorization: 39 } },
  ...more,
});

test("what a gate saw: one, or up to 1,000 in `items`; 202", async () => {
  const one = decision();
  expect(await report("POST", "/boundary/decisions", one)).toMatchObject({
    status: 202,
    body: { stored: 1, again: 0 },
  });
  expect((await report("POST", "/boundary/decisions", one)).body).toEqual({ stored: 0, again: 1 });
  const items = Array.from({ length: 1_000 }, () => decision({ via: null }));
  expect((await write("POST", "/boundary/decisions", { items })).body).toEqual({ stored: 1_000, again: 0 });
  const more = await write("POST", "/boundary/decisions", { items: [...items, one] });
  expect(more).toMatchObject({ status: 422, body: { errors: [{ path: "items" }] } });
  expect((await write("POST", "/boundary/decisions", { items: [] })).status).toBe(422);
  for (const call of [read, vera]) expect((await call("POST", "/boundary/decisions", decision())).status).toBe(403);
  expect((await report("GET", "/boundary/decisions")).status).toBe(403);
});

test("it is evidence for its window, whoever a gate takes the sender for", async () => {
  const [window] = (await vera("GET", "/schedules/nightly/windows?from=2027-01-12T01:00:00Z&to=2027-01-12T01:30:00Z"))
    .body.items;
  expect(window.decisions[0]).toMatchObject({
    ...{ route: "cron-api", outcome: "rejected", via: "scheduler", ambiguous: false, schedule: "nightly" },
    ...{ contractExpected: "hmac", contractResembled: "vercel-cron", source: "gate" },
    presented: { headers: ["authorization", "user-agent"], scheme: "Bearer", lengths: { authorization: 39 } },
  });
});

test("by route, outcome, reason, via, from and to, newest first, in pages", async () => {
  const one = decision({ route: "listed", at: "2027-01-12T00:30:00Z", reason: "wrong_secret" });
  const two = decision({ route: "listed", at: "2027-01-12T00:40:00Z", outcome: "admitted", reason: "admitted_manual" });
  const three = decision({ route: "listed", at: "2027-01-12T00:50:00Z", via: "probe" });
  await report("POST", "/boundary/decisions", { items: [two, one, three] });
  const ids = async (query: string) =>
    (await read("GET", `/boundary/decisions?route=listed&${query}`)).body.items.map((item: { id: string }) => item.id);
  expect(await ids("")).toEqual([three.id, two.id, one.id]);
  expect(await ids("outcome=admitted")).toEqual([two.id]);
  expect(await ids("reason=wrong_secret")).toEqual([one.id]);
  expect(await ids("via=manual")).toEqual([two.id]);
  expect(await ids("via=probe")).toEqual([three.id]);
  expect(await ids("from=2027-01-12T00:40:00Z&to=2027-01-12T00:50:00Z")).toEqual([two.id]);
  const first = await read("GET", "/boundary/decisions?route=listed&limit=2");
  expect(await ids(`limit=2&cursor=${first.body.nextCursor}`)).toEqual([one.id]);
  expect((await read("GET", "/boundary/decisions?cursor=x")).status).toBe(400);
  expect((await read("GET", "/boundary/decisions?via=nobody")).status).toBe(422);
});

test("never a secret's value, whatever a sender reports", async () => {
  const secret = "Zq3vT8xW1mB6nR9cL4pF7sD2gJ5hK0y";
  const one = decision({
    ...{ route: "leaky", path: `/api/cron?secret=${secret}`, detail: `Bearer ${secret}`, diagnosis: `got ${secret}` },
    presented: { headers: [`authorization: Bearer ${secret}`], scheme: secret, authorization: secret, body: secret },
  });
  expect((await report("POST", "/boundary/decisions", one)).status).toBe(202);
  const { body } = await read("GET", "/boundary/decisions?route=leaky");
  expect(body.items[0]).toMatchObject({ path: "/api/cron", presented: { headers: [], scheme: "other" } });
  const rows = await db.sql.query<{ d: string }>(
    "SELECT row_to_json(d)::text AS d FROM decision d WHERE route = 'leaky'",
  );
  for (const text of [JSON.stringify(body), ...rows.map((row) => row.d)])
    expect(text).not.toContain(secret.slice(0, 10));
});

test("what does not validate is named by its path, and nothing of the batch is stored", async () => {
  const wrong = async (more: object) =>
    (await report("POST", "/boundary/decisions", { items: [decision(), decision(more)] })).body.errors?.[0]?.path;
  expect(await wrong({ id: "no" })).toBe("items.1.id");
  expect(await wrong({ route: "No Route" })).toBe("items.1.route");
  expect(await wrong({ outcome: "maybe" })).toBe("items.1.outcome");
  expect(await wrong({ reason: undefined })).toBe("items.1.reason");
  expect(await wrong({ at: "2027-01-04T00:00:00Z" })).toBe("items.1.at");
  expect(await wrong({ at: "2027-01-12T01:10:00Z" })).toBe("items.1.at");
  expect(await wrong({ source: "hearsay" })).toBe("items.1.source");
  expect((await report("POST", "/boundary/decisions", { route: "cron-api" })).status).toBe(422);
  expect((await report("POST", "/boundary/decisions", "[]")).status).toBe(422);
});
