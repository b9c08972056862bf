import { describe, expect, test } from "vitest";
import { instant } from "#lib/time/instant.ts";
import type { IncidentCause } from "./lifecycle.ts";
import { clockTime, sentenceOf } from "./sentence.ts";

const since = instant(Date.parse("2027-01-12T02:05:00Z"));
const told = (cause: IncidentCause | null, weights: readonly number[], diagnosis: string | null = null): string =>
  sentenceOf({
    slug: "nightly-etl",
    timezone: "UTC",
    since,
    cause,
    diagnosis,
    windows: weights.map((weight) => ({ weight, bad: weight > 0 })),
  });

describe("one sentence that says what happened", () => {
  test("how many runs, since when by the schedule's own clock, and on which rung", () => {
    expect(told("rejected", [1, 1, 1])).toBe(
      "nightly-etl: 3 runs missing since 02:05 on 12 Jan (UTC). Refused at the boundary before a run began.",
    );
    expect(told("silent", [1])).toMatch(/^nightly-etl: a run has been missing since 02:05 /);
    expect(clockTime(since, "America/New_York")).toBe("21:05 on 11 Jan (America/New_York)");
  });

  test("what is bad at one moment is told of that moment", () => {
    expect(told("failed", [1])).toMatch(/: a run failed at 02:05 on 12 Jan/);
    expect(told("failed", [1, 1])).toMatch(/: 2 runs failed since 02:05/);
    expect(told("overrun", [1])).toMatch(/: a run overran its limit at 02:05/);
    expect(told("late", [1])).toMatch(/: a run was late at 02:05/);
    expect(told("double_fire", [1, 1])).toMatch(/: 2 windows were fired twice since 02:05/);
  });

  test("a rolling window counts once more for every further `every`; one that was healed does not count", () => {
    expect(told("silent", [4])).toMatch(/: 4 runs missing since/);
    expect(told("silent", [1, 0, 1])).toMatch(/: 2 runs missing since/);
  });

  test("a diagnosis says more than the rung", () => {
    expect(told("rejected", [1], "The secret is of another length.")).toMatch(
      /\. Refused at the boundary: the secret is of another length\.$/,
    );
  });
});
