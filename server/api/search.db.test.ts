import { randomUUID } from "node:crypto";
import { beforeAll, expect, test } from "vitest";
import { judgeDue } from "#lib/engine/judge-due.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at, givenCheckIn } from "#lib/testing/schedules.ts";

const db = useDatabase();
let key: Call;

const body = (name: string, more: object = {}) => ({
  ...{ name, timezone: "UTC", graceSeconds: 600, ...more },
  spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00Z" },
});

beforeAll(async () => {
  key = await keyCaller("write");
  await key("PUT", "/schedules/nightly-etl", body("Nightly ETL", { tags: ["data"] }));
  await key("PUT", "/schedules/etl", body("Load", { description: "nothing of the sort" }));
  await key("PUT", "/schedules/invoices", body("Close 100% of_invoices"));
  await key("PUT", "/schedules/old-etl", body("Old ETL"));
  await key("DELETE", "/schedules/old-etl");
  await key("POST", "/schedules/etl/pause", {});
  db.clock.at = at("2027-01-12T01:30:00Z");
  while ((await judgeDue(db.pool, { now: db.clock.at, atMost: 100 })).judged > 0);
});

// biome-ignore lint/suspicious/noExplicitAny: every kind has a shape of its own
const find = async (q: string): Promise<any[]> => (await key("GET", `/search?q=${encodeURIComponent(q)}`)).body.items;
const slugs = async (q: string) => (await find(q)).filter(({ kind }) => kind === "schedule").map(({ slug }) => slug);

test("schedules by slug, name or tag: the very one first, archived ones last, in any case", async () => {
  expect(await slugs("ETL")).toEqual(["etl", "nightly-etl", "old-etl"]);
  expect(await slugs("night")).toEqual(["nightly-etl"]);
  expect(await slugs("data")).toEqual(["nightly-etl"]);
  expect((await find("etl"))[0]).toMatchObject({ name: "Load", paused: true, archived: false });
});

test("signs that mean something to the database mean themselves", async () => {
  expect(await slugs("100%")).toEqual(["invoices"]);
  expect(await slugs("of_inv")).toEqual(["invoices"]);
  expect(await slugs("%")).toEqual(["invoices"]);
  expect(await slugs("y_e")).toEqual([]);
  expect(await slugs("\\")).toEqual([]);
  expect(await slugs("'; DROP TABLE schedule; --")).toEqual([]);
});

test("an incident by its number, with or without its sign, and by the words of its sentence in any order", async () => {
  const { items } = (await key("GET", "/incidents?schedule=nightly-etl")).body;
  const [{ number, id, sentence }] = items;
  for (const q of [`${number}`, `#${number}`]) expect((await find(q))[0]).toEqual({ kind: "incident", id, number, state: "open", sentence }); // biome-ignore format: one thing
  expect((await find("missing nightly")).map((one) => one.number)).toEqual([number]);
  expect(await find("missing nothing-of-this-name")).toEqual([]);
  expect(await find("999999999999999")).toEqual([]);
});

test("a run by its id, or by what its client calls it", async () => {
  const rid = randomUUID();
  const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = 'invoices'");
  await makeRecorder({ pool: db.pool, clock: db.clock }).record([
    givenCheckIn(row?.id ?? "", "success", db.clock.at, { rid }),
  ]);
  const [run] = (await key("GET", "/runs?schedule=invoices")).body.items;
  const found = [{ kind: "run", id: run.id, schedule: "invoices", startedAt: run.startedAt }];
  expect(await find(run.id)).toEqual(found);
  expect(await find(rid)).toEqual(found);
});

test("nothing is asked for by nothing, and no more of a kind than the limit says", async () => {
  expect(await find("  ")).toEqual([]);
  expect((await key("GET", "/search?q=etl&limit=1")).body.items.filter((one: { kind: string }) => one.kind === "schedule")).toHaveLength(1); // biome-ignore format: one thing
  expect((await key("GET", "/search?q=etl&limit=21")).status).toBe(422);
  expect((await key("GET", "/search")).body).toEqual({ items: [] });
});
