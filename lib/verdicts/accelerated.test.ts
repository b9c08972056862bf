import { describe, expect, it } from "vitest";
import { deriveRuns } from "#lib/evidence/run.ts";
import { withAccelerations } from "#lib/schedules/accelerated.ts";
import type { History } from "#lib/schedules/windows.ts";
import { maximumRuntime } from "#lib/schedules/windows.ts";
import { at, checkIn, clock } from "#lib/testing/rules.ts";
import { seconds } from "#lib/time/instant.ts";
import { span } from "#lib/time/span.ts";
import { judge } from "./judge.ts";
import { isBad, isGood } from "./verdict.ts";

const history: History = withAccelerations(
  {
    createdAt: at("0:00"),
    versions: [
      {
        ...{ number: 1, effectiveFrom: at("0:00"), timezone: "UTC", graceSeconds: seconds(600) },
        spec: { kind: "cron", expression: "0 * * * *", dialect: "rollcall" },
        ...{ earlySeconds: null, maxRuntimeSeconds: null },
      },
    ],
  },
  [
    {
      ...{
        id: "a",
        standIn: false,
        timezone: "UTC",
        halfGapSeconds: seconds(300),
        appliedAt: at("3:05"),
        endsAt: at("3:55"),
      },
      spec: { kind: "cron", expression: "*/10 * * * *", dialect: "rollcall" },
    },
  ],
);

function judged(now: string, ...checkIns: string[]) {
  const runs = deriveRuns(checkIns.map(checkIn), (startedAt) => maximumRuntime(history, startedAt)).runs;
  return judge({ history, runs, now: at(now), span: span(at("3:00"), at("3:59")) }).windows;
}
const told = (now: string, ...checkIns: string[]): string[] =>
  judged(now, ...checkIns).map(({ expectedAt, verdict, reason }) => [clock(expectedAt), verdict, reason ?? ""].join(" ").trim()); // biome-ignore format: one line

describe("windows of a temporary spec", () => {
  it("They count when they are good; without a good run they are excused (`acceleration`), and a fail is told in the acceleration itself", () => {
    const windows = ["3:00 success", "3:11 success", "3:20 start a", "3:21 fail a", "3:37 success"];
    expect(told("3:52", ...windows)).toEqual([
      "03:00 on_time",
      "03:10 on_time",
      "03:20 excused acceleration",
      "03:30 late",
      "03:40 excused acceleration",
      "03:50 due",
    ]);
    const all = judged("3:52", ...windows);
    expect(all.map((one) => isGood(one, []))).toEqual([true, true, false, true, false, false]);
    expect(all.some((one) => isBad(one, ["late", "double_fire"]))).toBe(false);
    // What the schedule calls bad is not good here either: it counts neither way.
    expect(all.map((one) => isGood(one, ["late"]))).toEqual([true, true, false, false, false, false]);
  });

  it("are judged as ever while something may still come", () => {
    expect(told("3:20", "3:00 success", "3:10 start a")).toEqual([
      ...["03:00 on_time", "03:10 running", "03:20 due", "03:30 upcoming", "03:40 upcoming", "03:50 upcoming"],
    ]);
  });
});
