import { expect, test } from "vitest";
import { SAMPLES } from "../../packages/gate/testing/samples.ts";
import { CONTRACT_KINDS, contract } from "./contract-options.ts";

test.each(CONTRACT_KINDS)("%s is taken as its gate is configured", (kind) => {
  expect(contract.safeParse(SAMPLES[kind].config)).toMatchObject({ success: true, data: { kind } });
});

test("a secret that its contract cannot use is named, and not shown", () => {
  const given = { kind: "standard-webhooks", secret: "whsec_not base64!" };
  const read = contract.safeParse(given);
  expect(read.error?.issues).toMatchObject([{ path: ["secret"], message: "must be base64 after whsec_" }]);
  expect(JSON.stringify(read)).not.toContain("not base64!");
  expect(contract.safeParse({ kind: "standard-webhooks", secret: { set: true } }).success).toBe(true);
});
