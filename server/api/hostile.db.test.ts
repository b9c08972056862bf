/** No 5xx whatever comes in: fields, queries, paths, bodies and headers that nobody sends in good faith. */
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { log } from "#lib/log.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { apiListener } from "./listener.ts";
import { ENDPOINTS } from "./table.ts";

useDatabase();
const logged = vi.spyOn(log, "error");
let key: Call;
const server = createServer(apiListener);
let port = 0;

beforeAll(async () => {
  key = await keyCaller("write");
  await key("PUT", "/schedules/known", {
    name: "Known",
    spec: { kind: "interval", everySeconds: 60 },
    timezone: "UTC",
    graceSeconds: 60,
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

const NASTY: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1e20,
  1e308,
  1.5,
  2 ** 31,
  2 ** 53,
  "",
  " ",
  "\0",
  "a\0b",
  "\ud800",
  "é".repeat(300),
  "x".repeat(70_000),
  "'; DROP TABLE schedule; --",
  "%00",
  "%",
  "../..",
  "2027-02-30T00:00:00Z",
  "0000-01-01T00:00:00Z",
  "9999-12-31T23:59:59Z",
  "2027-01-12T00:00:00+23:59",
  "NaN",
  "__proto__",
  "constructor",
  [],
  [[]],
  [null],
  Array(2_000).fill("a"),
  {},
  { toString: 1 },
  { kind: "cron" },
  { kind: "cron", expression: "* * * * *", dialect: "__proto__" },
  { kind: "cron", expression: "\0 * * * *" },
  { kind: "cron", expression: "*/0 0-99999 L W ?" },
  { kind: "interval", everySeconds: 1e20 },
  { kind: "at", at: "\0" },
  { kind: "rollcall", target: { url: "http://[::1", headers: { "\0": "\r\n" } } },
];

const FIELDS = [
  ...["name", "spec", "timezone", "graceSeconds", "earlySeconds", "maxRuntimeSeconds", "missThreshold", "alsoBad"],
  ...[
    "environment",
    "tags",
    "owner",
    "driver",
    "route",
    "path",
    "description",
    "reason",
    "until",
    "note",
    "text",
    "to",
  ],
  ...["from", "schedules", "routes", "drivers", "title", "at", "url", "secret", "events", "as", "slug", "mode", "max"],
  ...["dryRun", "userId", "email", "role", "scope", "count", "expectedFixAt", "outage", "resumeOnCheckIn", "disabled"],
];

const GOOD: Readonly<Record<string, unknown>> = {
  ...{
    name: "A",
    spec: { kind: "interval", everySeconds: 60 },
    timezone: "UTC",
    graceSeconds: 1,
    note: "x",
    text: "x",
  },
  ...{ from: "2027-01-13T00:00:00Z", to: "2027-01-14T00:00:00Z", reason: "x", title: "x", url: "https://a.example" },
  ...{ as: "new", slug: "x", mode: "excuse", max: 1, perMinute: 1, until: "2027-02-01T00:00:00Z", userId: null },
};

const writes = ENDPOINTS.filter(({ body }) => body !== null);
const pathOf = (template: string, name = "known"): string =>
  template.replace(/\{(slug|name)\}/, name).replace("{id}", "0b9d6a8e-0000-4000-8000-00000000dead");

test.each(writes.map(({ method, path }) => [`${method} ${path}`, method, path] as const))(
  "%s takes no nonsense",
  async (_name, method, template) => {
    const bodies: unknown[] = [...NASTY];
    for (const field of FIELDS) for (const value of NASTY) bodies.push({ ...GOOD, [field]: value });
    // Each of some 1,900 bodies would take long: a sample that is another for every endpoint, and the same every time.
    const step = 11 + (template.length % 3);
    for (let i = template.length % step; i < bodies.length; i += step) {
      const { status } = await key(method.toUpperCase(), pathOf(template), bodies[i]);
      if (status >= 500) expect([status, bodies[i]]).toEqual(["below 500", bodies[i]]);
    }
  },
  120_000,
);

test("a text that cannot be stored is 422, wherever it stands", async () => {
  for (const bad of ["a\0b", "a\ud800b"]) {
    for (const field of ["name", "environment", "owner", "description", "path", "reason"]) {
      const answer = await key("PUT", "/schedules/known", { ...GOOD, [field]: bad });
      expect([field, answer.status, answer.body.errors?.[0]?.path]).toEqual([field, 422, field]);
    }
    expect((await key("PUT", "/schedules/known", { ...GOOD, tags: [bad] })).status).toBe(422);
  }
});

test("queries and paths", async () => {
  const names = [
    "limit",
    "cursor",
    "from",
    "to",
    "at",
    "q",
    "tag",
    "slugs",
    "status",
    "schedule",
    "outage",
    "width",
    "reason",
  ];
  const texts = NASTY.filter(
    (value): value is string | number => typeof value === "string" || typeof value === "number",
  )
    .map(String)
    .filter((text) => text.length < 1_000);
  const cursors = [[1], [null, "x"], ["a", 1], [1e300, "x"], [1, "\0"], { a: 1 }, "x", [[]]].map((value) =>
    Buffer.from(JSON.stringify(value)).toString("base64url"),
  );
  for (const { path } of ENDPOINTS.filter(({ method }) => method === "get")) {
    for (const name of names) {
      for (const text of name === "cursor" ? [...texts, ...cursors] : texts) {
        const raw = `${pathOf(path)}?${name}=${encodeURIComponent(text.replace(/\p{Surrogate}/gu, "?"))}`;
        const { status } = await key("GET", raw);
        if (status >= 500) expect([status, raw]).toEqual(["below 500", raw]);
      }
    }
    for (const raw of [
      "?limit=1&limit=2",
      "?cursor=a&cursor=b",
      "?%",
      "?a=%ff%fe",
      "?limit=%zz",
      "?__proto__=1&__proto__=2",
    ]) {
      expect((await key("GET", `${pathOf(path)}${raw}`)).status).toBeLessThan(500);
    }
    for (const name of ["%00", "%", "%ff", "%2e%2e", "a%2fb", "x".repeat(5_000), "%ed%a0%80", "__proto__"]) {
      const template = path.replace(/\{\w+\}/, name);
      expect((await key("GET", template)).status, template).toBeLessThan(500);
    }
  }
}, 120_000);

test("any JSON at all", async () => {
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...writes), fc.json(), async ({ method, path }, json) => {
      const { status } = await key(method.toUpperCase(), pathOf(path, "fuzzed"), json);
      return status < 500;
    }),
    { numRuns: 300 },
  );
}, 120_000);

test("400 unreadable, 413 too large", async () => {
  const put = (body: string | Uint8Array) => key("PUT", "/schedules/known", body);
  expect((await put(Buffer.from([0x7b, 0xff, 0xfe, 0x7d]))).body.detail).toContain("not UTF-8");
  for (const body of ["{", "nonsense", '{"a":1}}', "\ufeff{}", "NaN", "'a'"]) {
    expect([body, (await put(body)).status]).toEqual([body, body === "\ufeff{}" ? 422 : 400]);
  }
  expect((await put(`${"[".repeat(300_000)}${"]".repeat(300_000)}`)).status).toBe(422);
  expect((await put(`${"[".repeat(300_000)}`)).status).toBe(400);
  const large = await put(JSON.stringify({ name: "x".repeat(1_000_000) }));
  expect(large).toMatchObject({ status: 413, body: { code: "too_large" } });
});

function raw(head: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const chunks: Buffer[] = [];
    socket.on("data", (chunk) => chunks.push(chunk));
    socket.on("close", () => resolve(Buffer.concat(chunks).toString("latin1")));
    socket.on("error", reject);
    socket.setTimeout(5_000, () => socket.destroy());
    socket.write(head, "latin1");
  });
}

test("over a socket: odd hosts and targets", async () => {
  const headers = "host: x\r\nconnection: close\r\nx-api-key: none";
  for (const host of ["", "a b", "[", "x:99999", "\u0001"]) {
    const answer = await raw(`GET /api/v1/schedules HTTP/1.1\r\nhost: ${host}\r\nconnection: close\r\n\r\n`);
    expect([host, /^HTTP\/1.1 (\d)/.exec(answer)?.[1]]).toEqual([host, "4"]);
  }
  for (const target of [
    "/api/v1/schedules/%",
    "/api/v1//",
    "/api/v1/..%2f",
    "//api/v1",
    "/api/v1/schedules?%",
    "http://x/api/v1/none",
  ]) {
    const answer = await raw(`GET ${target} HTTP/1.1\r\n${headers}\r\n\r\n`);
    expect([target, /^HTTP\/1.1 (\d)/.exec(answer)?.[1]]).toEqual([target, "4"]);
  }
});

test("a body without a length that does not end is cut at 1 MB", async () => {
  const status = await new Promise((resolve, reject) => {
    const sent = request(
      {
        port,
        path: "/api/v1/schedules/preview",
        method: "POST",
        headers: { "x-api-key": "none", "transfer-encoding": "chunked" },
      },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    );
    sent.on("error", reject);
    for (let i = 0; i < 30; i++) sent.write(Buffer.alloc(100_000, "x"));
    sent.end();
  });
  expect(status).toBe(401);
});

test("the database saw no value that it could not hold: nothing was logged as a bug", () => {
  expect(logged).not.toHaveBeenCalled();
});
