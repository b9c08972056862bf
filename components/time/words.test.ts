import { describe, expect, it } from "vitest";
import { absoluteInZone, lengthInWords, momentInZone, relativeInWords, zoneInWords } from "./words.ts";

const AT = Date.parse("2026-11-24T07:05:07Z");

describe("lengths and moments in words", () => {
  it("tells a length in its two largest units", () => {
    const told = [40, 1_250, 45_000, 60_000, 9_420_000, 86_400_000, 273_600_000].map(lengthInWords);
    expect(told).toEqual(["0.04 s", "1.3 s", "45 s", "1 min", "2 h 37 min", "1 d", "3 d 4 h"]);
  });

  it("tells a distance from now in one unit", () => {
    const told = [0, 31_000, 75_600_000, -240_000].map((away) => relativeInWords(AT + away, AT));
    expect(told).toEqual(["now", "in 31 s", "in 21 h", "4 min ago"]);
  });

  it("shows a moment as a zone's clock does, with the day when it is another", () => {
    expect(absoluteInZone(AT, "America/New_York")).toBe("24 Nov 2026, 02:05:07");
    expect(momentInZone(AT, "America/New_York", AT + 3_600_000)).toBe("02:05:07");
    expect(momentInZone(AT, "America/New_York", AT + 90_000_000)).toBe("24 Nov 02:05");
    expect(zoneInWords("America/New_York")).toBe("New York");
  });
});
