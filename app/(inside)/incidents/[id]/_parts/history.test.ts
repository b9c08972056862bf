import { expect, it } from "vitest";
import { historyInWords } from "./history.ts";

const one = (minutes: number) => ({
  since: "2027-01-12T02:00:00.000Z",
  resolvedAt: new Date(Date.parse("2027-01-12T02:00:00.000Z") + minutes * 60_000).toISOString(),
});

it("says how often it was wrong before, and how long by the middle one", () => {
  expect(historyInWords([], false)).toBe("This is its first incident.");
  expect(historyInWords([one(12)], false)).toBe("1 before this one, over after 12 min.");
  expect(historyInWords([one(300), one(5), one(12)], true)).toBe(
    "3 and more before this one, half of them over within 12 min.",
  );
  expect(historyInWords([{ since: "2027-01-12T02:00:00.000Z", resolvedAt: null }], false)).toBe("1 before this one.");
});
