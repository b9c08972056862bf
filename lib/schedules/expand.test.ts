import { describe, expect, test } from "vitest";
import { type Instant, instant, type Seconds, seconds } from "#lib/time/instant.ts";
import { wallClock } from "#lib/time/zone.ts";
import { nextOccurrence, occurrences, previousOccurrence } from "./expand.ts";
import { withAnchor } from "./schema.ts";
import type { DialectId, Spec } from "./spec.ts";

const at = (text: string): Instant => instant(Date.parse(text));
const cron = (expression: string, dialect: DialectId = "rollcall"): Spec => ({ kind: "cron", expression, dialect });
const every = (everySeconds: number, anchor: string): Spec => ({
  kind: "interval",
  everySeconds: seconds(everySeconds) as Seconds,
  anchor: at(anchor),
});
const NEW_YORK = "America/New_York";
const SPRING = ["2026-03-08T05:00Z", "2026-03-08T11:00Z"] as const;
const AUTUMN = ["2026-11-01T04:00Z", "2026-11-01T09:00Z"] as const;

/** The occurrences in UTC, as HH:MM. */
function utc(spec: Spec, zone: string, [from, to]: readonly [string, string]): string {
  const found = occurrences(spec, zone, { from: at(from), to: at(to) });
  return found.map((moment) => new Date(moment).toISOString().slice(11, 16)).join(" ");
}

describe("the kinds", () => {
  test("cron: `*/5 * * * *`, `0 0 9 * * MON-FRI`, `@daily`", () => {
    const day = ["2026-06-05T00:00Z", "2026-06-05T00:16Z"] as const;
    expect(utc(cron("*/5 * * * *"), "UTC", day)).toBe("00:00 00:05 00:10 00:15");
    // A Friday, and the Monday after it.
    const nine = cron("0 0 9 * * MON-FRI");
    expect(nextOccurrence(nine, "UTC", at("2026-06-05T08:00Z"))).toBe(at("2026-06-05T09:00Z"));
    expect(nextOccurrence(nine, "UTC", at("2026-06-05T09:00Z"))).toBe(at("2026-06-08T09:00Z"));
    expect(nextOccurrence(cron("@daily"), "UTC", at("2026-06-05T00:00Z"))).toBe(at("2026-06-06T00:00Z"));
  });

  test("cron: 5 fields, or 6 with seconds first, or a nickname, in the schedule's IANA zone", () => {
    const midnights = ["0 0 * * *", "0 0 0 * * *", "@daily", "@midnight"].map((text) =>
      nextOccurrence(cron(text), "Asia/Kathmandu", at("2026-06-05T00:00Z")),
    );
    // 5 h 45 min east of Greenwich.
    expect(midnights).toEqual(midnights.map(() => at("2026-06-05T18:15Z")));
    expect(nextOccurrence(cron("30 0 0 * * *"), "UTC", at("2026-06-05T00:00:29Z"))).toBe(at("2026-06-05T00:00:30Z"));
    expect(nextOccurrence(cron("0 12 * * *"), NEW_YORK, at("2026-06-05T00:00Z"))).toBe(at("2026-06-05T16:00Z"));
  });

  test("interval: every 45 min from an anchor (default: creation)", () => {
    const created = at("2026-06-05T10:03:07Z");
    const spec = withAnchor({ kind: "interval", everySeconds: seconds(2_700) }, created);
    expect(nextOccurrence(spec, "UTC", created)).toBe(at("2026-06-05T10:48:07Z"));
    const given = withAnchor(
      { kind: "interval", everySeconds: seconds(2_700), anchor: at("2026-01-01T00:00Z") },
      created,
    );
    expect(nextOccurrence(given, "UTC", created)).toBe(at("2026-06-05T10:30Z"));
  });

  test("interval: anchor + k × every, k ≥ 0", () => {
    const spec = every(2_700, "2026-01-01T00:10Z");
    expect(utc(spec, "UTC", ["2025-12-31T22:00Z", "2026-01-01T02:00Z"])).toBe("00:10 00:55 01:40");
    expect(nextOccurrence(spec, "UTC", at("2020-01-01T00:00Z"))).toBe(at("2026-01-01T00:10Z"));
    expect(nextOccurrence(spec, "UTC", at("2026-01-01T00:10Z"))).toBe(at("2026-01-01T00:55Z"));
    expect(previousOccurrence(spec, "UTC", at("2026-01-01T00:55Z"))).toBe(at("2026-01-01T00:10Z"));
    expect(previousOccurrence(spec, "UTC", at("2026-01-01T00:10Z"))).toBeNull();
  });

  test("at: once", () => {
    const spec: Spec = { kind: "at", at: at("2027-01-31T06:00Z") };
    expect(utc(spec, "UTC", ["2027-01-31T06:00Z", "2027-01-31T06:01Z"])).toBe("06:00");
    expect(utc(spec, "UTC", ["2027-01-31T05:00Z", "2027-01-31T06:00Z"])).toBe("");
    expect(nextOccurrence(spec, "UTC", at("2027-01-31T06:00Z"))).toBeNull();
    expect(previousOccurrence(spec, "UTC", at("2027-01-31T06:00Z"))).toBeNull();
    expect(previousOccurrence(spec, "UTC", at("2027-01-31T06:01Z"))).toBe(at("2027-01-31T06:00Z"));
  });

  test("a rolling spec has no times by itself", () => {
    const spec: Spec = { kind: "rolling", everySeconds: seconds(3_600) };
    expect(occurrences(spec, "UTC", { from: at("2026-01-01T00:00Z"), to: at("2027-01-01T00:00Z") })).toEqual([]);
    expect(nextOccurrence(spec, "UTC", at("2026-01-01T00:00Z"))).toBeNull();
    expect(previousOccurrence(spec, "UTC", at("2026-01-01T00:00Z"))).toBeNull();
  });

  test("the start of a span belongs to it, its end does not", () => {
    expect(utc(cron("0 * * * *"), "UTC", ["2026-01-01T01:00Z", "2026-01-01T03:00Z"])).toBe("01:00 02:00");
    expect(utc(cron("0 * * * *"), "UTC", ["2026-01-01T01:00Z", "2026-01-01T01:00Z"])).toBe("");
  });
});

describe("An occurrence at a fixed wall-clock time that the spring change skips is expected once, at the first moment after the gap; a wall-clock time that the autumn change repeats is expected once, the first time.", () => {
  test.each([
    ["30 2 * * *", NEW_YORK, SPRING, "07:00"],
    ["15,45 2 * * *", NEW_YORK, SPRING, "07:00"],
    ["0-30 2 * * *", NEW_YORK, SPRING, "07:00"],
    ["30 1 * * *", NEW_YORK, SPRING, "06:30"],
    ["0,30 2,3 * * *", NEW_YORK, SPRING, "07:00 07:30"],
    ["30 1 * * *", NEW_YORK, AUTUMN, "05:30"],
    ["30 2 * * *", NEW_YORK, AUTUMN, "07:30"],
    ["30 0,1,2 * * *", NEW_YORK, AUTUMN, "04:30 05:30 07:30"],
    ["*/10 30 2 * * *", NEW_YORK, SPRING, "07:00"],
    // At midnight: 00:00 to 00:59 are left out.
    ["0 0 * * *", "America/Havana", ["2026-03-08T00:00Z", "2026-03-09T00:00Z"], "05:00"],
    ["0 0 * * *", "Africa/Cairo", ["2026-04-23T12:00Z", "2026-04-24T12:00Z"], "22:00"],
    ["30 0 * * *", "Asia/Beirut", ["2026-03-28T12:00Z", "2026-03-29T12:00Z"], "22:00"],
    ["59 23 * * *", "America/Santiago", ["2026-09-05T12:00Z", "2026-09-06T12:00Z"], "03:59"],
    ["0 0 * * *", "America/Santiago", ["2026-09-05T12:00Z", "2026-09-06T12:00Z"], "04:00"],
    // Half an hour: 02:00 to 02:29.
    ["15 2 * * *", "Australia/Lord_Howe", ["2026-10-03T12:00Z", "2026-10-04T12:00Z"], "15:30"],
    ["45 2 * * *", "Australia/Lord_Howe", ["2026-10-03T12:00Z", "2026-10-04T12:00Z"], "15:45"],
    ["45 1 * * *", "Australia/Lord_Howe", ["2026-04-04T12:00Z", "2026-04-05T12:00Z"], "14:45"],
    ["15 1 * * *", "Australia/Lord_Howe", ["2026-04-04T12:00Z", "2026-04-05T12:00Z"], "14:15"],
    ["30 2 * * *", "Australia/Sydney", ["2026-10-03T12:00Z", "2026-10-04T12:00Z"], "16:00"],
    ["30 2 * * *", "Australia/Sydney", ["2026-04-04T12:00Z", "2026-04-05T12:00Z"], "15:30"],
  ] as const)("%s in %s", (expression, zone, span, expected) => {
    expect(utc(cron(expression), zone, span)).toBe(expected);
  });
});

describe("An occurrence whose hour or minute field is a wildcard (or its full range) or a step follows elapsed time: none invented in the gap, and both passes through the repeated hour count.", () => {
  test.each([
    ["*/30 * * * *", SPRING, "05:00 05:30 06:00 06:30 07:00 07:30 08:00 08:30 09:00 09:30 10:00 10:30"],
    ["0 * * * *", SPRING, "05:00 06:00 07:00 08:00 09:00 10:00"],
    ["0 0-23 * * *", SPRING, "05:00 06:00 07:00 08:00 09:00 10:00"],
    ["0 */2 * * *", SPRING, "05:00 08:00 10:00"],
    ["*/20 2 * * *", SPRING, ""],
    ["0 * * * *", AUTUMN, "04:00 05:00 06:00 07:00 08:00"],
    ["*/30 1 * * *", AUTUMN, "05:00 05:30 06:00 06:30"],
    ["15 */1 * * *", AUTUMN, "04:15 05:15 06:15 07:15 08:15"],
    ["20/20 1 * * *", AUTUMN, "05:20 05:40 06:20 06:40"],
  ] as const)("%s", (expression, span, expected) => {
    expect(utc(cron(expression), NEW_YORK, span)).toBe(expected);
  });

  test("a whole hour of minutes written as a range is a full range", () => {
    const span = { from: at(AUTUMN[0]), to: at(AUTUMN[1]) };
    expect(occurrences(cron("0-59 1 * * *"), NEW_YORK, span)).toHaveLength(120);
  });
});

describe("every platform does with daylight saving what it does", () => {
  test.each<[DialectId, string, string, string]>([
    ["kubernetes", "30 2 * * *", "", "07:30"],
    ["kubernetes", "30 1 * * *", "06:30", "05:30 06:30"],
    ["pg-cron", "30 2 * * *", "", "07:30"],
    ["pg-cron", "30 1 * * *", "06:30", "05:30 06:30"],
    ["vixie", "30 2 * * *", "07:00", "07:30"],
    ["vixie", "30 1 * * *", "06:30", "05:30"],
    ["vixie", "*/30 1 * * *", "06:00 06:30", "05:00 05:30 06:00 06:30"],
    ["vixie", "0-59/30 1 * * *", "06:00 06:30", "05:00 05:30"],
    ["eventbridge", "30 2 * * ? *", "", "07:30"],
    ["eventbridge", "30 1 * * ? *", "06:30", "05:30"],
    ["systemd", "02:30", "", "07:30"],
    ["systemd", "01:30", "06:30", "05:30"],
    ["quartz", "0 30 2 * * ?", "", "07:30"],
    ["quartz", "0 30 1 * * ?", "06:30", "06:30"],
    ["azure", "0 30 2 * * *", "07:30", "07:30"],
    ["azure", "0 15,45 2 * * *", "07:15", "07:15 07:45"],
    ["azure", "0 */20 2 * * *", "07:00", "07:00 07:20 07:40"],
    ["azure", "0 30 1 * * *", "06:30", "05:30"],
    ["azure", "0 30 1-1 * * *", "06:30", "05:30 06:30"],
    ["bullmq", "30 2 * * *", "07:30", "07:30"],
    ["bullmq", "15,45 2 * * *", "07:15 07:45", "07:15 07:45"],
    ["bullmq", "0 */2 * * *", "05:00 07:00 08:00 10:00", "04:00 07:00"],
    ["bullmq", "*/30 1 * * *", "06:00 06:30", "05:00 05:30"],
    ["bullmq", "0 * * * *", "05:00 06:00 07:00 08:00 09:00 10:00", "04:00 05:00 06:00 07:00 08:00"],
    ["trigger-dev", "30 2 * * *", "07:30", "07:30"],
    ["cloudflare", "30 7 * * *", "07:30", "07:30"],
  ])("%s: %s fires in spring at %s, in autumn at %s", (dialect, expression, spring, autumn) => {
    expect(utc(cron(expression, dialect), NEW_YORK, SPRING)).toBe(spring);
    expect(utc(cron(expression, dialect), NEW_YORK, AUTUMN).replace(/ 09:00$/, "")).toBe(autumn);
  });
});

describe("In every dialect, occurrences that fall on one instant are one.", () => {
  test("what a gap moves onto a time that fires anyway is told once", () => {
    expect(utc(cron("0,30 2,3 * * *"), NEW_YORK, SPRING)).toBe("07:00 07:30");
    expect(utc(cron("0 2,3 * * *", "bullmq"), NEW_YORK, SPRING)).toBe("07:00");
    expect(utc(cron("*/30 2,3 * * *", "bullmq"), NEW_YORK, SPRING)).toBe("07:00 07:30");
  });

  test("a day that a zone leaves out is expected with the next one", () => {
    // Samoa went from the end of 2011-12-29 to the start of 2011-12-31.
    const spec = cron("0 0 * * *");
    const found = occurrences(spec, "Pacific/Apia", { from: at("2011-12-29T00:00Z"), to: at("2012-01-01T00:00Z") });
    expect(found).toEqual([at("2011-12-29T10:00Z"), at("2011-12-30T10:00Z"), at("2011-12-31T10:00Z")]);
    expect(nextOccurrence(cron("0 12 30 12 *"), "Pacific/Apia", at("2011-12-30T00:00Z"))).toBe(at("2011-12-30T10:00Z"));
  });
});

describe("next and previous", () => {
  test("the last occurrence before a change is the one that was expected, moved or not", () => {
    const spec = cron("30 2 * * *");
    expect(previousOccurrence(spec, NEW_YORK, at("2026-03-08T12:00Z"))).toBe(at("2026-03-08T07:00Z"));
    expect(previousOccurrence(spec, NEW_YORK, at("2026-03-08T07:00Z"))).toBe(at("2026-03-07T07:30Z"));
    expect(nextOccurrence(spec, NEW_YORK, at("2026-03-07T07:30Z"))).toBe(at("2026-03-08T07:00Z"));
    expect(previousOccurrence(cron("30 1 * * *"), NEW_YORK, at("2026-11-01T12:00Z"))).toBe(at("2026-11-01T05:30Z"));
  });

  test.each(["0 0 31 2 *", "0 0 30 2 *", "0 0 31 4,6,9,11 *", "*/10 2 * 3 0#2"])(
    "%s never fires, and that is quick to say",
    (expression) => {
      nextOccurrence(cron("0 0 * * *"), NEW_YORK, at("2060-01-01T00:00Z"));
      for (let i = 0; i < 20; i++) {
        if (expression !== "*/10 2 * 3 0#2")
          expect(previousOccurrence(cron(expression), NEW_YORK, at("2026-01-01T00:00Z"))).toBeNull();
        expect(nextOccurrence(cron(expression), NEW_YORK, at("2026-01-01T00:00Z"))).toBeNull();
      }
    },
  );

  test("what fires once in years is found", () => {
    expect(nextOccurrence(cron("0 0 29 2 *"), "UTC", at("2096-03-01T00:00Z"))).toBe(at("2104-02-29T00:00Z"));
    expect(previousOccurrence(cron("0 0 29 2 *"), "UTC", at("2104-02-29T00:00Z"))).toBe(at("2096-02-29T00:00Z"));
    expect(nextOccurrence(cron("Mon *-02-29 00:00", "systemd"), "UTC", at("2072-03-01T00:00Z"))).toBe(
      at("2112-02-29T00:00Z"),
    );
    expect(nextOccurrence(cron("0 0 0 1 1 ? 2050", "quartz"), "UTC", at("2026-01-01T00:00Z"))).toBe(
      at("2050-01-01T00:00Z"),
    );
    expect(nextOccurrence(cron("0 0 0 1 1 ? 2020", "quartz"), "UTC", at("2026-01-01T00:00Z"))).toBeNull();
  });

  test("a busy expression finds its neighbours without expanding its day", () => {
    const spec = cron("* * * * * *");
    for (let i = 0; i < 2_000; i++) {
      const moment = instant(at("2026-03-08T06:59:59Z") + i * 1_000);
      expect(nextOccurrence(spec, NEW_YORK, moment)).toBe(moment + 1_000);
      expect(previousOccurrence(spec, NEW_YORK, moment)).toBe(moment - 1_000);
    }
  });
});

test("Whatever a cron library does otherwise, these sentences win.", () => {
  // cron-parser: 03:30, an extra 03:00, both 01:30s backwards, none at all on 03-08 backwards.
  expect(utc(cron("30 2 * * *"), NEW_YORK, SPRING)).toBe("07:00");
  expect(utc(cron("0 */2 * * *"), NEW_YORK, SPRING)).toBe("05:00 08:00 10:00");
  expect(previousOccurrence(cron("30 1 * * *"), NEW_YORK, at("2026-11-01T06:30Z"))).toBe(at("2026-11-01T05:30Z"));
  expect(previousOccurrence(cron("30 2 * * *"), NEW_YORK, at("2026-03-09T00:00Z"))).toBe(at("2026-03-08T07:00Z"));
});

test("a year of five-minute firings is whole", () => {
  const spec = cron("*/5 * * * *");
  const year = { from: at("2026-01-01T00:00Z"), to: at("2027-01-01T00:00Z") };
  const found = occurrences(spec, NEW_YORK, year);
  expect(found).toHaveLength(365 * 288);
  expect(new Date(wallClock(NEW_YORK, found[100_000] ?? at("1970-01-01T00:00Z"))).getUTCMinutes() % 5).toBe(0);
});
