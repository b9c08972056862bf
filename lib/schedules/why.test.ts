import { describe, expect, test } from "vitest";
import { type Instant, instant, seconds } from "#lib/time/instant.ts";
import type { DialectId, Spec, Version } from "./spec.ts";
import { type Excuse, whyExpected } from "./why.ts";
import type { History } from "./windows.ts";

const at = (text: string): Instant => instant(Date.parse(text));
const cron = (expression: string, dialect: DialectId = "rollcall"): Spec => ({ kind: "cron", expression, dialect });
const NEW_YORK = "America/New_York";

function history(spec: Spec, timezone = NEW_YORK, more: readonly Partial<Version>[] = []): History {
  const first: Version = {
    number: 1,
    effectiveFrom: at("2026-01-01T12:00Z"),
    spec,
    timezone,
    graceSeconds: seconds(600),
    earlySeconds: null,
    maxRuntimeSeconds: null,
  };
  const versions = [first, ...more.map((rest, i) => ({ ...first, number: i + 2, ...rest }))];
  return { createdAt: at("2026-01-01T12:00Z"), versions };
}
const why = (of: History, moment: string, excuses: readonly Excuse[] = []) => whyExpected(of, excuses, at(moment));
const NIGHTLY = history(cron("30 2 * * *"));

describe("`why(schedule, at)` is its sister: for any instant, past or future, whether something was expected then and why or why not (field by field of the expression, daylight saving, version, pause, maintenance), and how far up the rungs it came.", () => {
  test("expected, with the version that was in force", () => {
    const { expected, because, window } = why(NIGHTLY, "2026-01-05T07:30Z");
    expect(expected).toBe(true);
    expect(because).toEqual([
      "2026-01-05 02:30 America/New_York matches every field of “30 2 * * *”",
      "Version 1 was in force, since 2026-01-01 07:00 America/New_York",
    ]);
    expect(window?.expectedAt).toBe(at("2026-01-05T07:30Z"));
  });

  test("in the future too, and to the second", () => {
    expect(why(NIGHTLY, "2040-07-01T06:30:00.900Z").expected).toBe(true);
    expect(why(NIGHTLY, "2040-07-01T06:30:01Z").because[0]).toBe("the second is 1; the expression wants 0");
  });

  test.each([
    ["30 2 * * *", "2026-01-05T19:30Z", ["the hour is 14; the expression wants 2"]],
    ["15,45 2 * * *", "2026-01-05T07:30Z", ["the minute is 30; the expression wants 15 or 45"]],
    ["*/5 2 * * *", "2026-01-05T07:31Z", ["the minute is 31; the expression wants “*/5”"]],
    ["30 2 13 * *", "2026-01-05T07:30Z", ["the day of the month is 5; the expression wants “13”"]],
    ["30 2 * * 5", "2026-01-05T07:30Z", ["the weekday is Monday; the expression wants “5”"]],
    [
      "30 2 13 * 5",
      "2026-01-05T07:30Z",
      ["the day of the month is 5 and the weekday is Monday; the expression wants “13” or the weekday “5”"],
    ],
    [
      "30 2 * 6 *",
      "2026-01-05T08:31Z",
      [
        "the month is 1; the expression wants 6",
        "the hour is 3; the expression wants 2",
        "the minute is 31; the expression wants 30",
      ],
    ],
  ])("field by field: %s at %s", (expression, moment, sentences) => {
    const { expected, because } = why(history(cron(expression)), moment);
    expect(expected).toBe(false);
    expect(because.slice(0, sentences.length)).toEqual(sentences);
    expect(because[sentences.length]).toMatch(/^The clock in America\/New_York shows 2026-01-05/);
    expect(because.join("; ")).toMatch(/the next is 2026-/);
  });

  test("a moment at which nothing was expected still has its owner", () => {
    expect(why(NIGHTLY, "2026-01-05T19:30Z").window?.expectedAt).toBe(at("2026-01-05T07:30Z"));
  });

  test.each<[string, Spec, string, boolean, string]>([
    [
      "moved out of a gap",
      cron("30 2 * * *"),
      "2026-03-08T07:00Z",
      true,
      "02:30 did not exist on 2026-03-08 in America/New_York; expected once at 03:00",
    ],
    [
      "not expected where it was moved from",
      cron("30 2 * * *"),
      "2026-03-08T07:30Z",
      false,
      "02:30 did not exist on 2026-03-08 in America/New_York; expected once at 03:00",
    ],
    [
      "left out",
      cron("30 2 * * *", "kubernetes"),
      "2026-03-08T07:00Z",
      false,
      "02:30 did not exist on 2026-03-08 in America/New_York; nothing is expected for it",
    ],
    [
      "the first pass",
      cron("30 1 * * *"),
      "2026-11-01T05:30Z",
      true,
      "01:30 came twice on 2026-11-01 in America/New_York; expected once, the first time",
    ],
    [
      "the second pass",
      cron("30 1 * * *"),
      "2026-11-01T06:30Z",
      false,
      "01:30 came twice on 2026-11-01 in America/New_York; expected once, the first time",
    ],
    [
      "both passes",
      cron("30 1 * * *", "kubernetes"),
      "2026-11-01T06:30Z",
      true,
      "01:30 came twice on 2026-11-01 in America/New_York; expected both times",
    ],
    [
      "moved by the gap",
      cron("30 2 * * *", "bullmq"),
      "2026-03-08T07:30Z",
      true,
      "02:30 did not exist on 2026-03-08 in America/New_York; expected at 03:30",
    ],
  ])("daylight saving: %s", (_says, spec, moment, expected, sentence) => {
    const answer = why(history(spec), moment);
    expect(answer.expected).toBe(expected);
    expect(answer.because[0]).toBe(sentence);
  });

  test("which version was in force", () => {
    const edited = history(cron("30 2 * * *"), NEW_YORK, [
      { effectiveFrom: at("2026-02-01T00:00Z"), spec: cron("45 3 * * *") },
    ]);
    expect(why(edited, "2026-01-31T07:30Z").because).toContain(
      "Version 1 was in force, since 2026-01-01 07:00 America/New_York",
    );
    const after = why(edited, "2026-02-01T07:30Z");
    expect(after.expected).toBe(false);
    expect(after.because).toContain("Version 2 was in force, since 2026-01-31 19:00 America/New_York");
  });

  test.each<[Excuse["kind"], boolean, string]>([
    [
      "pause",
      false,
      "Paused from 2026-01-04 19:00 America/New_York to 2026-01-05 19:00 America/New_York: move of the database",
    ],
    [
      "maintenance",
      false,
      "In maintenance from 2026-01-04 19:00 America/New_York to 2026-01-05 19:00 America/New_York: move of the database",
    ],
    [
      "person",
      true,
      "Excused by a person from 2026-01-04 19:00 America/New_York to 2026-01-05 19:00 America/New_York: move of the database",
    ],
  ])("%s", (kind, expected, sentence) => {
    const excuse: Excuse = {
      from: at("2026-01-05T00:00Z"),
      to: at("2026-01-06T00:00Z"),
      kind,
      reason: "move of the database",
    };
    const answer = why(NIGHTLY, "2026-01-05T07:30Z", [excuse]);
    expect(answer.expected).toBe(expected);
    expect(answer.because[0]).toBe(sentence);
    expect(why(NIGHTLY, "2026-01-06T07:30Z", [excuse]).because[0]).toMatch(/matches every field/);
  });

  test("a pause without an end", () => {
    const excuse: Excuse = { from: at("2026-01-05T00:00Z"), to: null, kind: "pause" };
    expect(why(NIGHTLY, "2026-06-05T06:30Z", [excuse]).because[0]).toBe(
      "Paused from 2026-01-04 19:00 America/New_York without an end yet",
    );
  });

  test("before the creation, and after archiving", () => {
    expect(why(NIGHTLY, "2025-12-31T07:30Z")).toMatchObject({ expected: false, window: null });
    expect(why(NIGHTLY, "2025-12-31T07:30Z").because[0]).toMatch(/was made at 2026-01-01 07:00/);
    const archived = { ...NIGHTLY, archivedAt: at("2026-02-01T00:00Z") };
    expect(why(archived, "2026-02-02T07:30Z").because[0]).toMatch(/was archived at 2026-01-31 19:00/);
    expect(why(archived, "2026-01-31T07:30Z").expected).toBe(true);
  });

  test.each<[Spec, string, boolean, RegExp]>([
    [
      { kind: "interval", everySeconds: seconds(2_700), anchor: at("2026-01-01T12:00Z") },
      "2026-01-01T13:30Z",
      true,
      /lies 2 times 45 minutes after/,
    ],
    [
      { kind: "interval", everySeconds: seconds(2_700), anchor: at("2026-01-01T12:00Z") },
      "2026-01-01T13:31Z",
      false,
      /No multiple of 45 minutes/,
    ],
    [
      { kind: "interval", everySeconds: seconds(2_700), anchor: at("2026-02-01T12:00Z") },
      "2026-01-01T13:30Z",
      false,
      /begins at 2026-02-01/,
    ],
    [{ kind: "rolling", everySeconds: seconds(21_600) }, "2026-01-01T13:30Z", false, /rolling.*6 hours/],
    [{ kind: "at", at: at("2026-05-01T00:00Z") }, "2026-05-01T00:00Z", true, /one time/],
    [{ kind: "at", at: at("2026-05-01T00:00Z") }, "2026-05-02T00:00Z", false, /one time alone/],
    [cron("rate(5 minutes)", "eventbridge"), "2026-01-02T00:05Z", true, /multiple of 5 minutes/],
    [cron("rate(5 minutes)", "eventbridge"), "2026-01-02T00:06Z", false, /No multiple of 5 minutes/],
    [cron("at(2026-05-01T06:00:00)", "eventbridge"), "2026-05-01T10:00Z", true, /names this time/],
    [cron("at(2026-05-01T06:00:00)", "eventbridge"), "2026-05-01T11:00Z", false, /one time alone/],
    [cron("0 0 31 2 *"), "2026-01-02T00:05Z", false, /day of the month is 1;/],
  ])("%j at %s", (spec, moment, expected, says) => {
    const answer = why(history(spec), moment);
    expect(answer.expected).toBe(expected);
    expect(answer.because.join("; ")).toMatch(says);
    expect(answer.because.join("; ")).not.toMatch(/undefined|NaN|null/);
  });
});
