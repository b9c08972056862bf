import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { afterEach, expect, test } from "vitest";
import { tokens } from "./jwt.ts";

const NOW = Date.UTC(2026, 10, 24, 9);
const first = await generateKeyPair("RS256", { extractable: true });
const second = await generateKeyPair("ES256", { extractable: true });
const published = async (pair: typeof first, kid: string, alg: string) => ({ ...(await exportJWK(pair.publicKey)), kid, alg, use: "sig" }); // biome-ignore format: one line
const FIRST = await published(first, "k1", "RS256");
const SECOND = await published(second, "k2", "ES256");
const signed = (pair: typeof first, kid: string, alg: string) =>
  new SignJWT({ sub: "a" }).setProtectedHeader({ alg, kid }).sign(pair.privateKey);
const byFirst = await signed(first, "k1", "RS256");
const bySecond = await signed(second, "k2", "ES256");

/** A real server of keys on this machine, whose answers a test changes. */
const state = { keys: [FIRST] as object[], status: 200, body: null as string | null, asked: 0 };
const listener: RequestListener = (request, response) => {
  state.asked++;
  if (request.url === "/moved") response.writeHead(302, { location: "/jwks" }).end();
  else response.writeHead(state.status).end(state.body ?? JSON.stringify({ keys: state.keys }));
};
const server = createServer(listener).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
server.unref();
const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const ask = { jwksUrl: `${origin}/jwks`, algorithms: ["RS256", "ES256"] };

afterEach(() => {
  Object.assign(state, { keys: [FIRST], status: 200, body: null, asked: 0 });
});

test("keys are fetched once and kept", async () => {
  const verifier = tokens();
  for (let i = 0; i < 5; i++)
    expect(await verifier.check(byFirst, { ...ask, now: NOW + i * 60_000 })).toEqual({
      ok: true,
      claims: { sub: "a" },
    });
  expect(state.asked).toBe(1);
});

test("many at once fetch once", async () => {
  const verifier = tokens();
  const all = await Promise.all(Array.from({ length: 20 }, () => verifier.check(byFirst, { ...ask, now: NOW })));
  expect(all.every(({ ok }) => ok)).toBe(true);
  expect(state.asked).toBe(1);
});

test("a key that is not known makes it ask again: rotation needs no restart", async () => {
  const verifier = tokens();
  await verifier.check(byFirst, { ...ask, now: NOW });
  state.keys = [FIRST, SECOND];
  expect(await verifier.check(bySecond, { ...ask, now: NOW + 31_000 })).toMatchObject({ ok: true });
  expect(state.asked).toBe(2);
});

test("but not at a stranger's pace", async () => {
  const verifier = tokens();
  await verifier.check(byFirst, { ...ask, now: NOW });
  for (let i = 0; i < 50; i++)
    expect(await verifier.check(bySecond, { ...ask, now: NOW + 40_000 + i })).toMatchObject({ reason: "unknown_key" });
  expect(state.asked).toBe(2);
});

test("an outage of the issuer's is not ours while its keys are known, and is named when they are not", async () => {
  const verifier = tokens();
  await verifier.check(byFirst, { ...ask, now: NOW });
  state.status = 503;
  expect(await verifier.check(byFirst, { ...ask, now: NOW + 3_600_000 })).toMatchObject({ ok: true });
  expect(await verifier.check(byFirst, { ...ask, now: NOW + 25 * 3_600_000 })).toEqual({
    ok: false,
    reason: "keys_unavailable",
    detail: "are answered with 503",
  });
  state.status = 200;
  expect(await verifier.check(byFirst, { ...ask, now: NOW + 25 * 3_600_000 + 31_000 })).toMatchObject({ ok: true });
});

test.each([
  ["a redirect", { jwksUrl: `${origin}/moved` }, {}, "are answered with 302"],
  [
    "plain http to another machine",
    { jwksUrl: "http://192.0.2.1/jwks" },
    {},
    "are not fetched: the address must be an https URL",
  ],
  ["nothing that listens", { jwksUrl: "http://127.0.0.1:1/jwks" }, {}, "cannot be reached"],
  ["an answer that is too large", {}, { body: `{"keys":[],"x":"${"y".repeat(300_000)}"}` }, "are too large"],
  ["an answer that is no key set", {}, { body: "<html>" }, "are no key set"],
])("%s is keys_unavailable, and named", async (_title, how, change, detail) => {
  Object.assign(state, change);
  const lines: string[] = [];
  const verifier = tokens({ log: (line) => lines.push(line) });
  expect(await verifier.check(byFirst, { ...ask, ...how, now: NOW })).toEqual({ ok: false, reason: "keys_unavailable", detail }); // biome-ignore format: one line
  expect(lines).toHaveLength(1);
});

test("a key that a token brings along counts for nothing", async () => {
  const token = await new SignJWT({ sub: "a" })
    .setProtectedHeader({ alg: "ES256", kid: "k1", jwk: SECOND as never, jku: `${origin}/evil` })
    .sign(second.privateKey);
  expect(await tokens().check(token, { ...ask, now: NOW })).toMatchObject({ ok: false });
});
