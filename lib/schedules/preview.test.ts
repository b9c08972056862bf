import { describe, expect, test } from "vitest";
import { type Instant, instant, seconds } from "#lib/time/instant.ts";
import { preview } from "./preview.ts";
import type { DialectId, Spec } from "./spec.ts";
import { type WarningCode, warningsOf } from "./warnings.ts";

const at = (text: string): Instant => instant(Date.parse(text));
const cron = (expression: string, dialect: DialectId = "rollcall"): Spec => ({ kind: "cron", expression, dialect });
const NEW_YORK = "America/New_York";

function ask(spec: Spec, more: { timezone?: string; graceSeconds?: number; count?: number } = {}) {
  return preview({ spec, timezone: "UTC", from: at("2026-01-01T00:00Z"), count: 3, ...more });
}
const codes = (...question: Parameters<typeof ask>): WarningCode[] => ask(...question).warnings.map(({ code }) => code);
const warning = (code: WarningCode, ...question: Parameters<typeof ask>) =>
  ask(...question).warnings.find((one) => one.code === code);

describe("times and words", () => {
  test("the first times from a moment on, itself included", () => {
    expect(ask(cron("0 0 * * *")).expectedAt).toEqual([0, 1, 2].map((day) => Date.UTC(2026, 0, 1 + day)));
    expect(ask({ kind: "at", at: at("2026-05-01T00:00Z") }, { count: 10 }).expectedAt).toEqual([
      at("2026-05-01T00:00Z"),
    ]);
    expect(ask({ kind: "rolling", everySeconds: seconds(60) }).expectedAt).toEqual([]);
    expect(ask(cron("0 0 31 2 *")).expectedAt).toEqual([]);
  });

  test.each<[Spec, string]>([
    [cron("30 2 * * *"), "At 02:30"],
    [cron("*/5 * * * *"), "Every 5 minutes"],
    [cron("0 0 9 * * MON-FRI"), "At 09:00, Monday through Friday"],
    [cron("@daily"), "At 00:00"],
    [cron("0 0 13 * 5"), "At 00:00, on day 13 of the month, or on Friday"],
    [cron("0 0 */2 * 1", "vixie"), "At 00:00, every 2 days in a month, only on Monday"],
    [cron("0 12 ? * 2-6 *", "eventbridge"), "At 12:00, Monday through Friday"],
    [cron("0 0 12 ? * 6L", "quartz"), "At 12:00, on the last Friday of the month"],
    [cron("0 0 * * friL", "cloudflare"), "At 00:00, on the last Friday of the month (UTC)"],
    [cron("0 0 $ * *", "pg-cron"), "At 00:00, on the last day of the month"],
    [cron("10 seconds", "pg-cron"), "Every 10 seconds"],
    [cron("Mon..Fri *-*-* 02:30", "systemd"), "At 02:30, Monday through Friday"],
    [cron("*-*~01", "systemd"), "At 00:00, on the last day of the month"],
    [cron("at(2026-05-01T06:00:00)", "eventbridge"), "Once, at 2026-05-01 06:00 UTC"],
    [cron("CRON_TZ=Europe/Berlin 0 9 * * *", "qstash"), "At 09:00 (Europe/Berlin)"],
    [cron("0 0 1W,LW * *"), "At the times of “0 0 1W,LW * *”"],
    [
      { kind: "interval", everySeconds: seconds(5_400), anchor: at("2026-01-01T00:00Z") },
      "Every 1 hour 30 minutes, counted from 2026-01-01 00:00 UTC",
    ],
    [{ kind: "rolling", everySeconds: seconds(21_600) }, "At most 6 hours after the last run started"],
    [{ kind: "at", at: at("2027-01-31T06:00:30Z") }, "Once, at 2027-01-31 06:00:30 UTC"],
  ])("%j reads “%s”", (spec, words) => {
    expect(ask(spec).words).toBe(words);
  });

  test("a refused expression is thrown as its problem: it is checked before", () => {
    expect(() => ask(cron("61 * * * *"))).toThrow(/no minute/);
  });
});

describe("daylight saving in the next year", () => {
  const sentences = (spec: Spec, timezone = NEW_YORK): string[] =>
    ask(spec, { timezone })
      .warnings.filter(({ code }) => code.startsWith("dst_"))
      .map(({ code, message }) => `${code}: ${message}`);

  test.each<[Spec, string[]]>([
    [
      cron("30 2 * * *"),
      ["dst_moved: 02:30 does not exist on 2026-03-08 in America/New_York; expected once at 03:00."],
    ],
    [
      cron("30 1 * * *"),
      ["dst_repeated: 01:30 comes twice on 2026-11-01 in America/New_York; expected once, the first time."],
    ],
    [
      cron("15,45 2 * * *"),
      ["dst_moved: 02:15 and 02:45 do not exist on 2026-03-08 in America/New_York; expected once at 03:00."],
    ],
    [
      cron("30 2 * * *", "kubernetes"),
      ["dst_skipped: 02:30 does not exist on 2026-03-08 in America/New_York; nothing is expected for it."],
    ],
    [
      cron("30 1 * * *", "kubernetes"),
      ["dst_repeated: 01:30 comes twice on 2026-11-01 in America/New_York; expected both times."],
    ],
    [
      cron("30 2 * * *", "bullmq"),
      ["dst_moved: 02:30 does not exist on 2026-03-08 in America/New_York; expected at 03:30."],
    ],
    [
      cron("*/15 2 * * *"),
      [
        "dst_skipped: 02:00, 02:15, 02:30 and 1 more do not exist on 2026-03-08 in America/New_York; nothing is expected for them.",
      ],
    ],
    [cron("*/5 * * * *"), []],
    [cron("0 12 * * *"), []],
    [cron("30 2 * 6 *"), []],
  ])("%j", (spec, expected) => {
    expect(sentences(spec)).toEqual(expected);
  });

  test("a zone without changes has none", () => {
    expect(sentences(cron("30 2 * * *"), "Asia/Tokyo")).toEqual([]);
  });
});

describe("Ownership does not look at grace: a grace that reaches past the next `opensAt` helps only runs that name their window, and the preview says so (and proposes `rolling` where the platform's promise is longer than the gap).", () => {
  test("the preview says so, and proposes half the gap", () => {
    const found = warning("grace_exceeds_gap", cron("*/5 * * * *"), { graceSeconds: 600 });
    expect(found?.message).toMatch(/10 minutes.*5 minutes apart.*name their window/);
    expect(found?.proposedGraceSeconds).toBe(150);
    expect(codes(cron("*/5 * * * *"), { graceSeconds: 271 })).toContain("grace_exceeds_gap");
    expect(codes(cron("*/5 * * * *"), { graceSeconds: 270 })).not.toContain("grace_exceeds_gap");
    const interval: Spec = { kind: "interval", everySeconds: seconds(60), anchor: at("2026-01-01T00:00Z") };
    expect(codes(interval, { graceSeconds: 60 })).toContain("grace_exceeds_gap");
    expect(codes({ kind: "at", at: at("2026-05-01T00:00Z") }, { graceSeconds: 90_000 })).toEqual([]);
  });

  test("the shortest gap counts, also of uneven steps", () => {
    expect(codes(cron("*/7 * * * *"), { graceSeconds: 300 })).toContain("grace_exceeds_gap");
    expect(codes(cron("0 9,10 * * *"), { graceSeconds: 3_600 })).toContain("grace_exceeds_gap");
  });

  test("rolling is proposed where a late run would count for the next window", () => {
    expect(warning("promise_exceeds_gap", cron("*/10 * * * *", "github"))?.message).toMatch(/rolling/);
    expect(warning("promise_exceeds_gap", cron("*/10 * * * *", "github"))?.proposedSpec).toEqual({
      ...{ kind: "rolling", everySeconds: 600 },
    });
    expect(codes(cron("0 5 * * *", "github"))).not.toContain("promise_exceeds_gap");
  });
});

describe("An expression that the platform would refuse is refused; one that it reads otherwise than most people expect is accepted with a warning that says so; so is a grace below the promise, with a grace proposed.", () => {
  test.each<[DialectId, string, number]>([
    ["vercel", "0 5 * * *", 3_600],
    ["vercel", "0 * * * *", 60],
    ["github", "0 5 * * *", 1_800],
    ["eventbridge", "0 5 * * ? *", 60],
    ["kubernetes", "0 5 * * *", 10],
    ["cloudflare", "0 5 * * *", 900],
    ["qstash", "0 5 * * *", 60],
    ["systemd", "05:00", 60],
  ])("%s “%s”: a grace of %s s is proposed for a shorter one", (dialect, expression, promise) => {
    const short = warning("grace_below_promise", cron(expression, dialect), { graceSeconds: promise - 1 });
    expect(short?.proposedGraceSeconds).toBe(promise);
    expect(codes(cron(expression, dialect), { graceSeconds: promise })).not.toContain("grace_below_promise");
    expect(codes(cron(expression, dialect))).not.toContain("grace_below_promise");
  });

  test.each<[DialectId, string, RegExp]>([
    ["vixie", "0 0 */2 * 1", /both “\*\/2” and “1”/],
    ["vixie", "0 0 1 * */2", /both “1” and “\*\/2”/],
    ["pg-cron", "0 0 */2 * 1", /both/],
    ["pg-cron", "0 0 $ * *", /1\.5/],
    ["pg-cron", "30 seconds", /1\.5/],
    ["eventbridge", "0 12 ? * 2-6 *", /Sunday as 1/],
    ["cloudflare", "0 12 * * 1-5", /Sunday as 1/],
    ["quartz", "0 0 12 ? * 2", /Sunday as 1/],
    ["vercel", "*/10 * * * *", /Hobby/],
  ])("%s reads “%s” otherwise, and says so", (dialect, expression, says) => {
    expect(warning("read_otherwise", cron(expression, dialect))?.message).toMatch(says);
  });

  test.each<[DialectId, string]>([
    ["vixie", "0 0 * * 1"],
    ["vixie", "0 0 1 * 1"],
    ["eventbridge", "0 12 ? * MON-FRI *"],
    ["vercel", "0 5 * * *"],
    ["rollcall", "0 0 */2 * *"],
  ])("%s reads “%s” as anybody would", (dialect, expression) => {
    expect(codes(cron(expression, dialect))).not.toContain("read_otherwise");
  });
});

describe("what else is worth a warning", () => {
  test.each<[WarningCode, Spec, string?]>([
    ["never_fires", cron("0 0 31 2 *")],
    ["never_fires", cron("0 0 0 1 1 ? 2020", "quartz")],
    ["past", { kind: "at", at: at("2025-01-01T00:00Z") }],
    ["uneven_steps", cron("*/7 * * * *")],
    ["uneven_steps", cron("0 */5 * * *")],
    ["uneven_steps", cron("0 0 */2 * *")],
    ["wide_step", cron("*/100 * * * *", "vixie")],
    ["either_day", cron("0 0 13 * 5")],
    ["may_drop", cron("0 5 * * *", "github")],
    ["start_unknown", cron("rate(5 minutes)", "eventbridge")],
    ["start_unknown", cron("@every 5m", "kubernetes")],
    ["zone_not_used", cron("0 5 * * *", "cloudflare"), "Asia/Tokyo"],
    ["zone_not_used", cron("TZ=Europe/Berlin 0 5 * * *", "inngest"), "Asia/Tokyo"],
  ])("%s: %j", (code, spec, timezone = "UTC") => {
    expect(codes(spec, { timezone })).toContain(code);
  });

  test.each([cron("*/5 * * * *"), cron("0 */6 * * *"), cron("30 12 * * 1-5"), cron("@daily"), cron("0 12 1 * *")])(
    "nothing is said of %j",
    (spec) => {
      expect(ask(spec, { graceSeconds: 120 }).warnings).toEqual([]);
    },
  );
});

describe("what a warning proposes", () => {
  test.each([
    [cron("*/7 * * * *"), { kind: "interval", everySeconds: 420 }],
    [cron("0 */5 * * *"), { kind: "interval", everySeconds: 18_000 }],
    [cron("0 0 */2 * *"), { kind: "interval", everySeconds: 172_800 }],
    // Between nine and five alone: no interval means that.
    [cron("*/7 9-17 * * *"), undefined],
    [cron("*/7,3 * * * *"), undefined],
  ])("even steps for %o", (spec, proposed) => {
    expect(warning("uneven_steps", spec)?.proposedSpec).toEqual(proposed);
  });

  test("the zone that the platform reads it in, and the interval that it means", () => {
    const question = {
      spec: cron("0 5 * * *", "cloudflare"),
      timezone: "Asia/Tokyo",
      from: at("2026-11-24T00:00:00Z"),
    };
    expect(warningsOf(question)).toContainEqual(expect.objectContaining({ proposedTimezone: "UTC" }));
    expect(warning("start_unknown", cron("rate(5 minutes)", "eventbridge"))?.proposedSpec).toEqual({
      ...{ kind: "interval", everySeconds: 300 },
    });
  });
});
