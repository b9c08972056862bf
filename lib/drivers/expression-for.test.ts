import { expect, test } from "vitest";
import type { DialectId, Spec } from "#lib/schedules/spec.ts";
import { instant, seconds } from "#lib/time/instant.ts";
import { expressionFor, isAlikeIn } from "./expression-for.ts";

const cron = (expression: string, dialect: DialectId = "rollcall"): Spec => ({ kind: "cron", expression, dialect });
const now = instant(Date.UTC(2027, 0, 12));

test("an expression of another dialect is taken where both read the same times in it", () => {
  const taken: readonly [string, DialectId, DialectId][] = [
    ["*/5 * * * *", "rollcall", "vixie"],
    [" 0 2 * * mon-fri ", "kubernetes", "vixie"],
    ["@daily", "vixie", "kubernetes"],
    ["30 4 1,15 * *", "vercel", "bullmq"],
  ];
  for (const [expression, from, to] of taken) {
    expect(expressionFor(cron(expression, from), to)).toEqual({ ok: true, value: expression.trim() });
  }
});

test("where they read it otherwise, or one does not take it at all, it is refused and said why", () => {
  const refused: readonly [string, DialectId, DialectId][] = [
    // Either day to Kubernetes, both to cron, where a star begins one of them.
    ["0 2 */2 * 1", "kubernetes", "vixie"],
    ["0 2 * * 7", "vixie", "kubernetes"],
    ["0 2 L * *", "bullmq", "vixie"],
    ["*/10 * * * * *", "bullmq", "vixie"],
    ["0 0 2 ? * 2", "quartz", "bullmq"],
    ["@every 90s", "kubernetes", "vixie"],
  ];
  for (const [expression, from, to] of refused) {
    const answer = expressionFor(cron(expression, from), to);
    expect(answer, expression).toMatchObject({
      ok: false,
      problem: { kind: "refused", sentence: expect.stringMatching(/^[A-Z“].*\.$/) },
    });
  }
  expect(expressionFor({ kind: "rolling", everySeconds: seconds(60) }, "vixie")).toMatchObject({ ok: false });
});

test("minutes alone are the same moments in zones whose clocks differ by a multiple of them", () => {
  const alike = (expression: string, one: string, other: string) => isAlikeIn(cron(expression), [one, other], now);
  expect(alike("0 2 * * *", "Etc/UTC", "UTC")).toBe(true);
  expect(alike("0 2 * * *", "Europe/Berlin", "UTC")).toBe(false);
  expect(alike("* * * * *", "Asia/Kathmandu", "UTC")).toBe(true);
  expect(alike("*/20 * * * *", "Europe/Berlin", "UTC")).toBe(true);
  expect(alike("*/20 * * * *", "Asia/Kolkata", "UTC")).toBe(false);
  expect(alike("*/10 * * * *", "Asia/Kolkata", "UTC")).toBe(true);
  expect(alike("*/2 * * * *", "Asia/Kathmandu", "UTC")).toBe(false);
});
