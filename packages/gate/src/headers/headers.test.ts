import { jwtVerify } from "jose";
import { describe, expect, test } from "vitest";
import { NOW } from "../../testing/samples.ts";
import { nodeCrypto } from "../crypto/node.ts";
import { webCrypto } from "../crypto/web.ts";
import { makeGateHeader, verifyGateHeader } from "./gate-header.ts";
import { makeProbeHeader, readProbeHeader } from "./probe-header.ts";
import { makeTicket, type Ticket, verifyTicket } from "./ticket.ts";

const gateKey = "a gate key of the route nightly";
const signing = { gateKey, crypto: nodeCrypto, now: NOW };
const id = "0f9b3d0e-6a5e-4c9e-9a53-0f6b7c1d2e3f";

describe("Every answer of a gate carries a signed `Rollcall-Gate` header, so that a probe can tell our refusal from somebody else's.", () => {
  const said = { id, route: "nightly", outcome: "rejected", nonce: "nonce-of-a-probe" } as const;
  const expected = { route: "nightly", nonce: "nonce-of-a-probe" };

  test("it has the form that is written down, and tells who answered and what was decided", async () => {
    const value = await makeGateHeader(said, signing);
    expect(value).toMatch(/^1; id=[0-9a-f-]{36}; t=\d{10}; sig=[\w-]{43}$/);
    expect(await verifyGateHeader(value, expected, { ...signing, crypto: webCrypto })).toEqual({ ok: true, id, outcome: "rejected", ageSeconds: 0 }); // biome-ignore format: one line
  });

  test("another key, route, nonce, id or time is forged; an old one is stale; none is missing", async () => {
    const value = await makeGateHeader(said, signing);
    const verify = (v: string | null, more = {}, s = {}) =>
      verifyGateHeader(v, { ...expected, ...more }, { ...signing, ...s });
    expect(await verify(value, {}, { gateKey: "another gate key" })).toEqual({ ok: false, because: "forged" });
    expect(await verify(value, { route: "hourly" })).toEqual({ ok: false, because: "forged" });
    expect(await verify(value, { nonce: "another" })).toEqual({ ok: false, because: "forged" });
    expect(await verify(value.replace("id=0", "id=1"))).toEqual({ ok: false, because: "forged" });
    expect(await verify(value.replace(/t=\d/, "t=2"))).toEqual({ ok: false, because: "forged" });
    expect(await verify(value, {}, { now: NOW + 301_000 })).toEqual({ ok: false, because: "stale" });
    expect(await verify(null)).toEqual({ ok: false, because: "missing" });
    for (const broken of ["2; id=x", "1", "1; id", "1; id=a; t=b; sig=c", ";;;"])
      expect((await verify(broken)).ok, broken).toBe(false);
  });
});

describe("a probe's own header", () => {
  const request = { method: "GET", url: "https://app.example.com/api/probe?x=1" };

  test("tells its nonce to a gate that has the key, for that method and path alone", async () => {
    const value = await makeProbeHeader("nonce-1234", request, signing);
    expect(await readProbeHeader(value, request, signing)).toBe("nonce-1234");
    expect(await readProbeHeader(value, { ...request, method: "POST" }, signing)).toBeNull();
    expect(await readProbeHeader(value, { ...request, url: "https://app.example.com/api/job" }, signing)).toBeNull();
    expect(await readProbeHeader(value, request, { ...signing, gateKey: "another" })).toBeNull();
    expect(await readProbeHeader(value, request, { ...signing, now: NOW + 301_000 })).toBeNull();
    expect(await readProbeHeader("1; nonce=a; t=1; sig=", request, signing)).toBeNull();
    expect(await readProbeHeader(undefined, request, signing)).toBeNull();
  });
});

describe("`Rollcall-Ticket`, a JWT (HS256 under the route's `gateKey`; `route`, `schedule`, `window`, `method`, `path`, `jti`, 60 s)", () => {
  const ticket: Ticket = { route: "cron-api", schedule: "nightly", window: "2026-11-24T09:00:00.000Z", method: "POST", path: "/api/cron/nightly", jti: id }; // biome-ignore format: one line

  test("is one that jose verifies", async () => {
    const token = await makeTicket(ticket, signing);
    const options = { currentDate: new Date(NOW + 59_000), algorithms: ["HS256"] };
    const { payload } = await jwtVerify(token, new TextEncoder().encode(gateKey), options);
    expect(payload).toEqual({ ...ticket, iat: NOW / 1_000, exp: NOW / 1_000 + 60 });
  });

  test("verifies for its route, method and path, for a minute", async () => {
    const token = await makeTicket(ticket, { ...signing, crypto: webCrypto });
    expect(await verifyTicket(token, { ...signing, route: "cron-api", method: "POST", path: "/api/cron/nightly" })).toEqual({ ok: true, ticket }); // biome-ignore format: one line
    const because = async (more: object, t = token) => {
      const read = await verifyTicket(t, { ...signing, ...more });
      return read.ok ? null : read.because;
    };
    expect(await because({ route: "other" })).toBe("other_request");
    expect(await because({ method: "GET" })).toBe("other_request");
    expect(await because({ path: "/" })).toBe("other_request");
    expect(await because({ gateKey: "another" })).toBe("forged");
    expect(await because({ now: NOW + 66_000 })).toBe("expired");
    expect(await because({ now: NOW - 60_000 })).toBe("of_the_future");
    expect(await because({}, `${token}x`)).toBe("forged");
    expect(await because({}, "a.b")).toBe("malformed");
    const [, claims] = token.split(".");
    expect(await because({}, `${btoa('{"alg":"none"}').replace(/=/g, "")}.${claims}.`)).toBe("algorithm");
  });

  test("names no window and no schedule where the gate knows none", async () => {
    const bare = { ...ticket, schedule: null, window: null };
    expect(await verifyTicket(await makeTicket(bare, signing), signing)).toEqual({ ok: true, ticket: bare });
  });
});
