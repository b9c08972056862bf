import { expect, it } from "vitest";
import type { Route } from "#components/api/boundary.ts";
import type { Decision } from "#components/api/decision.ts";
import { diffRows } from "./contract-diff.ts";

const refused: Decision = {
  ...{ id: "d", at: "2027-01-12T02:00:03.000Z", outcome: "rejected", reason: "wrong_contract", via: "scheduler" },
  ...{ contractExpected: "hmac", contractResembled: "vercel-cron" },
};
const presented = {
  headers: ["authorization", "user-agent"],
  credentials: [
    { form: "bearer-secret", where: "authorization", length: 39, token: { audience: "https://a.example" } },
  ],
  hints: [{ of: "vercel-cron", platform: "Vercel Cron", words: "user-agent: vercel-cron/1.0" }],
};

const route = (contract: Route["contract"]): Route => ({
  ...{ name: "cron-api", contract, caller: null, manual: null, url: null, probeUrl: null, probeMethods: ["GET"] },
  ...{ proxy: "nginx", proxyKey: { set: false }, allowPrivateNetwork: false, schedules: [], version: 1, warnings: [] },
  ...{ gateKey: { set: true, updatedAt: "2027-01-01T00:00:00.000Z" }, createdAt: "2027-01-01T00:00:00.000Z" },
});

it("lays what was presented beside what is expected, and hints apart from proof", () => {
  const rows = diffRows({ ...refused, presented });
  expect(rows?.map(({ name, presented: shown, differs }) => [name, shown, differs])).toEqual([
    ["Proof", "bearer secret in authorization, 39 characters", true],
    ["Looks like", "Vercel Cron", true],
    ["audience", "https://a.example", false],
    ["Hints", "user-agent: vercel-cron/1.0", false],
    ["Headers", "authorization, user-agent", false],
    ["Answer", "refused: wrong contract", true],
  ]);
  expect(diffRows(refused)).toBeNull();
  expect(diffRows({ ...refused, presented: {} })?.[0]?.presented).toBe("no proof at all");
});

it("says what the route expects in the words of its contract, while it is the one of then", () => {
  const signed = route({ kind: "hmac", header: "x-signature", algorithm: "sha256", encoding: "hex", secret: { set: true, length: 44 } }); // biome-ignore format: one line
  const expected = (of: Route) => diffRows({ ...refused, presented }, of)?.[0]?.expected;
  expect(expected(signed)).toBe(
    "an HMAC signature over the body in x-signature (HMAC (sha256, hex) over the raw body)",
  );
  expect(expected(route({ kind: "bearer", secret: { set: true, length: 44 } }))).toBe(
    "as HMAC signature proves itself",
  );
});

it("lays the lengths of secrets side by side where the proof is of the right kind", () => {
  const bearer = route({ kind: "bearer", secret: { set: true, length: 44 } });
  const wrong: Decision = { ...refused, reason: "wrong_secret", contractExpected: "bearer", presented };
  expect(diffRows(wrong, bearer)?.find(({ name }) => name === "Secret")).toEqual({
    ...{ name: "Secret", presented: "39 characters", expected: "set, 44 characters", differs: false },
  });
});

it("marks nothing of a request that was let in", () => {
  const rows = diffRows({ ...refused, outcome: "admitted", reason: "admitted", contractResembled: null, presented });
  expect(rows?.some(({ differs }) => differs)).toBe(false);
});
