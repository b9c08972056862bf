import { beforeAll, expect, test } from "vitest";
import { ask, type Call, keyCaller } from "#lib/testing/api.ts";
import { conformity } from "#lib/testing/conform.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { ENDPOINTS } from "./table.ts";

useDatabase();
let call: Call;

beforeAll(async () => {
  call = await keyCaller("write");
});

const nightly = {
  name: "Nightly",
  spec: { kind: "cron", expression: "0 2 * * *" },
  timezone: "UTC",
  graceSeconds: 600,
};

test("`PUT /schedules/{slug}`: 201 made, 200 changed, `warnings[]` in the answer", async () => {
  const made = await call("PUT", "/schedules/nightly-etl", nightly);
  expect(made.status).toBe(201);
  expect(made.headers.get("etag")).toBe('"1"');
  expect(made.body).toMatchObject({
    slug: "nightly-etl",
    version: 1,
    status: "new",
    spec: { kind: "cron", expression: "0 2 * * *", dialect: "rollcall" },
    environment: "production",
    driver: { kind: "external" },
    nextExpectedAt: "2027-01-12T02:00:00.000Z",
    lastRun: null,
    paused: null,
    archivedAt: null,
    openIncidentId: null,
    acceleration: null,
    warnings: [],
  });
  expect(made.body.pingUrl).toBe(`http://127.0.0.1:3000/ping/${made.body.uuid}`);
  const changed = await call("PUT", "/schedules/nightly-etl", {
    ...nightly,
    spec: { kind: "cron", expression: "30 2 * * *", dialect: "github" },
  });
  expect(changed).toMatchObject({ status: 200, body: { version: 2 } });
  expect(changed.body.warnings).toMatchObject([
    { code: "grace_below_promise", proposedGraceSeconds: 1_800 },
    { code: "may_drop" },
  ]);
});

test("a schedule that was read can be sent back as it is, and changes nothing", async () => {
  const { body } = await call("PUT", "/schedules/sent-back", {
    ...nightly,
    spec: { kind: "interval", everySeconds: 3_600 },
  });
  const again = await call("PUT", "/schedules/sent-back", body, { "if-match": '"1"' });
  expect(again).toMatchObject({ status: 200, body: { version: 1, warnings: [] } });
});

test("a slip of the pen does not pass in silence", async () => {
  const { body } = await call("PUT", "/schedules/slip", { ...nightly, maxRuntimeSecond: 60, __proto__: null });
  expect(body.warnings).toMatchObject([
    { code: "unknown_field", message: expect.stringContaining("maxRuntimeSecond") },
  ]);
  expect(body.maxRuntimeSeconds).toBeNull();
});

test("`If-Match: <version>` on a write answers 412 when it has moved on", async () => {
  await call("PUT", "/schedules/moved-on", nightly);
  expect(await call("PUT", "/schedules/moved-on", nightly, { "if-match": "2" })).toMatchObject({ status: 412 });
  expect(await call("DELETE", "/schedules/moved-on", undefined, { "if-match": "nonsense" })).toMatchObject({
    status: 412,
  });
  expect(await call("DELETE", "/schedules/moved-on", undefined, { "if-match": "1" })).toMatchObject({
    status: 200,
    body: { status: "archived" },
  });
});

test("pause, resume, rotate, and 422 `driver_cannot_fire` where nobody can", async () => {
  const { body } = await call("PUT", "/schedules/acted-on", nightly);
  expect(await call("POST", "/schedules/acted-on/pause", { until: "2027-01-13T00:00:00Z" })).toMatchObject({
    status: 200,
    body: { status: "paused", paused: { until: "2027-01-13T00:00:00.000Z", by: "key test 1", resumeOnCheckIn: false } },
  });
  expect(await call("POST", "/schedules/acted-on/resume")).toMatchObject({ status: 200, body: { paused: null } });
  expect((await call("POST", "/schedules/acted-on/rotate")).body.uuid).not.toBe(body.uuid);
  expect(await call("POST", "/schedules/acted-on/trigger")).toMatchObject({
    status: 422,
    body: { code: "driver_cannot_fire" },
  });
});

test("lists are pages: `limit` (default 100, at most 1,000, more is 422) and `cursor`", async () => {
  for (const n of [1, 2, 3, 4, 5]) await call("PUT", `/schedules/page-${n}`, { ...nightly, tags: ["paged"] });
  const first = await call("GET", "/schedules?tag=paged&limit=2");
  expect(first.body.items.map((one: { slug: string }) => one.slug)).toEqual(["page-1", "page-2"]);
  const second = await call("GET", `/schedules?tag=paged&limit=3&cursor=${first.body.nextCursor}`);
  expect(second.body.items.map((one: { slug: string }) => one.slug)).toEqual(["page-3", "page-4", "page-5"]);
  expect(second.body.nextCursor).toBeNull();
  expect(await call("GET", "/schedules?limit=1001")).toMatchObject({
    status: 422,
    body: { errors: [{ path: "limit" }] },
  });
  expect((await call("GET", "/schedules?status=archived")).body.items.map((one: { slug: string }) => one.slug)).toEqual(
    ["moved-on"],
  );
  expect((await call("GET", "/schedules?q=NIGHTLY-e")).body.items).toHaveLength(1);
  expect((await call("GET", "/schedules?q=%25")).body.items).toHaveLength(0);
});

test("versions: every version with `effectiveFrom`, reason, actor", async () => {
  await call("PUT", "/schedules/told", nightly);
  await call("PUT", "/schedules/told", { ...nightly, graceSeconds: 60, reason: "It is quick" });
  expect((await call("GET", "/schedules/told/versions")).body.items).toMatchObject([
    {
      version: 2,
      graceSeconds: 60,
      reason: "It is quick",
      actor: "key test 1",
      effectiveFrom: "2027-01-12T00:00:00.000Z",
    },
    { version: 1, graceSeconds: 600, reason: null, spec: { expression: "0 2 * * *" } },
  ]);
});

test("errors are `application/problem+json` with a stable `code`", async () => {
  const none = await ask("/api/v1/schedules", {});
  expect(none.headers.get("content-type")).toBe("application/problem+json");
  expect(none).toMatchObject({ status: 401, body: { status: 401, code: "unauthenticated" } });
  expect(await call("GET", "/schedules/none-such")).toMatchObject({
    status: 404,
    body: { code: "not_found", detail: expect.stringMatching(/^[^.]*none-such[^.]*\.$/), doNext: expect.any(String) },
  });
  expect(await call("GET", "/nowhere")).toMatchObject({ status: 404 });
  const wrong = await call("PATCH", "/schedules/x");
  expect(wrong.status).toBe(405);
  expect(wrong.headers.get("allow")).toBe("PUT, GET, HEAD, DELETE");
  expect(await call("PUT", "/schedules/UPPER", nightly)).toMatchObject({
    status: 422,
    body: { errors: [{ path: "slug" }] },
  });
  expect(await call("PUT", "/schedules/a", { ...nightly, graceSeconds: 1e20 })).toMatchObject({
    status: 422,
    body: { code: "invalid" },
  });
});

test("this API, OpenAPI 3.1: every endpoint is in it, and nothing that it refers to is missing", async () => {
  const { body } = await call("GET", "/openapi.json");
  expect(body.openapi).toBe("3.1.0");
  const told = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method} ${path}`),
  );
  // The stream's door and the document are no rows of the table.
  const known = [...ENDPOINTS.map(({ method, path }) => `${method} ${path}`), "get /live", "get /openapi.json"];
  expect(told.sort()).toEqual(known.sort());
  const refs = [...JSON.stringify(body).matchAll(/"#\/components\/schemas\/([^"]+)"/g)].map(([, name = ""]) => name);
  expect(refs.filter((name) => !(name in body.components.schemas))).toEqual([]);
  expect(Object.keys(body.components.securitySchemes)).toEqual(["bearer", "apiKey"]);
});

test("an answer with a field more, a field less, or another status is not what the document says", async () => {
  const wrongWith = conformity((await call("GET", "/openapi.json")).body);
  const { body } = await call("PUT", "/schedules/conform", nightly);
  const sent = { method: "PUT", path: "/schedules/conform", status: 201, type: "application/json", body };
  expect(wrongWith(sent)).toBeNull();
  const { uuid: _, ...less } = body;
  expect(wrongWith({ ...sent, body: less })).toContain("uuid");
  expect(wrongWith({ ...sent, body: { ...body, spec: { ...body.spec, more: 1 } } })).toContain("knows no .spec.more");
  expect(wrongWith({ ...sent, body: { ...body, lastRun: 1 } })).toContain("lastRun");
  expect(wrongWith({ ...sent, status: 204 })).toContain("no such status");
  expect(wrongWith({ ...sent, type: "text/html" })).toContain("no text/html");
  // What may be null is said where it may be, and nowhere else.
  const runs = { ...sent, method: "GET", path: "/runs", status: 200, body: { items: [null], nextCursor: null } };
  expect(wrongWith(runs)).toContain("items/0");
});

test("`GET /metrics` is Prometheus text", async () => {
  const answer = await ask("/metrics", {});
  expect(answer.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
  for (const line of answer.body.trimEnd().split("\n")) {
    expect(line).toMatch(/^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z_]+="[^"]*"(,[a-z_]+="[^"]*")*\})? -?[0-9.e+-]+)$/);
  }
  expect(answer.body).toContain('rollcall_check_ins_total{kind="success"} 0');
});
