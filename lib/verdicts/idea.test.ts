/** What the rest rests on: what is counted, by what order of rows, and by a function of nothing but its arguments. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { occurrences } from "#lib/schedules/expand.ts";
import { at, clock, historyOf, inputOf, judgedOf, rolling, type Story, tellVerdicts, verdictOf, windowOf } from "#lib/testing/rules.ts"; // biome-ignore format: one line
import { judge } from "./judge.ts";
import { isBad, isGood, type Verdict } from "./verdict.ts";

const KINDS = ["start a", "success a", "fail b", "success", "log"];
const somePart = (unit: string) => fc.nat(59).map((value) => `${unit}:${String(value).padStart(2, "0")}`);
const someTime = fc.nat(5).chain((hour) => somePart(String(hour)));
/** Anything at all that may come in the first six hours. */
const someEvidence: fc.Arbitrary<Pick<Story, "checkIns" | "attempts" | "decisions">> = fc.record({
  checkIns: fc.array(
    fc.tuple(someTime, fc.constantFrom(...KINDS)).map((parts) => parts.join(" ")),
    { maxLength: 12 },
  ),
  attempts: fc.array(
    fc.tuple(someTime, fc.constantFrom("answered 200", "no_answer", "refused 403")).map((parts) => parts.join(" ")),
    { maxLength: 4 },
  ),
  decisions: fc.array(
    fc.tuple(someTime, fc.constantFrom("rejected", "admitted", "admitted manual")).map((parts) => parts.join(" ")),
    { maxLength: 4 },
  ),
});

describe("Most monitors count things that happened. Rollcall counts things that should have happened.", () => {
  test("as many windows are judged as were expected, each once, whatever came or did not", () => {
    const story = { every: 1_200, graceSeconds: 120, now: "6:10" };
    const { versions } = historyOf(story);
    const spec = versions[0]?.spec;
    if (!spec) throw new Error("no version");
    const expected = occurrences(spec, "UTC", { from: at("0:20"), to: at("6:10") }).map(clock);
    expect(expected).toHaveLength(18);
    fc.assert(
      fc.property(someEvidence, (evidence) => {
        const { windows } = judgedOf({ ...story, ...evidence });
        const told = windows.filter(({ expectedAt }) => expectedAt < at("6:10"));
        expect(told.map(({ expectedAt }) => clock(expectedAt))).toEqual(expected);
      }),
    );
  });

  test("and a job of which nothing was ever heard is missing as often as it was expected", () => {
    expect(tellVerdicts({ now: "3:30" })).toBe("01:00 missing, 02:00 missing, 03:00 missing");
  });
});

describe("Silence is never neutral: a window with no evidence is an incident, and so is one whose evidence stops early.", () => {
  /** What arrives of an hourly run before it falls silent, and what its window then is. */
  const STOPS: readonly (readonly [Pick<Story, "checkIns" | "attempts" | "decisions">, string])[] = [
    [{}, "missing silent"],
    [{ attempts: ["1:00 no_answer"] }, "missing unreached"],
    [{ attempts: ["1:00 answered 200"] }, "missing lost"],
    [{ decisions: ["1:00 admitted"] }, "missing lost"],
    [{ checkIns: ["1:00 start a"] }, "overrun null"],
    [{ checkIns: ["1:00 start a", "1:05 log a"] }, "overrun null"],
  ];
  test.each(STOPS)("%j: %s", (evidence, told) => {
    const window = windowOf({ ...evidence, maxRuntimeSeconds: 1_800, now: "1:50" }, "1:00");
    expect(`${window.verdict} ${window.cause}`).toBe(told);
    expect(isBad(window, [])).toBe(true);
  });
});

/** A story whose window at 01:00 has this verdict: two for what two rows say. */
const OF: readonly (readonly [Verdict, Story, "good" | "bad" | "neither"])[] = [
  ["excused", { pauses: ["0:50-1:05"], now: "2:00" }, "neither"],
  ["overrun", { checkIns: ["1:00 start"], maxRuntimeSeconds: 1_200, now: "1:30" }, "bad"],
  ["running", { checkIns: ["1:00 start"], now: "1:30" }, "neither"],
  ["failed", { checkIns: ["1:00 fail"], now: "1:30" }, "bad"],
  ["overrun", { checkIns: ["1:00 start", "1:25 success"], maxRuntimeSeconds: 1_200, now: "1:30" }, "bad"],
  ["on_time", { checkIns: ["1:00 success"], now: "1:30" }, "good"],
  ["late", { checkIns: ["1:20 success"], now: "1:30" }, "good"],
  ["upcoming", { now: "0:30" }, "neither"],
  ["due", { now: "1:05" }, "neither"],
  ["missing", { decisions: ["1:00 rejected"], blind: ["1:00-1:01"], now: "1:30" }, "bad"],
  ["blind", { blind: ["1:00-1:01"], now: "1:30" }, "neither"],
  ["missing", { now: "1:30" }, "bad"],
];

describe("The first row that fits is the verdict.", () => {
  // "excused: neither" "overrun: bad" "running: neither" "failed: bad" "on_time: good" "late: good" "upcoming: neither"
  // "due: neither" "missing: bad" "blind: neither"
  test.each(OF)("%s: of %j it is %s", (verdict, story, worth) => {
    const window = windowOf(story, "1:00");
    expect(window.verdict).toBe(verdict);
    expect(isBad(window, []) ? "bad" : isGood(window, []) ? "good" : "neither").toBe(worth);
  });

  test("of two rows that fit, the upper one", () => {
    const hangs = { checkIns: ["1:00 start a", "1:05 fail b"], maxRuntimeSeconds: 1_200 };
    expect(verdictOf({ ...hangs, now: "1:10" }, "1:00")).toBe("running"); // and failed
    expect(verdictOf({ ...hangs, now: "1:30" }, "1:00")).toBe("overrun"); // and failed
    const excused = { ...hangs, pauses: ["0:50-1:40"] };
    expect(verdictOf({ ...excused, now: "1:10" }, "1:00")).toBe("excused"); // and running, and failed
    expect(verdictOf({ checkIns: ["0:56 success"], now: "0:57" }, "1:00")).toBe("on_time"); // and due
    expect(verdictOf({ covered: ["0:00-1:20"], blind: ["1:00-1:01"], now: "1:30" }, "1:00")).toBe("missing"); // and blind
  });

  test("The runs are shown.", () => {
    const excused = { pauses: ["0:50-1:40"], checkIns: ["1:00 fail a", "1:05 start b", "1:06 success b"], now: "1:10" };
    const window = windowOf(excused, "1:00");
    expect([window.verdict, window.runs.map(({ rid }) => rid)]).toEqual(["excused", ["a", "b"]]);
  });
});

/** Frozen through and through: whoever writes into it throws. */
function frozen<T>(value: T): T {
  if (typeof value !== "object" || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) frozen(part);
  return value;
}

describe("`judge` is one pure function: (versions, evidence, excuses, blind spans, now) → verdicts.", () => {
  const story = { pauses: ["3:00-3:30"], blind: ["4:00-4:20"], now: "5:50" };

  test("it writes into nothing that it is given, and answers the same however often it is asked", () => {
    fc.assert(
      fc.property(someEvidence, fc.boolean(), (evidence, rolls) => {
        const told = { ...story, ...evidence, ...(rolls ? { spec: rolling() } : {}) };
        const input = frozen(inputOf(told));
        const first = judge(input);
        expect(judge(input)).toEqual(first);
        expect(judge(inputOf(told))).toEqual(first);
      }),
    );
  });

  test("it reads no clock: `now` is an argument, and another one another answer", () => {
    const DateBefore = globalThis.Date;
    const input = inputOf({ now: "1:30" });
    try {
      globalThis.Date = class extends DateBefore {
        constructor() {
          super(0);
          throw new Error("judge asked the machine for the time");
        }
        static override now(): number {
          throw new Error("judge asked the machine for the time");
        }
      } as DateConstructor;
      expect(judge(input).windows.find(({ expectedAt }) => expectedAt === at("1:00"))?.verdict).toBe("missing");
    } finally {
      globalThis.Date = DateBefore;
    }
    expect(verdictOf({ now: "1:05" }, "1:00")).toBe("due");
  });
});
