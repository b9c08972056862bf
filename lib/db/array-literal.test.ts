import fc from "fast-check";
import { expect, test } from "vitest";
import { plainArray, textArray } from "./array-literal.ts";

test("whatever stands in a list of texts is told from what separates them", () => {
  const texts = fc.array(fc.option(fc.oneof(fc.constantFrom("", "NULL", "a,b", '"', "\\", '\\"', "{}", "a\nb"), fc.string()))); // biome-ignore format: one line
  fc.assert(
    fc.property(texts, (all) => {
      expect(readBack(textArray(all, (one) => one))).toEqual(all);
    }),
  );
});

test("numbers and truth values stand as they are", () => {
  expect(plainArray([1, null, 2.5], (one) => one)).toBe("{1,NULL,2.5}");
  expect(plainArray([true, false], (one) => one)).toBe("{true,false}");
  expect(plainArray([], () => null)).toBe("{}");
});

/** The form of PostgreSQL's documentation, 8.15.6: quoted elements with backslashes before quotes and backslashes. */
function readBack(literal: string): (string | null)[] {
  const found: (string | null)[] = [];
  for (const [, whole, inside] of literal.slice(1, -1).matchAll(/(NULL|"((?:[^"\\]|\\[\s\S])*)")(?:,|$)/g))
    found.push(whole === "NULL" ? null : (inside ?? "").replace(/\\([\s\S])/g, "$1"));
  return found;
}
