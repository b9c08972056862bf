import { describe, expect, it } from "vitest";
import {
  calm,
  overviewOf,
  rangeInWords,
  rangeLength,
  rangeOf,
  readAsked,
  readRange,
  seenAt,
  withinReach,
} from "./range.ts";
import { ticksOf } from "./ticks.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
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

  it("stands still between two moments, and follows the present without them", () => {
    const read = (search: string) => readAsked(new URLSearchParams(search));
    const [from, to] = ["2026-11-24T01:00:00.000Z", "2026-11-24T03:30:00.000Z"];
    expect(read(`from=${from}&to=${to}`)).toEqual({ kind: "still", from: Date.parse(from), to: Date.parse(to) });
    expect(read("range=24h")).toEqual({ kind: "follow", range: "24h" });
    expect(read(`from=${to}&to=${from}&range=1h`)).toEqual({ kind: "follow", range: "1h" });
    expect(read("from=soon&to=later")).toEqual({ kind: "follow", range: "6h" });
  });

  it("writes a length as a range that reads back as nearly that length", () => {
    for (const length of [60_000, HOUR, 6 * HOUR, 7 * DAY, 30 * DAY, 90 * DAY]) {
      expect(rangeLength(rangeOf(length))).toBe(length);
    }
    for (const length of [61_000, 5_000_000, 8 * DAY + 1, 89.9 * DAY]) {
      const read = rangeLength(rangeOf(length)) ?? 0;
      expect(Math.abs(read - length) / length).toBeLessThan(0.02);
    }
    expect(rangeOf(7 * DAY)).toBe("7d");
  });

  it("goes no nearer than a minute, no further than ninety days, and not out of reach", () => {
    expect(withinReach({ from: NOW, to: NOW + 1 }, NOW)).toEqual({ from: NOW - 29_999.5, to: NOW + 30_000.5 });
    const wide = withinReach({ from: NOW - 400 * DAY, to: NOW }, NOW);
    expect(wide.to - wide.from).toBe(90 * DAY);
    const past = withinReach({ from: NOW - 1_000 * DAY, to: NOW - 999 * DAY }, NOW);
    expect(past).toEqual({ from: NOW - 400 * DAY, to: NOW - 399 * DAY });
    expect(withinReach({ from: NOW + 500 * DAY, to: NOW + 501 * DAY }, NOW).to).toBe(NOW + 90 * DAY);
  });

  it("is asked about in a stretch that holds it, is hardly wider, and stays for a while", () => {
    for (const length of [60_000, 300_000, 6 * HOUR, 90 * DAY]) {
      const seen = { from: NOW - length, to: NOW };
      const { from, to } = calm(seen);
      expect(from).toBeLessThanOrEqual(seen.from);
      expect(to).toBeGreaterThanOrEqual(seen.to);
      expect(to - from).toBeLessThanOrEqual(length * (1 + 2 / 24));
    }
    expect(calm({ from: 0, to: 300_000 })).toEqual(calm({ from: 3_000, to: 300_000 }));
  });

  it("is a piece of a whole that is larger where it can be, and always holds it", () => {
    const seen = seenAt("6h", NOW);
    const whole = overviewOf(seen, NOW);
    expect(whole.to - whole.from).toBe(DAY);
    expect(overviewOf(seenAt("30d", NOW), NOW).to).toBeGreaterThan(NOW);
    for (const range of ["1h", "6h", "24h", "7d", "30d", "90d"]) {
      const one = seenAt(range, NOW);
      const all = overviewOf(one, NOW);
      expect(all.from).toBeLessThanOrEqual(one.from);
      expect(all.to).toBeGreaterThanOrEqual(one.to);
    }
  });
});

describe("the axis", () => {
  it("marks whole hours of the zone's clock, and names the day at midnight", () => {
    const from = Date.parse("2026-11-24T03:10:00Z");
    const ticks = ticksOf({ from, to: from + 6 * HOUR }, "America/New_York", 0.6 * HOUR);
    expect(ticks.map(({ label }) => label)).toEqual(["23:00", "Tue 24 Nov", "01:00", "02:00", "03:00", "04:00"]);
    expect(ticks.filter(({ day }) => day)).toHaveLength(1);
  });

  it("does not mark an hour that the spring change skips, and stays apart by an hour of time", () => {
    const from = Date.parse("2026-03-08T05:30:00Z");
    const labels = ticksOf({ from, to: from + 4 * HOUR }, "America/New_York", 0.7 * HOUR).map(({ label }) => label);
    expect(labels).toEqual(["01:00", "03:00", "04:00", "05:00"]);
  });

  it("chooses a step at which labels do not touch", () => {
    for (const [length, least] of [
      [HOUR, 6 * 60_000],
      [168 * HOUR, 24 * HOUR],
      [90 * DAY, 9 * DAY],
      [60_000, 7_000],
    ] as const) {
      const ticks = ticksOf({ from: NOW, to: NOW + length }, "UTC", least);
      expect(ticks.length).toBeGreaterThan(1);
      for (const [index, tick] of ticks.entries()) {
        const next = ticks[index + 1];
        // A month that ends may bring its first day a little nearer.
        if (next) expect(next.at - tick.at).toBeGreaterThanOrEqual(least * 0.1);
      }
    }
  });
});
