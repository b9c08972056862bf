import { describe, expect, it } from "vitest";
import { steadyClock } from "./clock.ts";

function rig(start = 1_000_000) {
  const at = { wall: start, monotonic: 0 };
  const jumps: number[] = [];
  const clock = steadyClock({ wall: () => at.wall, monotonic: () => at.monotonic, onJump: (back) => jumps.push(back) });
  const pass = (ms: number, wallMs = ms) => {
    at.wall += wallMs;
    at.monotonic += ms;
    return clock.now();
  };
  return { clock, pass, jumps, at };
}

describe("a steady clock", () => {
  it("follows the wall while that runs evenly", () => {
    const { pass, jumps } = rig();
    expect(pass(500)).toBe(1_000_500);
    expect(pass(60_000)).toBe(1_060_500);
    expect(jumps).toEqual([]);
  });

  it("follows a jump forward", () => {
    const { pass, jumps } = rig();
    expect(pass(10, 3_600_000)).toBe(4_600_000);
    expect(jumps).toEqual([]);
  });

  it("goes on by itself when the wall jumps back, tells it once, and joins the wall that has overtaken it", () => {
    const { pass, jumps } = rig();
    pass(1_000);
    expect(pass(1_000, 1_000 - 10_000)).toBe(1_002_000);
    expect(pass(1_000)).toBe(1_003_000);
    expect(pass(1_000)).toBe(1_004_000);
    expect(jumps).toEqual([10_000]);
    expect(pass(1_000, 31_000)).toBe(1_025_000);
    expect(pass(1_000)).toBe(1_026_000);
    pass(1_000, -9_000);
    expect(jumps).toEqual([10_000, 10_000]);
  });

  it("tells a second jump back on top of the first", () => {
    const { pass, jumps } = rig();
    pass(0, -5_000);
    pass(1_000);
    pass(0, -7_000);
    expect(jumps).toEqual([5_000, 7_000]);
  });

  it("holds still for less than a second, and stays with the wall", () => {
    const { pass, jumps } = rig();
    expect(pass(0, -400)).toBe(1_000_000);
    expect(pass(300)).toBe(1_000_000);
    expect(pass(300)).toBe(1_000_200);
    expect(jumps).toEqual([]);
  });

  it("never goes back, whatever the wall does", () => {
    const { pass } = rig();
    let before = 0;
    let seed = 7;
    for (let n = 0; n < 2_000; n++) {
      seed = (seed * 48_271) % 2_147_483_647;
      const now = pass(seed % 50, (seed % 4_001) - 2_000);
      expect(now).toBeGreaterThanOrEqual(before);
      before = now;
    }
  });
});
