import { expect, test } from "vitest";
import { KEYS, staleKeys } from "./keys.ts";

const makesStale = (topic: string, key: readonly unknown[]): boolean =>
  staleKeys(topic).some((stale) => stale.every((part, i) => part === key[i]));

test("a notice about one schedule makes its own page stale, and the lists, but no other page", () => {
  const topic = "schedules/nightly-etl";
  expect(makesStale(topic, KEYS.schedule("nightly-etl"))).toBe(true);
  expect(makesStale(topic, KEYS.schedules("production"))).toBe(true);
  expect(makesStale(topic, KEYS.timeline(0, 1, 1_200))).toBe(true);
  expect(makesStale(topic, KEYS.schedule("another"))).toBe(false);
  expect(makesStale("schedules", KEYS.schedule("another"))).toBe(true);
});

test("what is not known makes nothing stale", () => {
  for (const topic of ["", "/", "nonsense", "__proto__/x"]) expect(staleKeys(topic)).toEqual([]);
});
