import { expect, it } from "vitest";
import type { Decision } from "#components/api/shapes.ts";
import { diffRows } from "./contract-diff.ts";

const refused: Decision = {
  ...{ id: "d", at: "2027-01-12T02:00:03.000Z", outcome: "rejected", reason: "wrong_contract", via: "scheduler" },
  ...{ contractExpected: "hmac", contractResembled: "vercel-cron" },
};

it("lays what was presented beside what is expected, and hints apart from proof", () => {
  const rows = diffRows({
    ...refused,
    presented: {
      headers: ["authorization", "user-agent"],
      credentials: [
        { form: "bearer_secret", where: "authorization", length: 39, token: { audience: "https://a.example" } },
      ],
      hints: [{ of: "vercel-cron", platform: "Vercel Cron", words: "user-agent: vercel-cron/1.0" }],
    },
  });
  expect(rows?.map(({ name, presented, differs }) => [name, presented, differs])).toEqual([
    ["Proof", "bearer secret in authorization, 39 characters", true],
    ["Looks like", "vercel-cron", true],
    ["audience", "https://a.example", false],
    ["Hints", "user-agent: vercel-cron/1.0", false],
    ["Headers", "authorization, user-agent", false],
    ["Answer", "refused: wrong contract", true],
  ]);
  expect(diffRows(refused)).toBeNull();
  expect(diffRows({ ...refused, presented: {} })?.[0]?.presented).toBe("no proof at all");
});
