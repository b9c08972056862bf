import { describe, expect, it } from "vitest";
import { lengthText, readLength } from "./length.ts";

describe("lengths of time as people type them", () => {
  it("reads units in any form, and a bare number as seconds", () => {
    expect(["12 min", "1h30m", "90", "2 d 4 hours", "45s", "1 h, 5 min"].map(readLength)).toEqual([
      720, 5_400, 90, 187_200, 45, 3_900,
    ]);
  });

  it("refuses what is no length", () => {
    expect(["", "soon", "-5", "1.5 h", "5 weeks", "min"].map(readLength)).toEqual([null, null, null, null, null, null]);
  });

  it("reads back what it wrote", () => {
    for (const seconds of [0, 1, 59, 60, 5_400, 86_400, 93_784]) expect(readLength(lengthText(seconds))).toBe(seconds);
  });
});
