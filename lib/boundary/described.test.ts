import { expect, test } from "vitest";
import { givenDecision } from "#lib/testing/decisions.ts";
import { at } from "#lib/testing/schedules.ts";
import { described } from "./described.ts";

const bearer = { credentials: [{ form: "bearer-secret", where: "authorization", length: 29 }], hints: [{ of: "vercel-cron", platform: "vercel-cron", words: "x-vercel-cron-schedule" }] }; // biome-ignore format: one shape
const refused = (more: object = {}) =>
  givenDecision({ at: at("2027-01-12T01:00:03Z"), contractExpected: "hmac", reason: "wrong_contract", presented: bearer, ...more }); // biome-ignore format: one decision
const hmac = { kind: "hmac", options: { header: "X-Signature" }, secrets: {} } as const;

test("says which one the request would have satisfied in form: by the options of the route, or by the contract alone", () => {
  expect(described(refused(), hmac)).toEqual({
    contractResembled: "vercel-cron",
    diagnosis:
      "The request carries a bearer secret as Vercel Cron sends it; this route expects an HMAC signature over the body in x-signature.",
  });
  // The gate enforces another contract than the one that Rollcall knows: the gate's counts.
  expect(described(refused(), { kind: "qstash", options: {}, secrets: {} }).diagnosis).toContain(
    "this route expects an HMAC signature over the body.",
  );
  expect(described(refused(), null).diagnosis).toContain("expects an HMAC signature over the body.");
});

test("what the reporter says itself stays", () => {
  const said = { contractResembled: "qstash", diagnosis: "The clock is wrong." };
  expect(described(refused(said), hmac)).toEqual(said);
  expect(described(refused({ diagnosis: said.diagnosis }), hmac)).toEqual({
    ...said,
    contractResembled: "vercel-cron",
  });
});

test("of a gate that is not ours there is no more than its reason", () => {
  expect(described(refused({ reason: "bot_detected" }), hmac).diagnosis).toBe("its reason is bot_detected");
  expect(described(refused({ contractExpected: "of-their-own", reason: "wrong_secret" }), null)).toEqual({
    contractResembled: null,
    diagnosis: "the secret is not the one that this route expects",
  });
  const strange = { credentials: [{ form: "telepathy", where: "x-mind", length: 3 }], hints: [{ of: "nobody", platform: "?", words: "?" }] }; // biome-ignore format: one shape
  expect(described(refused({ presented: strange }), hmac).contractResembled).toBeNull();
});

test("where all is well there is nothing to say; the other of two keys reminds", () => {
  const admitted = (reason: string) => described(refused({ outcome: "admitted", reason }), hmac);
  expect(admitted("admitted")).toEqual({ contractResembled: "vercel-cron", diagnosis: null });
  expect(admitted("admitted_previous_key").diagnosis).toContain("finish the change of keys");
});
