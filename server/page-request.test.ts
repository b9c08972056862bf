import type { IncomingMessage, ServerResponse } from "node:http";
import { expect, it } from "vitest";
import { preparePageRequest } from "./page-request.ts";

function prepared(peer: string, headers: Record<string, string>, url = "/account") {
  const request = { url, headers: { ...headers }, socket: { remoteAddress: peer } };
  const sent = new Map<string, string>();
  const response = { setHeader: (name: string, value: string) => sent.set(name, value) };
  preparePageRequest(request as unknown as IncomingMessage, response as unknown as ServerResponse, {
    trustedProxies: ["10.0.0.0/8"],
    publicUrl: "https://rollcall.example.com",
    production: true,
  });
  const asked = request.headers["content-security-policy"];
  expect(asked).toBe(sent.get("content-security-policy"));
  delete request.headers["content-security-policy"];
  return { headers: request.headers as Record<string, string>, sent };
}

it("takes away what a stranger says of the way here", () => {
  const { headers } = prepared("203.0.113.9", {
    ...{ host: "rollcall.example.com", "x-rollcall-client-address": "127.0.0.1", forwarded: "for=127.0.0.1" },
    ...{ "x-forwarded-for": "127.0.0.1", "x-forwarded-host": "evil.example", "x-forwarded-proto": "http" },
  });
  expect(headers).toEqual({ host: "rollcall.example.com", "x-rollcall-client-address": "203.0.113.9" });
});

it("keeps what a trusted proxy says, and tells the client's address", () => {
  const { headers } = prepared("10.0.0.1", {
    ...{ "x-forwarded-for": "6.6.6.6, 203.0.113.9", "x-forwarded-host": "rollcall.example.com" },
    "x-rollcall-client-address": "127.0.0.1",
  });
  expect(headers).toMatchObject({
    "x-rollcall-client-address": "203.0.113.9",
    "x-forwarded-host": "rollcall.example.com",
  });
});

it("lets a page of ours act also where a proxy does not pass Host on; a foreign one not", () => {
  const host = "127.0.0.1:3000";
  const own = prepared("10.0.0.1", { host, origin: "https://rollcall.example.com" });
  expect(own.headers["x-forwarded-host"]).toBe("rollcall.example.com");
  const foreign = prepared("10.0.0.1", { host, origin: "https://evil.example" });
  expect(foreign.headers["x-forwarded-host"]).toBeUndefined();
});

it("sends no referrer from the page behind a one-time link", () => {
  expect(prepared("10.0.0.1", {}, "/setup/abc").sent.get("referrer-policy")).toBe("no-referrer");
  expect(prepared("10.0.0.1", {}).sent.get("referrer-policy")).toBe("same-origin");
});
