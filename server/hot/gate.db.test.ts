import { createHash, createHmac, randomUUID } from "node:crypto";
import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { decodeJwt, jwtVerify } from "jose";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nodeCrypto } from "#gate/crypto/node.ts";
import { verifyGateHeader } from "#gate/headers/gate-header.ts";
import { makeProbeHeader } from "#gate/headers/probe-header.ts";
import { type Listener, startListener } from "#lib/db/listen.ts";
import { makeRecorder } from "#lib/engine/record.ts";
import { healthchecks } from "#lib/evidence/protocols/healthchecks.ts";
import { log } from "#lib/log.ts";
import { type Call, keyCaller } from "#lib/testing/api.ts";
import { useDatabase } from "#lib/testing/database.ts";
import { at, givenCheckIn } from "#lib/testing/schedules.ts";
import { instant } from "#lib/time/instant.ts";
import { type Gate, openGate } from "../gate.ts";

const db = useDatabase();
let gate: Gate;
let listener: Listener;
let server: Server;
let key: Call;

const SECRET = "a-long-secret-of-the-route-0123";
const MANUAL = "a-long-secret-of-a-person-45678";
const gateKeys = new Map<string, string>();

async function putRoute(name: string, more: object): Promise<void> {
  const answer = await key("PUT", `/routes/${name}`, { url: "https://app.example.com/api/cron", ...more });
  if (typeof answer.body.gateKey === "string") gateKeys.set(name, answer.body.gateKey);
}
const signing = (name: string) => ({ gateKey: gateKeys.get(name) ?? "", crypto: nodeCrypto, now: db.clock.now() });

beforeAll(async () => {
  key = await keyCaller("write");
  listener = await startListener({ connection: db.connection, sleep: (length) => pause(Math.min(length, 100)) });
  const bearer = { kind: "bearer", secret: SECRET };
  await putRoute("nginx", { contract: bearer, manual: { kind: "bearer", secret: MANUAL } });
  await putRoute("traefik", { contract: { kind: "hmac", secret: SECRET }, proxy: "traefik" });
  await putRoute("caddy", { contract: bearer, proxy: "caddy" });
  await putRoute("envoy", { contract: bearer, proxy: "envoy" });
  await putRoute("keyed", { contract: bearer, proxyKey: "the key that the proxy has" });
  await putRoute("unset", { contract: { kind: "bearer" } });
  await putRoute("platform", { contract: { kind: "rollcall", secret: SECRET } });
  await putRoute("signed", { contract: { kind: "hmac", secret: SECRET } });
  for (const [slug, path] of [
    ["nightly", "/api/cron"],
    ["hourly", "/api/hourly"],
  ]) {
    await key("PUT", `/schedules/${slug}`, {
      ...{ name: slug, spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00Z" } },
      ...{ timezone: "UTC", graceSeconds: 600, route: "nginx", path },
    });
  }
  await key("PUT", "/schedules/told", {
    ...{
      name: "Told",
      spec: { kind: "interval", everySeconds: 3_600, anchor: "2027-01-12T00:00:00Z" },
      timezone: "UTC",
    },
    ...{ graceSeconds: 600, route: "platform", path: "/api/told" },
  });
  gate = await openGate({ runtime: db.runtime, listener, log });
  server = createServer((request, response) => gate.door(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await gate.close();
  await listener.stop();
});
beforeEach(() => {
  db.clock.at = at("2027-01-12T02:00:03Z");
});

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** As a proxy asks: any header may come twice. */
const ask = (
  path: string,
  headers: Readonly<Record<string, string | string[]>>,
  more: { method?: string; body?: string } = {},
) =>
  new Promise<Answer>((resolve, reject) => {
    const { port } = server.address() as AddressInfo;
    const sent = httpRequest({ port, path, headers, method: more.method ?? "GET" }, (answer) => {
      let body = "";
      answer.on("data", (chunk: Buffer) => {
        body += chunk.toString();
      });
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body }));
    });
    sent.on("error", reject);
    sent.end(more.body);
  });

const ORIGINAL = { "x-original-method": "GET", "x-original-uri": "/api/cron?x=1" };
const BEARER = { authorization: `Bearer ${SECRET}` };
const reasonOf = async (...asked: Parameters<typeof ask>) => {
  const { status, headers, body } = await ask(...asked);
  expect(body).toBe("");
  return [status, headers["rollcall-reason"]];
};
async function storedFor(route: string): Promise<readonly Record<string, unknown>[]> {
  for (;;) {
    const { body } = await key("GET", `/boundary/decisions?route=${route}&limit=1000`);
    if (body.items.length > 0) return body.items;
    await pause(10);
  }
}

describe("On 200 it always sends `Rollcall-Decision`, `Rollcall-Route`, `Rollcall-Schedule` (empty where it is not known) and `Rollcall-Ticket`", () => {
  test("a scheduled call", async () => {
    const answer = await ask("/gate/nginx", { ...ORIGINAL, ...BEARER });
    expect(answer).toMatchObject({
      status: 200,
      body: "",
      headers: {
        ...{ "rollcall-decision": "admitted", "rollcall-route": "nginx", "rollcall-schedule": "nightly" },
        ...{ "content-length": "0", "cache-control": "no-store" },
      },
    });
    const ticket = String(answer.headers["rollcall-ticket"]);
    const { payload } = await jwtVerify(ticket, new TextEncoder().encode(gateKeys.get("nginx")), {
      algorithms: ["HS256"],
      currentDate: new Date(db.clock.now()),
    });
    expect(payload).toMatchObject({
      route: "nginx",
      schedule: "nightly",
      window: "2027-01-12T02:00:00.000Z",
      method: "GET",
      path: "/api/cron",
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
    const gateHeader = await verifyGateHeader(
      String(answer.headers["rollcall-gate"]),
      { route: "nginx" },
      signing("nginx"),
    );
    expect(gateHeader).toMatchObject({ ok: true, outcome: "admitted", id: payload.jti });
  });
  test("a person's call names no window, and a path that no schedule has names no schedule", async () => {
    const manual = await ask("/gate/nginx/x", { ...ORIGINAL, authorization: `Bearer ${MANUAL}` });
    expect(manual).toMatchObject({ status: 200, headers: { "rollcall-schedule": "nightly" } });
    expect(decodeJwt(String(manual.headers["rollcall-ticket"]))["window"]).toBeNull();
    const other = await ask("/gate/nginx", { ...ORIGINAL, "x-original-uri": "/other", ...BEARER });
    expect(other).toMatchObject({ status: 200, headers: { "rollcall-schedule": "" } });
  });
});

describe("It answers 200, 401 or 403 and nothing else, with an empty body and no redirect", () => {
  test("on a refusal `Rollcall-Reason`", async () => {
    expect(await reasonOf("/gate/nginx", ORIGINAL)).toEqual([401, "missing_credentials"]);
    expect(await reasonOf("/gate/nginx", { ...ORIGINAL, authorization: "Bearer wrong-secret-of-some-length" })).toEqual(
      [401, "wrong_secret"],
    );
    expect(await reasonOf("/gate/nginx", { ...ORIGINAL, authorization: "Bearer undefined" })).toEqual([
      401,
      "literal_undefined",
    ]);
    expect(await reasonOf("/gate/nginx", { ...ORIGINAL, "user-agent": "vercel-cron/1.0" })).toEqual([
      401,
      "hint_without_proof",
    ]);
    expect(await reasonOf("/gate/unset", { ...ORIGINAL, ...BEARER })).toEqual([403, "secret_not_configured"]);
    expect(await reasonOf("/gate/nowhere", { ...ORIGINAL, ...BEARER })).toEqual([403, "route_unknown"]);
    expect(await reasonOf("/gate/No%20Route", ORIGINAL)).toEqual([403, "route_unknown"]);
    expect(await reasonOf("/gate/", ORIGINAL)).toEqual([403, "route_unknown"]);
  });
  test("a refusal is signed, and asks for the route's scheme at 401", async () => {
    const { headers } = await ask("/gate/nginx", ORIGINAL);
    const read = await verifyGateHeader(String(headers["rollcall-gate"]), { route: "nginx" }, signing("nginx"));
    expect(read).toMatchObject({ ok: true, outcome: "rejected" });
    expect(headers["www-authenticate"]).toBe('Bearer realm="nginx"');
    expect(headers["rollcall-ticket"]).toBeUndefined();
    expect((await ask("/gate/nowhere", ORIGINAL)).headers["rollcall-gate"]).toMatch(/^1; id=/);
  });
});

describe("The original method and URI come from the header family of the proxy that the route names, never from whichever header is present", () => {
  const forwarded = { "x-forwarded-method": "POST", "x-forwarded-uri": "/api/cron" };
  test.each([
    ["nginx", forwarded],
    ["caddy", ORIGINAL],
    ["nginx", { "x-original-uri": "/api/cron" }],
    ["nginx", { "x-original-method": "GET" }],
    ["nginx", { ...ORIGINAL, "x-original-uri": "api/cron" }],
    ["caddy", { "x-forwarded-method": "GET", "x-forwarded-uri": ["/a", "/api/cron"] }],
    ["caddy", { ...forwarded, "x-forwarded-method": "GE T" }],
  ])("%s with %o is refused", async (name, headers) => {
    expect(await reasonOf(`/gate/${name}/api/cron`, { ...headers, ...BEARER })).toEqual([403, "forwarded_mismatch"]);
  });
  test.each([
    ["nginx", "/gate/nginx", { "x-original-method": "GET", "x-original-url": "https://a.example/api/cron?y" }, "GET"],
    ["caddy", "/gate/caddy", { ...forwarded, ...ORIGINAL }, "POST"],
    ["envoy", "/gate/envoy/api/cron?x=2", { ...forwarded, ...ORIGINAL }, "DELETE"],
  ])("%s", async (_name, path, headers, method) => {
    const answer = await ask(
      path,
      { ...headers, ...BEARER },
      { method: path.startsWith("/gate/envoy") ? method : "GET" },
    );
    expect(decodeJwt(String(answer.headers["rollcall-ticket"]))).toMatchObject({ method, path: "/api/cron" });
  });
  test("a route may demand a proxy key (`Rollcall-Proxy-Key`)", async () => {
    expect(await reasonOf("/gate/keyed", { ...ORIGINAL, ...BEARER })).toEqual([403, "untrusted_proxy"]);
    expect(await reasonOf("/gate/keyed", { ...ORIGINAL, ...BEARER, "rollcall-proxy-key": "another" })).toEqual([
      403,
      "untrusted_proxy",
    ]);
    const proven = { ...ORIGINAL, ...BEARER, "rollcall-proxy-key": "the key that the proxy has" };
    expect((await ask("/gate/keyed", proven)).status).toBe(200);
  });
});

describe("Proof that is bound to the body is checked where the proxy forwards the body, else the answer is a refusal with reason `body_unavailable`.", () => {
  const body = '{"run":true}';
  const proof = { "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}` };
  const forwarded = { "x-forwarded-method": "POST", "x-forwarded-uri": "/api/cron", ...proof };
  test("forwarded", async () => {
    expect((await ask("/gate/traefik", forwarded, { method: "POST", body })).status).toBe(200);
    expect(await reasonOf("/gate/traefik", forwarded, { method: "POST", body: "{}" })).toEqual([401, "bad_signature"]);
    const large = "x".repeat(1_100_000);
    expect(await reasonOf("/gate/traefik", forwarded, { method: "POST", body: large })).toEqual([
      403,
      "body_too_large",
    ]);
  });
  test("not forwarded", async () => {
    expect(await reasonOf("/gate/traefik", forwarded)).toEqual([403, "body_unavailable"]);
    expect(await reasonOf("/gate/signed", { ...ORIGINAL, ...proof })).toEqual([403, "body_unavailable"]);
  });
});

describe("it does not wait for its decision to be stored", () => {
  test("each is stored with whose it was, and never a secret's value", async () => {
    await putRoute("stored", { contract: { kind: "bearer", secret: SECRET } });
    while ((await ask("/gate/stored", ORIGINAL)).headers["rollcall-reason"] === "route_unknown") await pause(10);
    await ask("/gate/stored", { ...ORIGINAL, authorization: "Bearer Zq3vT8xW1mB6nR9cL4pF7sD2gJ5hK0y" });
    await ask("/gate/stored", { ...ORIGINAL, ...BEARER });
    let stored = await storedFor("stored");
    while (!stored.some((one) => one["outcome"] === "admitted")) {
      await pause(10);
      stored = await storedFor("stored");
    }
    expect(stored.find((one) => one["reason"] === "wrong_secret")).toMatchObject({
      ...{ source: "forward-auth", via: "stranger", method: "GET", path: "/api/cron", contractExpected: "bearer" },
      presented: { scheme: "Bearer", lengths: { authorization: 38 } },
    });
    const rows = JSON.stringify(await db.sql.query("SELECT row_to_json(d) FROM decision d"));
    for (const secret of [SECRET, MANUAL, "Zq3vT8xW1mB6"]) expect(rows).not.toContain(secret);
  });

  test("a probe of Rollcall's own is a probe's, and its answer is signed for its nonce", async () => {
    const nonce = randomUUID();
    const probe = await makeProbeHeader(
      nonce,
      { method: "GET", url: "https://app.example.com/api/cron" },
      signing("nginx"),
    );
    const { headers } = await ask("/gate/nginx", { ...ORIGINAL, "rollcall-probe": probe });
    const read = await verifyGateHeader(String(headers["rollcall-gate"]), { route: "nginx", nonce }, signing("nginx"));
    expect(read).toMatchObject({ ok: true });
    for (;;) {
      const { body } = await key("GET", "/boundary/decisions?route=nginx&via=probe");
      if (body.items.length === 1) break;
      await pause(10);
    }
  });

  test("a route that is changed is answered by as it now is", async () => {
    await putRoute("changed", { contract: { kind: "bearer", secret: SECRET } });
    while ((await ask("/gate/changed", { ...ORIGINAL, ...BEARER })).status !== 200) await pause(10);
    await putRoute("changed", { contract: { kind: "bearer", secret: "another-long-secret-98765" } });
    while ((await ask("/gate/changed", { ...ORIGINAL, ...BEARER })).status !== 401) await pause(10);
    await key("DELETE", "/routes/changed");
    while ((await ask("/gate/changed", ORIGINAL)).headers["rollcall-reason"] !== "route_unknown") await pause(10);
  });
});

test("a ticket names the expected time that the run answers, for its schedule, within its 60 s", async () => {
  const { headers } = await ask("/gate/nginx", { ...ORIGINAL, ...BEARER });
  const ticket = String(headers["rollcall-ticket"]);
  const rows = await db.sql.query<{ id: string; slug: string }>(
    "SELECT id::text AS id, slug FROM schedule WHERE route = 'nginx'",
  );
  const idOf = (slug: string): string => rows.find((row) => row.slug === slug)?.id ?? "";
  const window = at("2027-01-12T02:00:00Z");
  const now = db.clock.now();
  expect(await gate.ticketWindow(ticket, idOf("nightly"), now)).toBe(window);
  expect(await gate.ticketWindow(ticket, "", now)).toBe(window);
  expect(await gate.ticketWindow(ticket, idOf("hourly"), now)).toBeNull();
  expect(await gate.ticketWindow(`${ticket.slice(0, -3)}AAA`, idOf("nightly"), now)).toBeNull();
  expect(await gate.ticketWindow(ticket, idOf("nightly"), instant(now + 70_000))).toBeNull();
  expect(await gate.ticketWindow("x", idOf("nightly"), now)).toBeNull();
});

test("It names one by `?window=`, by the ticket of the gate, or by what the platform itself says of its scheduled time (a header, claim or id; `contracts.md`); the first check-in of a run that names one decides.", async () => {
  const [row] = await db.sql.query<{ id: string }>("SELECT id::text AS id FROM schedule WHERE slug = 'told'");
  const id = row?.id ?? "";
  // At 3:58, when 4:00 is open already, it is the call of 3:00 by what the platform itself says: so the decision is of that window, and the ticket names it.
  db.clock.at = at("2027-01-12T03:58:00Z");
  const seconds = String(db.clock.now() / 1_000);
  const [execution, time, digest] = ["run-1", "2027-01-12T03:00:00Z", createHash("sha256").digest("hex")];
  const signed = ["rollcall/1", seconds, "GET", "/api/told", execution, time, "told", digest].join("\n");
  const signature = createHmac("sha256", SECRET).update(signed).digest("hex");
  const { status, headers } = await ask("/gate/platform", {
    ...{ "x-original-method": "GET", "x-original-uri": "/api/told", "rollcall-execution": execution },
    ...{ "rollcall-scheduled-for": time, "rollcall-schedule": "told", "rollcall-body-digest": digest },
    "rollcall-signature": `t=${seconds},v1=${signature}`,
  });
  expect([status, headers["rollcall-reason"]]).toEqual([200, undefined]);
  const ticket = String(headers["rollcall-ticket"]);
  expect(decodeJwt(ticket)["window"]).toBe("2027-01-12T03:00:00.000Z");
  const byTicket = await gate.ticketWindow(ticket, id, db.clock.now());
  const asked = healthchecks.parse(
    { method: "GET", url: `/ping/${randomUUID()}?window=2027-01-12T04:00:00Z`, headers: {} },
    db.clock.now(),
  );
  if (asked.refused) throw new Error(asked.text);
  const recorder = makeRecorder({ pool: db.pool, clock: db.clock });
  const [one, other] = [randomUUID(), randomUUID()];
  await recorder.record([
    givenCheckIn(id, "start", db.clock.now(), { rid: one, window: byTicket }),
    // Too late to name another.
    givenCheckIn(id, "success", instant(db.clock.now() + 2_000), { rid: one, window: asked.window }),
    givenCheckIn(id, "success", instant(db.clock.now() + 3_000), { rid: other, window: asked.window }),
  ]);
  const { body } = await key("GET", "/runs?schedule=told");
  const named = new Map(body.items.map((run: { rid: string }) => [run.rid, run]));
  expect(named.get(one)).toMatchObject({ windowExpectedAt: "2027-01-12T03:00:00.000Z", windowNamed: "matched" });
  expect(named.get(other)).toMatchObject({ windowExpectedAt: "2027-01-12T04:00:00.000Z", windowNamed: "matched" });
});
