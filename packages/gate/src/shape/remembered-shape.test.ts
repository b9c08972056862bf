import fc from "fast-check";
import { expect, test } from "vitest";
import { partsOf } from "../contracts/parts.ts";
import { shapeOf } from "./read-shape.ts";
import { rememberedShapeOf } from "./remembered-shape.ts";

const NOW = Date.parse("2026-11-24T09:00:00Z");
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  authorization: ["Bearer a-secret-0123456789", "Basic dTpw", "aaaa", "a, basic", "Bearer x.y.z", "Bearer undefined"],
  "user-agent": ["vercel-cron/1.0", "curl/8", "Upstash-QStash"],
  "x-signature": [`sha256=${"ab".repeat(32)}`, "ab".repeat(20), "t=1795510800,v1=ab", "short"],
  "x-api-key": ["key", "", "{{ KEY }}"],
  "x-custom": ["anything"],
  "x-vercel-cron": ["1"],
  "ssl-client-cert": ["-----BEGIN"],
  "webhook-id": ["msg_1"],
};
const requests = fc.record({
  method: fc.constantFrom("GET", "POST", "BREW-TEA"),
  url: fc.constantFrom("https://app.example.com/a", "https://app.example.com/a?key=1", "https://app.example.com/a?n=1"),
  headers: fc
    .tuple(...Object.entries(HEADERS).map(([name, values]) => fc.option(fc.constantFrom(...values).map((value) => [name, value] as const)))) // biome-ignore format: one line
    .map((all) => all.filter((one) => one !== null)),
  body: fc.constantFrom(new Uint8Array(), new Uint8Array(3), "unavailable" as const),
  expected: fc.constantFrom([], ["x-custom"], ["x-signature"]),
});

test("a shape that is remembered is the one that is read anew", () => {
  fc.assert(
    fc.property(requests, ({ expected, ...given }) => {
      const [parts, options] = [partsOf(given), { now: NOW, expectedHeaders: expected }];
      expect(rememberedShapeOf(parts, options)).toEqual(shapeOf(parts, options));
    }),
    { numRuns: 5_000 },
  );
});

test("requests of one look have one shape, and of tokens and signed times each has its own", () => {
  const looks = (value: string, name = "authorization") =>
    rememberedShapeOf(partsOf({ method: "GET", url: "https://app.example.com/", headers: { [name]: value }, body: new Uint8Array() }), { now: NOW }); // biome-ignore format: one line
  expect(looks("Bearer a-secret-0123456789")).toBe(looks("Bearer b-secret-9876543210"));
  expect(looks("Bearer a-secret-0123456789")).not.toBe(looks("Bearer a-secret-0123456"));
  const signed = (t: number) => looks(`t=${t},v1=ab`, "x-signature");
  expect(signed(1_795_510_800)).not.toBe(signed(1_795_510_801));
});
