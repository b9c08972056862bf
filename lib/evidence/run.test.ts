import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, checkIn, clock, tellRun } from "#lib/testing/rules.ts";
import { HOUR, instant, type Millis, millis } from "#lib/time/instant.ts";
import { type CheckIn, type CheckInKind, compareCheckIns } from "./check-in.ts";
import { applyCheckIn, deriveRuns, emptyLedger, type Limit, type Run } from "./run.ts";

const oneHour: Limit = () => HOUR;
const derived = (texts: readonly string[], limit = oneHour) => deriveRuns(texts.map(checkIn), limit);
const told = (texts: readonly string[], limit = oneHour): string[] => derived(texts, limit).runs.map(tellRun);

describe("a run", () => {
  test("It begins with a check-in and is known by its run id (`rid`) where the client gives one.", () => {
    expect(told(["10:00 start a", "10:01 start b", "10:05 success b"])).toEqual([
      "10:00– running a",
      "10:01–10:05 success b",
    ]);
  });

  test("A start without a finish is a run under way", () => {
    expect(told(["10:00 start"])).toEqual(["10:00– running"]);
  });

  test("a success or fail with no start is a run whose start is that moment (so for a job that reports only its end, the grace must hold the run; the editor says so).", () => {
    expect(told(["10:05 success", "11:05 fail 3"])).toEqual(["10:05–10:05 success", "11:05–11:05 fail"]);
    expect(derived(["11:05 fail 3"]).runs[0]).toMatchObject({ exitStatus: 3, hasStart: false });
  });

  test("A finish goes to the run with the same `rid`, or, without `rid`, to the newest unfinished run without `rid` that is within its maximum run time, else to the newest unfinished one of the last 24 h (it ended late); only where there is none is it a run of its own.", () => {
    // The same rid, though another started later.
    expect(told(["10:00 start a", "10:01 start b", "10:02 start", "10:05 fail a"])).toEqual([
      ...["10:00–10:05 fail a", "10:01– running b", "10:02– running"],
    ]);
    // Without one: the newest within its limit.
    expect(told(["10:00 start", "10:10 start", "10:20 success"])).toEqual(["10:00– running", "10:10–10:20 success"]);
    // None within its limit: the newest of the last 24 h, which ended late.
    expect(told(["8:00 start", "8:30 start", "10:00 success"])).toEqual(["08:00– running", "08:30–10:00 success"]);
    expect(told(["8:00 start", "32:00:01 success"])).toEqual(["08:00– running", "32:00:01–32:00:01 success"]);
    expect(told(["8:00 start", "32:00 success"])).toEqual(["08:00–32:00 success"]);
    // A run with a rid is not for a finish without one, nor the other way round.
    expect(told(["10:00 start a", "10:05 success"])).toEqual(["10:00– running a", "10:05–10:05 success"]);
    expect(told(["10:00 start", "10:05 success a"])).toEqual(["10:00– running", "10:05–10:05 success a"]);
  });

  test("A start whose timestamp is at most 2 s after a finish that found no start (same `rid`, or both without) belongs to that run, whose start stays the earlier moment.", () => {
    expect(told(["10:00:00 success a", "10:00:02 start a"])).toEqual(["10:00–10:00 success a"]);
    expect(told(["10:00:00 success", "10:00:02 start"])).toEqual(["10:00–10:00 success"]);
    expect(derived(["10:00:00 success", "10:00:02 start"]).runs[0]?.hasStart).toBe(true);
    expect(told(["10:00:00 success a", "10:00:02.001 start a"])).toEqual([
      "10:00–10:00 success a",
      "10:00:2.001– running a",
    ]);
    expect(told(["10:00:00 success a", "10:00:01 start b"])).toHaveLength(2);
    expect(told(["10:00:00 success a", "10:00:01 start"])).toHaveLength(2);
  });

  test("The first finish of a run stands; a later one is a log line.", () => {
    const { runs, runOf } = derived(["10:00 start a", "10:05 success a", "10:06 fail a"]);
    expect(runs.map(tellRun)).toEqual(["10:00–10:05 success a"]);
    expect(runOf.get("002")).toBe("000");
  });

  test("A start with the `rid` of a finished run begins another; with that of an unfinished one it is a log line.", () => {
    expect(told(["10:00 start a", "10:05 success a", "11:00 start a"])).toEqual([
      "10:00–10:05 success a",
      "11:00– running a",
    ]);
    expect(told(["10:00 start a", "10:01 start a", "10:05 success a"])).toEqual(["10:00–10:05 success a"]);
  });

  test("a newer run never hides an older one that hangs", () => {
    expect(told(["10:00 start a", "10:30 start b", "10:40 success b"])).toEqual([
      "10:00– running a",
      "10:30–10:40 success b",
    ]);
  });

  test("A run is the application's own record.", () => {
    // Nothing but a check-in makes one: what a log line alone says is of no run.
    expect(told([])).toEqual([]);
    expect(told(["10:00 log", "10:01 log a"])).toEqual([]);
    expect(told(["10:00 start a"])).toEqual(["10:00– running a"]);
    expect(told(["10:00 fail a"])).toEqual(["10:00–10:00 fail a"]);
  });

  test("the first check-in of a run that names one decides.", () => {
    const { runs } = derived(["10:00 start a", "10:01 log a window=9:00", "10:02 success a window=10:00"]);
    expect(runs.map((run) => run.namedWindow && clock(run.namedWindow))).toEqual(["09:00"]);
  });

  test("A person closing a hung run makes it failed.", () => {
    const { runs } = derived(["10:00 start a", "12:00 close closes=000"]);
    expect(runs.map(tellRun)).toEqual(["10:00–12:00 fail a"]);
    expect(runs[0]?.closed).toBe(true);
  });
});

const KINDS: readonly CheckInKind[] = ["start", "log", "success", "fail"];
/** Few seconds, few rids: so that nearly all of them meet. */
const someCheckIns: fc.Arbitrary<CheckIn[]> = fc
  .array(
    fc.record({
      second: fc.integer({ min: 0, max: 40 }),
      kind: fc.constantFrom(...KINDS),
      rid: fc.constantFrom(null, null, "a", "b"),
      window: fc.constantFrom(null, null, null, at("9:00"), at("10:00")),
    }),
    { maxLength: 14 },
  )
  .map((list) =>
    list.map(({ second, kind, rid, window }, index) => ({
      ...{ id: String(index).padStart(3, "0"), at: instant(at("10:00") + second * 700), kind, rid, window },
      exitStatus: null,
    })),
  );
const someLimit: fc.Arbitrary<Limit> = fc
  .integer({ min: 1, max: 30 })
  .map((secs) => () => millis(secs * 1_000) as Millis);
const shuffled = <T>(list: readonly T[], order: readonly number[]): T[] =>
  list
    .map((item, index) => ({ item, by: order[index] ?? 0 }))
    .sort((a, b) => a.by - b.by)
    .map(({ item }) => item);
const someOrder = fc.array(fc.integer(), { minLength: 14, maxLength: 14 });

describe("the runs of a schedule", () => {
  test("Runs are derived from the check-ins in the order of their timestamps, whatever the order of arrival; of equal timestamps a start comes first, then logs, then success, then fail, then by `rid`.", () => {
    const all = ["10:00 fail b", "10:00 fail a", "10:00 success c", "10:00 log c", "10:00 start c", "9:59 fail z"].map(
      checkIn,
    );
    const sorted = [...all].sort(compareCheckIns);
    expect(sorted.map(({ kind, rid }) => `${kind} ${rid}`)).toEqual([
      "fail z",
      "start c",
      "log c",
      "success c",
      "fail a",
      "fail b",
    ]);
    fc.assert(
      fc.property(someCheckIns, someLimit, someOrder, (checkIns, limit, order) => {
        const [once, again] = [deriveRuns(checkIns, limit), deriveRuns(shuffled(checkIns, order), limit)];
        expect(again.runs).toEqual(once.runs);
        expect(new Map(again.runOf)).toEqual(new Map(once.runOf));
      }),
      { numRuns: 1_000 },
    );
  });

  test("going on from a ledger gives what deriving all at once gives", () => {
    fc.assert(
      fc.property(someCheckIns, someLimit, fc.nat(14), (checkIns, limit, cut) => {
        const sorted = [...checkIns].sort(compareCheckIns);
        const ledger = emptyLedger();
        const runs = new Map<string, Run>();
        for (const one of sorted.slice(0, cut)) {
          const { run } = applyCheckIn(ledger, one, limit);
          if (run) runs.set(run.id, run);
        }
        const rest = deriveRuns(sorted.slice(cut), limit, ledger);
        for (const run of rest.runs) runs.set(run.id, run);
        expect([...runs.values()].sort((a, b) => a.id.localeCompare(b.id))).toEqual(
          [...deriveRuns(checkIns, limit).runs].sort((a, b) => a.id.localeCompare(b.id)),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  test("every start, success and fail belongs to a run, and no run begins without one of them", () => {
    fc.assert(
      fc.property(someCheckIns, someLimit, (checkIns, limit) => {
        const { runs, runOf } = deriveRuns(checkIns, limit);
        for (const one of checkIns) if (one.kind !== "log") expect(runOf.has(one.id)).toBe(true);
        const kinds = new Map(checkIns.map((one) => [one.id, one]));
        for (const run of runs) {
          expect(kinds.get(run.id)?.kind).not.toBe("log");
          expect(run.finishedAt === null).toBe(run.outcome === "running");
          if (run.finishedAt !== null) expect(run.finishedAt).toBeGreaterThanOrEqual(run.startedAt);
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
