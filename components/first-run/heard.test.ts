import { expect, test } from "vitest";
import type { Run, Window } from "#components/api/shapes.ts";
import { heardOf } from "./heard.ts";

const at = (minute: number) => new Date(Date.UTC(2027, 0, 1, 0, minute)).toISOString();
const now = Date.parse(at(10));
const run = { startedAt: at(9) } as Run;
const window = (minute: number, verdict: Window["verdict"], runs: readonly Run[] = []): Window => ({
  ...{ expectedAt: at(minute), opensAt: at(minute - 1), dueBy: at(minute + 1), verdict, runs },
  ...{ attempts: [], decisions: [], version: 1, doubleFire: false },
});

test("nothing yet is waited for, with the window in which it is expected", () => {
  expect(heardOf(null, [], now)).toEqual({ kind: "waiting", window: null });
  const upcoming = window(15, "upcoming");
  expect(heardOf(null, [upcoming], now)).toEqual({ kind: "waiting", window: upcoming });
});

test("a check-in before the first window is heard, and counts for none", () => {
  const upcoming = window(15, "upcoming");
  expect(heardOf(run, [upcoming], now)).toEqual({ kind: "early", run, window: upcoming });
});

test("a window that passes after such a check-in is missed all the same", () => {
  const missing = window(5, "missing");
  expect(heardOf(run, [missing, window(15, "upcoming")], now)).toEqual({ kind: "missed", window: missing });
});

test("a run in a window is heard, whatever came after it", () => {
  const good = window(5, "on_time", [run]);
  expect(heardOf(run, [good, window(9, "missing")], now)).toEqual({ kind: "heard", run, window: good });
});

test("a window that passes without one is missed", () => {
  const missing = window(5, "missing");
  expect(heardOf(null, [missing, window(15, "upcoming")], now)).toEqual({ kind: "missed", window: missing });
});
