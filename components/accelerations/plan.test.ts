import { describe, expect, it } from "vitest";
import type { Schedule } from "#components/api/shapes.ts";
import { estimate, money, presetsFor, readCost, specOfPreset, specOfText } from "./plan.ts";

type Asked = Pick<Schedule, "driver" | "spec">;
const cron = (expression: string): Asked["spec"] => ({ kind: "cron", expression, dialect: "rollcall" });
const nightly: Asked = { driver: { kind: "external" }, spec: cron("0 2 * * *") };
const pg: Asked = { driver: { kind: "pg-cron", connection: "main", ref: "etl" }, spec: cron("*/5 * * * *") };

describe("what is planned with an acceleration", () => {
  it("offers what is surely faster, and seconds only to whoever can be called by the second", () => {
    const words = (of: Asked) => presetsFor(of).map((preset) => preset.words);
    expect(words(nightly)).toEqual(["every minute", "5 min", "15 min"]);
    expect(words({ ...nightly, spec: cron("*/10  * * * *") })).toEqual(["every 10 s", "every minute", "5 min"]);
    expect(words(pg)).toEqual(["every minute"]);
    expect(words({ ...nightly, spec: cron("* * * * *") })).toEqual(["every 10 s"]);
    expect(words({ ...nightly, spec: { kind: "interval", everySeconds: 10, anchor: "" } })).toEqual([]);
  });

  it("speaks the dialect of whoever fires it", () => {
    expect(specOfPreset({ everySeconds: 60, words: "" }, pg)).toEqual({ kind: "cron", expression: "* * * * *", dialect: "pg-cron" }); // biome-ignore format: one line
    expect(specOfPreset({ everySeconds: 300, words: "" }, nightly)).toMatchObject({ expression: "*/5 * * * *" });
    expect(specOfPreset({ everySeconds: 10, words: "" }, nightly)).toEqual({ kind: "interval", everySeconds: 10 });
    expect(specOfText("every 90 s", nightly)).toEqual({ kind: "interval", everySeconds: 90 });
    expect(specOfText(" */2 * * * * ", nightly)).toMatchObject({ expression: "*/2 * * * *", dialect: "rollcall" });
    expect(specOfText(" ", nightly)).toBeNull();
  });

  it("counts the runs until the limit, and counts on from the first hundred", () => {
    const every = (seconds: number, many: number) => Array.from({ length: many }, (_, i) => new Date((i + 1) * seconds * 1_000).toISOString()); // biome-ignore format: one line
    const at = (seconds: number, times: readonly string[]) => estimate(times, { from: 0, seconds, asked: 100 });
    expect(at(1_800, every(60, 100))).toEqual({ runs: 29, about: false });
    expect(at(86_400, every(60, 100))).toEqual({ runs: 1_439, about: true });
    expect(at(30, every(60, 100))).toEqual({ runs: 0, about: false });
    expect(at(60, [])).toEqual({ runs: 0, about: false });
  });

  it("reads and tells a cost", () => {
    expect(["0.02", "1,5", "", "free", "-1"].map(readCost)).toEqual([0.02, 1.5, null, null, null]);
    expect([0.6, 0.0125, 1234.5].map(money)).toEqual(["0.60", "0.0125", "1,234.50"]);
  });
});
