/** What other programs send that no example shows, and is good all the same (api.md: the conventions of a good JSON API). */
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, test } from "vitest";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at } from "#lib/testing/schedules.ts";

const db = useDatabase();
let key: Call;

beforeAll(async () => {
  db.clock.at = at("2027-01-12T00:00:00Z");
  key = await keyCaller("write");
});

const NIGHTLY = {
  name: "Nächtlicher Bericht 日本 🎉",
  spec: { kind: "cron", expression: "0 2 * * *" },
  timezone: "Europe/Berlin",
  graceSeconds: 600,
};
const slugs = (body: { readonly items: readonly { readonly slug: string }[] }) => body.items.map(({ slug }) => slug);

test("a slash at the end of a path is accepted", async () => {
  expect((await key("PUT", "/schedules/slash/", NIGHTLY)).status).toBe(201);
  for (const path of ["/schedules/", "/schedules/slash/", "/schedules/slash/versions/"]) {
    expect([path, (await key("GET", path)).status]).toEqual([path, 200]);
  }
  expect((await key("POST", "/schedules/slash/pause/")).body.paused).not.toBeNull();
  expect((await key("PATCH", "/schedules/slash/")).headers.get("allow")).toBe("PUT, GET, HEAD, DELETE");
});

describe("a compressed body", () => {
  const ENCODED = {
    gzip: gzipSync,
    "x-gzip": gzipSync,
    deflate: deflateSync,
    br: brotliCompressSync,
    identity: (text: string) => Buffer.from(text),
  } as const;

  test.each(Object.entries(ENCODED))("comes with %s", async (encoding, encode) => {
    const sent = encode(JSON.stringify({ ...NIGHTLY, description: encoding }));
    const made = await key("PUT", `/schedules/${encoding}`, sent, { "content-encoding": encoding.toUpperCase() });
    expect([made.status, made.body.name, made.body.description]).toEqual([201, NIGHTLY.name, encoding]);
  });

  test("of a platform's log too, as Cloudflare's Logpush sends it", async () => {
    const contract = { kind: "vercel-cron", secret: "a secret of sixteen" };
    await key("PUT", "/routes/zipped", { contract, url: "https://app.example.com/api/cron/nightly" });
    const line = (id: string) =>
      JSON.stringify({
        ...{ EdgeStartTimestamp: "2027-01-11T23:59:00Z", ClientRequestMethod: "GET", RayID: id },
        ...{ ClientRequestPath: "/api/cron/nightly", ClientRequestUserAgent: "vercel-cron/1.0" },
        ...{ EdgeResponseStatus: 403, SecurityAction: "block" },
      });
    const sent = gzipSync(`${line("8f00000000000001")}\n${line("8f00000000000002")}\n`);
    const taken = await key("POST", "/drains/zipped", sent, { "content-encoding": "gzip" });
    expect([taken.status, taken.body]).toEqual([200, { taken: 2, decisions: 2, ignored: 0 }]);
  });

  test("is bounded by what it holds, and unreadable where it is not what it says", async () => {
    const put = (body: Uint8Array, encoding: string) =>
      key("PUT", "/schedules/zipped", body, { "content-encoding": encoding });
    const bomb = gzipSync(JSON.stringify({ ...NIGHTLY, description: "x".repeat(20_000_000) }));
    expect(bomb.length).toBeLessThan(30_000);
    expect((await put(bomb, "gzip")).body).toMatchObject({ status: 413, code: "too_large" });
    const whole = gzipSync(JSON.stringify(NIGHTLY));
    for (const [body, encoding] of [
      [Buffer.from(JSON.stringify(NIGHTLY)), "gzip"],
      [whole.subarray(0, 40), "gzip"],
      [whole, "br"],
      [whole, "zstd"],
      [whole, "gzip, gzip"],
      [whole, "constructor"],
    ] as const) {
      expect([encoding, (await put(body, encoding)).body]).toMatchObject([
        encoding,
        { status: 400, code: "unreadable" },
      ]);
    }
    expect((await key("GET", "/schedules/zipped")).status).toBe(404);
  });
});

test("a form's empty fields are left out of its query", async () => {
  await key("PUT", "/schedules/form", { ...NIGHTLY, tags: ["form"] });
  const all = await key("GET", "/schedules?tag=&environment=&status=&q=&limit=&cursor=");
  expect([all.status, slugs(all.body)]).toEqual([200, expect.arrayContaining(["form"])]);
  expect(slugs((await key("GET", "/schedules?tag=form&environment=&status=&q=")).body)).toEqual(["form"]);
  const timeline = await key("GET", "/timeline?from=&to=&width=&slugs=&tag=form&q=&sort=");
  expect([timeline.status, slugs({ items: timeline.body.lanes })]).toEqual([200, ["form"]]);
  expect((await key("GET", "/incidents?state=&kind=&schedule=&outage=")).status).toBe(200);
});

test("at: 2027-01-31T06:00Z", async () => {
  const once = await key("PUT", "/schedules/once", { ...NIGHTLY, spec: { kind: "at", at: "2027-01-31T06:00Z" } });
  expect([once.status, once.body.spec]).toEqual([201, { kind: "at", at: "2027-01-31T06:00:00.000Z" }]);
  const preview = await key("POST", "/schedules/preview", { spec: once.body.spec, timezone: "UTC" });
  expect(preview.body.expectedAt).toEqual(["2027-01-31T06:00:00.000Z"]);
  for (const wrong of ["2027-01-31T06:00", "2027-01-31T06Z", "2027-01-31T06:60Z", "2027-01-31"]) {
    const refused = await key("PUT", "/schedules/never", { ...NIGHTLY, spec: { kind: "at", at: wrong } });
    expect([wrong, refused.status]).toEqual([wrong, 422]);
  }
});

test("a time in a query has any offset, its `+` escaped or not", async () => {
  await key("PUT", "/schedules/offset", NIGHTLY);
  const span = (from: string, to: string) => key("GET", `/schedules/offset/windows?from=${from}&to=${to}`);
  const expected = [200, [{ expectedAt: "2027-01-13T01:00:00.000Z" }]];
  for (const [from, to] of [
    ["2027-01-13T00:00:00Z", "2027-01-14T00:00:00.000Z"],
    ["2027-01-13T01:00:00%2B01:00", "2027-01-14T01:00%2B01:00"],
    ["2027-01-13T01:00:00+01:00", "2027-01-14t01:00:00+01:00"],
    ["2027-01-12T19:00:00-05:00", "2027-01-13T19:00:00-05:00"],
  ] as const) {
    const { status, body } = await span(from, to);
    expect([status, body.items]).toMatchObject(expected);
  }
});

test("The same job in two environments is two schedules; lists and the timeline filter and group by environment.", async () => {
  for (const environment of ["production", "staging"]) {
    await key("PUT", `/schedules/twice-${environment}`, { ...NIGHTLY, tags: ["twice"], environment });
  }
  expect(slugs((await key("GET", "/schedules?tag=twice")).body)).toEqual(["twice-production", "twice-staging"]);
  expect(slugs((await key("GET", "/schedules?tag=twice&environment=staging")).body)).toEqual(["twice-staging"]);
  const timeline = await key("GET", "/timeline?tag=twice&environment=staging");
  expect(slugs({ items: timeline.body.lanes })).toEqual(["twice-staging"]);
  const lanes = await key("GET", "/timeline/lanes?tag=twice&group=environment");
  expect(lanes.body.items.map(({ group }: { group: string }) => group)).toEqual(["production", "staging"]);
});
