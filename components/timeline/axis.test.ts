import { describe, expect, it } from "vitest";
import { askFor, fetchedFor, rangeInWords, rangeLength, readRange, seenAt } from "./range.ts";
import { makeScale } from "./scale.ts";
import { ticksOf } from "./ticks.ts";

const HOUR = 3_600_000;
const NOW = Date.parse("2026-11-24T07:05:00Z");

describe("how much time is seen", () => {
  it("reads 1 minute to 90 days from the address, and takes 6 h for anything else", () => {
    expect([rangeLength("1h"), rangeLength("7d"), rangeLength("5m")]).toEqual([HOUR, 168 * HOUR, 300_000]);
    expect(["0m", "91d", "1y", "", "-1h", "1.5h"].map(rangeLength)).toEqual([null, null, null, null, null, null]);
    expect([readRange("24h"), readRange("soon"), readRange(null)]).toEqual(["24h", "6h", "6h"]);
    expect([rangeInWords("10m"), rangeInWords("7d")]).toEqual(["10 min", "7 d"]);
  });

  it("keeps now at four fifths", () => {
    const { from, to } = seenAt("1h", NOW);
    expect([(NOW - from) / (to - from), to - from]).toEqual([0.8, HOUR]);
  });

  it("asks for more than is seen, at the same pixels for a second", () => {
    const seen = seenAt("1h", NOW);
    const asked = askFor({ range: "1h", width: 1_000 }, NOW);
    expect(asked).toMatchObject(fetchedFor(seen));
    expect(asked.from).toBeLessThan(seen.from);
    expect(asked.width / (asked.to - asked.from)).toBeCloseTo(1_000 / HOUR, 6);
  });
});

describe("the axis", () => {
  it("turns pixels into time and back", () => {
    const scale = makeScale({ from: NOW, to: NOW + HOUR }, 900);
    expect([scale.x(NOW + HOUR / 2), scale.at(450)]).toEqual([450, NOW + HOUR / 2]);
  });

  it("marks whole hours of the zone's clock, and names the day at midnight", () => {
    const from = Date.parse("2026-11-24T03:10:00Z");
    const scale = makeScale({ from, to: from + 6 * HOUR }, 1_000);
    const ticks = ticksOf(scale, "America/New_York", 100);
    expect(ticks.map(({ label }) => label)).toEqual(["23:00", "Tue 24 Nov", "01:00", "02:00", "03:00", "04:00"]);
    expect(ticks.filter(({ day }) => day)).toHaveLength(1);
  });

  it("does not mark an hour that the spring change skips, and stays apart by an hour of time", () => {
    const from = Date.parse("2026-03-08T05:30:00Z");
    const scale = makeScale({ from, to: from + 4 * HOUR }, 600);
    const labels = ticksOf(scale, "America/New_York", 100).map(({ label }) => label);
    expect(labels).toEqual(["01:00", "03:00", "04:00", "05:00"]);
  });

  it("chooses a step at which labels do not touch", () => {
    const scale = makeScale({ from: NOW, to: NOW + 168 * HOUR }, 700);
    const ticks = ticksOf(scale, "UTC", 100);
    for (const [index, tick] of ticks.entries()) {
      const next = ticks[index + 1];
      if (next) expect(next.x - tick.x).toBeGreaterThan(99);
    }
  });
});
