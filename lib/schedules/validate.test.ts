import { expect, test } from "vitest";
import { type Instant, instant, type Seconds } from "#lib/time/instant.ts";
import type { Spec } from "./spec.ts";
import { checkSpec } from "./validate.ts";

const ANCHOR = instant(Date.UTC(2026, 0, 1));
const every = (everySeconds: number, anchor: number = ANCHOR): Spec => ({
  kind: "interval",
  everySeconds: everySeconds as Seconds,
  anchor: anchor as Instant,
});

test.each<[Spec, string]>([
  [{ kind: "cron", expression: "*/5 * * * *", dialect: "rollcall" }, "America/New_York"],
  [{ kind: "cron", expression: "0 0 31 2 *", dialect: "rollcall" }, "europe/berlin"],
  [every(1), "UTC"],
  [every(366 * 86_400), "UTC"],
  [{ kind: "rolling", everySeconds: 86_400 as Seconds }, "UTC"],
  [{ kind: "at", at: ANCHOR }, "Asia/Kolkata"],
])("takes %j in %s", (spec, zone) => {
  expect(checkSpec(spec, zone)).toEqual([]);
});

test.each<[Spec, string, string[]]>([
  [{ kind: "cron", expression: "61 * * * *", dialect: "rollcall" }, "UTC", ["spec.expression"]],
  [{ kind: "cron", expression: "", dialect: "vercel" }, "Mars/Olympus", ["spec.expression", "timezone"]],
  [every(0), "UTC", ["spec.everySeconds"]],
  [every(1.5), "UTC", ["spec.everySeconds"]],
  [every(-60), "UTC", ["spec.everySeconds"]],
  [every(366 * 86_400 + 1), "UTC", ["spec.everySeconds"]],
  [every(Number.NaN), "UTC", ["spec.everySeconds"]],
  [every(60, Number.NaN), "UTC", ["spec.anchor"]],
  [every(60, 8e15), "UTC", ["spec.anchor"]],
  [{ kind: "rolling", everySeconds: 0 as Seconds }, "UTC", ["spec.everySeconds"]],
  [{ kind: "at", at: -1 as Instant }, "UTC", ["spec.at"]],
  [{ kind: "at", at: Number.POSITIVE_INFINITY as Instant }, "UTC", ["spec.at"]],
  [{ kind: "at", at: ANCHOR }, "+02:00", ["timezone"]],
])("refuses %j in %s, naming %j", (spec, zone, paths) => {
  const errors = checkSpec(spec, zone);
  expect(errors.map(({ path }) => path)).toEqual(paths);
  for (const { message } of errors) expect(message).toMatch(/[.?]$/);
});
