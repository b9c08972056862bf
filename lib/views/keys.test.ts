import { expect, test } from "vitest";
import { isTileOf, KEYS, laneOfTiles, staleKeys } from "./keys.ts";

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

test("a notice about one schedule makes stale the tiles that hold it and the present, and none of the past", () => {
  const now = Date.parse("2027-01-12T12:00:00Z");
  const day = 86_400_000;
  const [lane] = staleKeys("schedules/nightly-etl").flatMap((key) => laneOfTiles(key) ?? []);
  const slugs = new Set([lane ?? ""]);
  const tile = (days: number, held: readonly string[]) =>
    KEYS.tile({ from: now + days * day, to: now + (days + 1) * day }, held);
  expect(isTileOf(tile(-0.5, ["another", "nightly-etl"]), slugs, now)).toBe(true);
  expect(isTileOf(tile(1, ["nightly-etl"]), slugs, now)).toBe(true);
  expect(isTileOf(tile(-3, ["nightly-etl"]), slugs, now)).toBe(false);
  expect(isTileOf(tile(-0.5, ["another"]), slugs, now)).toBe(false);
  expect(isTileOf(KEYS.schedule("nightly-etl"), slugs, now)).toBe(false);
});
