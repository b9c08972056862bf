import { expect, test } from "vitest";
import { countInWords, sizeInWords } from "./amount.ts";

test("sizes and counts read as a person would say them", () => {
  expect([0, 999, 1_000, 12_400, 999_600, 3_440_000, 9_960_000, 5e12, 5e15].map(sizeInWords)).toEqual([
    ...["0 B", "999 B", "1.0 kB", "12 kB", "1.0 MB", "3.4 MB", "10 MB", "5.0 TB", "5,000 TB"],
  ]);
  expect(countInWords(1_234_567)).toBe("1,234,567");
});
