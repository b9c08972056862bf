import { describe, expect, test } from "vitest";
import { type Instant, instant } from "./instant.ts";
import { instantsOf, isZone, offsetAt, transitions, type WallClock, wallClock, zoneNamed } from "./zone.ts";

const at = (text: string): Instant => instant(Date.parse(text));
const wall = (text: string): WallClock => Date.parse(`${text}Z`) as WallClock;
const texts = (moments: readonly number[]): string[] => moments.map((moment) => new Date(moment).toISOString());

/** Slow and independent of the table: what Intl shows for one moment. */
function shown(zone: string, moment: number): number {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

describe("names", () => {
  test("a zone is known in any case, and written as the IANA data writes it", () => {
    expect(zoneNamed("america/new_york")).toBe("America/New_York");
    expect(zoneNamed("ASIA/KOLKATA")).toBe("Asia/Kolkata");
    expect(zoneNamed("america/port-au-prince")).toBe("America/Port-au-Prince");
    expect(zoneNamed("utc")).toBe("UTC");
    expect(zoneNamed("us/eastern")).toBe("US/Eastern");
    expect(zoneNamed("etc/gmt+5")).toBe("Etc/GMT+5");
  });

  test("what is no IANA zone is none: offsets, inventions, paths", () => {
    for (const name of ["", "+02:00", "Mars/Olympus", "Europe/", "../etc/passwd", "Europe/Berlin ", "CEST"]) {
      expect(isZone(name), name).toBe(false);
    }
  });
});

describe("offsets", () => {
  const zones = ["America/New_York", "Australia/Lord_Howe", "America/Havana", "Africa/Cairo", "Asia/Beirut", "UTC"];
  const more = [
    "America/Santiago",
    "Australia/Sydney",
    "Africa/Casablanca",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Asia/Gaza",
  ];

  test.each([...zones, ...more])("%s shows what Intl shows, from 2010 to 2037", (zone) => {
    // 11 days and an odd time of day: every month of every year, on no grid of the search.
    for (let moment = Date.UTC(2010, 0, 1, 3, 7, 11); moment < Date.UTC(2037, 0, 1); moment += 949_371_000) {
      if (wallClock(zone, instant(moment)) !== shown(zone, moment)) {
        expect.fail(`${zone} at ${new Date(moment).toISOString()}`);
      }
    }
  });

  test.each([...zones, ...more])("%s changes its offset at the exact second", (zone) => {
    for (const change of transitions(zone, { from: at("2020-01-01T00:00Z"), to: at("2031-01-01T00:00Z") })) {
      expect(shown(zone, change.at - 1_000) - (change.at - 1_000)).toBe(change.before);
      expect(shown(zone, change.at) - change.at).toBe(change.after);
    }
  });

  test("a question far from every schedule costs no search of centuries", () => {
    expect(offsetAt("Asia/Tokyo", instant(8_000_000_000_000_000))).toBe(9 * 3_600_000);
    expect(offsetAt("Asia/Tokyo", instant(-8_000_000_000_000_000))).toBe(9 * 3_600_000);
  });

  test("a name that Intl does not know is a bug of the caller", () => {
    expect(() => offsetAt("Mars/Olympus", at("2026-01-01T00:00Z"))).toThrow(RangeError);
  });
});

describe("from the wall clock", () => {
  test("a wall clock comes once, never in a gap, twice where the hour repeats", () => {
    const zone = "America/New_York";
    expect(texts(instantsOf(zone, wall("2026-07-01T12:00")))).toEqual(["2026-07-01T16:00:00.000Z"]);
    expect(instantsOf(zone, wall("2026-03-08T02:30"))).toEqual([]);
    expect(texts(instantsOf(zone, wall("2026-11-01T01:30")))).toEqual([
      "2026-11-01T05:30:00.000Z",
      "2026-11-01T06:30:00.000Z",
    ]);
  });

  test("a gap holds its first moment and not its end, at midnight and of half an hour too", () => {
    const shown = (zone: string, time: string) => texts(instantsOf(zone, wall(time)));
    expect(shown("America/New_York", "2026-03-08T02:00")).toEqual([]);
    expect(shown("America/New_York", "2026-03-08T03:00")).toEqual(["2026-03-08T07:00:00.000Z"]);
    expect(shown("America/Havana", "2026-03-08T00:00")).toEqual([]);
    expect(shown("Australia/Lord_Howe", "2026-10-04T02:29")).toEqual([]);
    expect(shown("Australia/Lord_Howe", "2026-10-04T02:30")).toEqual(["2026-10-03T15:30:00.000Z"]);
    expect(shown("Pacific/Apia", "2011-12-30T12:00")).toEqual([]);
  });
});
