import fc from "fast-check";
import { describe, expect, test } from "vitest";
import "#lib/testing/seed.ts";
import { presentedOf, withoutSecrets } from "./presented.ts";

const TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJVcHN0YXNoIn0.Qm4hXq9ZkT3vW8yB2nR5cL7pF0sD6gJ1";

describe("the gate keeps the shape of what was presented, never a secret's value", () => {
  test("names, scheme, lengths, key ids, issuer, audience, times", () => {
    const shape = {
      method: "POST",
      headers: ["authorization", "user-agent", "X-Vercel-Cron-Schedule"],
      scheme: "Bearer",
      lengths: { authorization: 39 },
      credentials: [
        {
          ...{ form: "jwt", where: "authorization", length: 39, ageSeconds: 4, algorithm: "sha256" },
          token: {
            ...{
              algorithm: "RS256",
              keyId: "0123456789abcdef0123456789abcdef01234567",
              issuer: "https://accounts.google.com",
            },
            ...{
              audience: "https://app.example.com/x?y=1",
              issuedAt: "2027-01-12T02:00:00.000Z",
              expiresAt: null,
              role: null,
            },
          },
        },
      ],
      hints: [{ of: "vercel-cron", platform: "Vercel Cron", words: "its user agent" }],
      bodyLength: 12,
    };
    expect(presentedOf(shape)).toEqual({
      ...shape,
      headers: ["authorization", "user-agent", "x-vercel-cron-schedule"],
      credentials: [
        {
          ...shape.credentials[0],
          token: {
            ...{
              algorithm: "RS256",
              keyId: "0123456789abcdef0123456789abcdef01234567",
              issuer: "https://accounts.google.com",
            },
            ...{ audience: "https://app.example.com/x?y=1", issuedAt: "2027-01-12T02:00:00.000Z" },
          },
        },
      ],
    });
  });
  test("whatever else a reporter sends is left out", () => {
    const secret = "Zq3vT8xW1mB6nR9cL4pF7sD2gJ5hK0y";
    const sent = {
      headers: ["authorization", `authorization: Bearer ${secret}`, secret, 7, null],
      scheme: secret,
      authorization: `Bearer ${secret}`,
      values: { authorization: secret },
      lengths: { authorization: 39, [secret]: 3, "x-key": secret, toString: 1 },
      credentials: [
        { form: "bearer-secret", where: "authorization", length: 39, value: secret },
        { form: secret, where: "authorization", length: 1 },
        { form: "jwt", where: "authorization", length: 1, token: { raw: TOKEN, issuer: TOKEN, signature: secret } },
      ],
      hints: [{ of: secret, platform: "x", words: `Bearer ${secret}` }],
      body: secret,
    };
    const kept = presentedOf(sent);
    expect(JSON.stringify(kept)).not.toContain(secret.slice(0, 12));
    expect(JSON.stringify(kept)).not.toContain(secret.toLowerCase().slice(0, 12));
    expect(JSON.stringify(kept)).not.toContain("eyJ");
    expect(kept).toMatchObject({ headers: ["authorization"], scheme: "other", lengths: { authorization: 39 } });
  });
  test("any JSON at all is read without harm", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const kept = presentedOf(value);
        expect(presentedOf(JSON.parse(JSON.stringify(kept)))).toEqual(kept);
      }),
    );
  });
});

describe("texts", () => {
  test.each([
    [`signature was made for ${TOKEN}`, "signature was made for …"],
    ["Bearer s3cr3tS3cr3t99 was sent", "Bearer … was sent"],
    ["the key whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "the key …"],
    ["sig_5ZB6DVzB1wjE8S6rZ7eenA8Pdnhs presented", "… presented"],
    ["digest 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "digest …"],
    ["got Zq3vT8xW1mB6nR9cL4pF7sD2", "got …"],
  ])("%s", (text, left) => expect(withoutSecrets(text)).toBe(left));
  test.each([
    "The request carries a bearer secret as Vercel Cron sends it; this route expects an HMAC signature over the body in x-hub-signature-256.",
    "length: 31 characters where 32 are expected",
    "belongs_to_route:cron-api-production-europe-west",
    "The token is meant for another audience: https://app.example.com/api/cron/nightly-report.",
    "0190f3a2-7b1c-7def-8abc-0123456789ab",
    "The signature is too old: 412 s, at 2027-01-12T02:00:03.000Z",
  ])("stays: %s", (text) => expect(withoutSecrets(text)).toBe(text));
});
