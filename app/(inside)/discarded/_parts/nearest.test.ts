import fc from "fast-check";
import { expect, it } from "vitest";
import { distance, nearest } from "./nearest.ts";

const slug = fc.stringMatching(/^[a-z0-9-]{1,16}$/);

it("finds the schedule that a mistyped name meant, and none where nothing is near", () => {
  const known = ["nightly-etl", "invoice-close", "fx-rates"];
  expect(nearest("nigthly-etl", known)).toBe("nightly-etl");
  expect(nearest("nightly_etl".replace("_", ""), known)).toBe("nightly-etl");
  expect(nearest("old-backup", known)).toBeNull();
  expect(nearest("bilings", ["billing", "mailer"])).toBe("billing");
  expect(nearest("x", ["y"])).toBeNull();
  expect(nearest("nightly-etl", [])).toBeNull();
});

it("is a distance: none to itself, the same both ways, one for one slip", () => {
  fc.assert(
    fc.property(slug, slug, fc.nat(15), (a, b, at) => {
      expect(distance(a, a)).toBe(0);
      expect(distance(a, b)).toBe(distance(b, a));
      expect(distance(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
      const cut = at % a.length;
      expect(distance(a, a.slice(0, cut) + a.slice(cut + 1))).toBe(1);
    }),
  );
});
