import { expect, it } from "vitest";
import type { VerificationCase } from "#components/api/boundary.ts";
import { lampsOf, scoreOf, variantsOf } from "./families.ts";

const one = (name: string, passed: boolean | null): VerificationCase => ({
  ...{ case: name, variant: `of ${passed}`, expected: "refused", got: "refused", status: 401, reason: null },
  ...{ passed, durationMs: 9 },
});

it("one lamp a family: red where any variant fails, grey where none could be run", () => {
  const cases = [
    one("no_credentials", true),
    one("hints_only", true),
    one("hints_only", false),
    one("expired", null),
    one("replayed", null),
    one("replayed", true),
    one("something_newer", false),
  ];
  const lamps = Object.fromEntries(lampsOf({ cases }).map(({ family, state }) => [family, state]));
  expect(lamps).toMatchObject({ no_credentials: "passed", hints_only: "failed", expired: "not_run" });
  expect(lamps).toMatchObject({ replayed: "passed", wrong_secret: "not_run", something_newer: "failed" });
  expect(scoreOf({ cases })).toEqual({ passed: 3, of: 5 });
});

it("a route whose matrix never ran has every lamp grey", () => {
  expect(new Set(lampsOf(null).map(({ state }) => state))).toEqual(new Set(["not_run"]));
  expect(lampsOf(null)).toHaveLength(11);
});

it("in how many ways a case was tried, and how many were not", () => {
  expect(variantsOf([one("hints_only", true), one("hints_only", true)])).toBe("2 ways");
  expect(variantsOf([one("a", true), one("a", null)])).toBe("1 way, 1 does not apply");
  expect(variantsOf([one("a", null), one("a", null)])).toBe("2 ways, which do not apply");
  const cannot = { ...one("a", null), reason: "cannot_be_made" };
  expect(variantsOf([one("a", true), one("a", true), cannot])).toBe("2 ways, 1 cannot be made");
});
