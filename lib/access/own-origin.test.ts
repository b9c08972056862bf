import { expect, it } from "vitest";
import { requireOwnOrigin } from "./own-origin.ts";

const asked = (publicUrl: string, headers: Record<string, string>, method = "POST") =>
  requireOwnOrigin({ headers, method, publicUrl })?.code ?? null;
const TLS = "https://rollcall.example.com";
const PLAIN = "http://127.0.0.1:3000";

it.each(["GET", "HEAD", "OPTIONS", "get"])("lets %s pass", (method) => expect(asked(TLS, {}, method)).toBeNull());

it.each(["POST", "PUT", "PATCH", "DELETE", "ANYTHING"])("needs our own origin for %s", (method) => {
  expect(asked(TLS, {}, method)).toBe("foreign_origin");
  expect(asked(TLS, { origin: TLS }, method)).toBeNull();
  expect(requireOwnOrigin({ headers: new Headers({ origin: TLS }), method, publicUrl: TLS })).toBeNull();
});

it.each([
  ["another site", { origin: "https://evil.example", host: "rollcall.example.com" }],
  ["a sandboxed page", { origin: "null", host: "rollcall.example.com" }],
  ["a name that ours begins", { origin: "https://rollcall.example.com.evil.example" }],
  ["another scheme", { origin: "http://rollcall.example.com", host: "rollcall.example.com" }],
  ["another port", { origin: "https://rollcall.example.com:8443", host: "rollcall.example.com" }],
])("refuses %s", (_what, headers) => expect(asked(TLS, headers)).toBe("foreign_origin"));

it("without TLS takes the very host that the request was sent to", () => {
  expect(asked(PLAIN, { origin: "http://192.168.1.5:3000", host: "192.168.1.5:3000" })).toBeNull();
  expect(asked(PLAIN, { origin: "http://localhost:3000", host: "localhost:3000" })).toBeNull();
  expect(asked(PLAIN, { origin: "http://localhost:8080", host: "localhost:3000" })).toBe("foreign_origin");
  expect(asked(TLS, { origin: "http://127.0.0.1:3000", host: "127.0.0.1:3000" })).toBeNull();
  expect(asked(TLS, { origin: "http://192.168.1.5:3000", host: "192.168.1.5:3000" })).toBe("foreign_origin");
});
