import { expect, test } from "vitest";
import { problemOf, succeeded } from "#lib/testing/result.ts";
import { maskedDriver, withKeptSecrets } from "./driver-secrets.ts";
import { type GivenDriver, driver as schema } from "./schema.ts";

const given = (headers: object, url = "https://app.example.com/api/cron"): GivenDriver =>
  schema.parse({ kind: "rollcall", target: { url, headers } });

const stored = succeeded(withKeptSecrets(given({ Authorization: "Bearer 123", accept: "text/plain" }), null));

test("a secret is shown by its length alone, and stays when it is sent as it was read", () => {
  const shown = maskedDriver(stored);
  expect(shown).toMatchObject({
    target: { headers: { Authorization: { set: true, length: 10 }, accept: "text/plain" } },
  });
  expect(succeeded(withKeptSecrets(schema.parse(shown), stored))).toEqual(stored);
});

test("a secret that stays goes to no other address", () => {
  const elsewhere = given({ Authorization: { set: true } }, "https://other.example.com/");
  expect(problemOf(withKeptSecrets(elsewhere, stored)).errors).toMatchObject([
    { path: "driver.target.headers.Authorization" },
  ]);
  expect(problemOf(withKeptSecrets(given({ "x-key": { set: true } }), stored)).status).toBe(422);
});
