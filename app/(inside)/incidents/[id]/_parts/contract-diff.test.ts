import { expect, it } from "vitest";
import type { Decision } from "#components/api/shapes.ts";
import { diffRows } from "./contract-diff.ts";

const refused: Decision = {
  ...{ id: "d", at: "2027-01-12T02:00:03.000Z", outcome: "rejected", reason: "wrong_contract", via: "scheduler" },
  ...{ contractExpected: "hmac", contractResembled: "vercel-cron" },
};

it("lays what was presented beside what is expected, and hints apart from proof", () => {
  const presented = { headers: ["authorization", "user-agent"], scheme: "Bearer", lengths: { authorization: 39 } };
  const rows = diffRows({ ...refused, presented: { ...presented, audience: "https://a.example" } });
  expect(rows?.map(({ name, presented: said, differs }) => [name, said, differs])).toEqual([
    ["Proof", "Bearer; authorization, 39 characters", true],
    ["Looks like", "vercel-cron", true],
    ["Hints", "user-agent", false],
    ["audience", "https://a.example", false],
    ["Answer", "refused: wrong contract", true],
  ]);
  expect(diffRows(refused)).toBeNull();
  expect(diffRows({ ...refused, presented: {} })?.[0]?.presented).toBe("none");
});
