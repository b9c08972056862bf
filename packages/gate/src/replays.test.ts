import fc from "fast-check";
import { expect, test } from "vitest";
import { MemoryReplays } from "./replays.ts";

test("a key is new once, until its time is over", () => {
  const replays = new MemoryReplays();
  expect(replays.remember("a", 1_000, 0)).toBe(true);
  expect(replays.remember("a", 1_000, 999)).toBe(false);
  expect(replays.remember("b", 1_000, 0)).toBe(true);
  expect(replays.remember("a", 2_000, 1_000)).toBe(true);
  expect(replays.remember("a", 2_000, 1_500)).toBe(false);
});

test("memory is bounded: the oldest are forgotten, and counted", () => {
  const replays = new MemoryReplays(100);
  for (let i = 0; i < 1_000; i++) replays.remember(`k${i}`, 10_000, i);
  expect(replays.forgotten).toBeGreaterThan(800);
  expect(replays.remember("k999", 10_000, 1_000)).toBe(false);
  expect(replays.remember("k0", 10_000, 1_000)).toBe(true);
});

test("what is over its time makes room without anything being forgotten", () => {
  const replays = new MemoryReplays(100);
  for (let i = 0; i < 1_000; i++) replays.remember(`k${i}`, i + 50, i);
  expect(replays.forgotten).toBe(0);
});

test("while there is room, no live key is taken twice, whatever the order", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ key: fc.nat(20), wait: fc.nat(50) }), { maxLength: 200 }), (steps) => {
      const replays = new MemoryReplays();
      const until = new Map<number, number>();
      let now = 0;
      for (const { key, wait } of steps) {
        now += wait;
        const fresh = (until.get(key) ?? 0) <= now;
        if (fresh) until.set(key, now + 100);
        expect(replays.remember(String(key), now + 100, now)).toBe(fresh);
      }
    }),
  );
});
