import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, clock, inputOf, type Story } from "#lib/testing/rules.ts";
import type { Instant } from "#lib/time/instant.ts";
import { judge } from "#lib/verdicts/judge.ts";
import { type BadWindow, follow, type Known, type OpenIncident, type Policy } from "./lifecycle.ts";

const POLICY: Policy = { missThreshold: 1, recoverThreshold: 1, alsoBad: [] };

interface Played {
  /** What happened, as `1:10 opened 01:00+02:00`. */
  readonly told: string[];
  readonly open: OpenIncident | null;
  readonly cause: string | null;
  /** Those that the open incident lists. */
  readonly listed: string[];
}

interface Play {
  readonly policy?: Partial<Policy>;
  /** A person resolves what is open. */
  readonly resolvedByPerson?: string;
  readonly acknowledged?: string;
  /** Check-ins that arrive late: not before that moment. */
  readonly arrives?: Readonly<Record<string, string>>;
}

/** Judges and follows at each of those moments, and keeps what the engine would. */
function play(story: Omit<Story, "now">, moments: readonly string[], { policy, ...by }: Play = {}): Played {
  let incident: OpenIncident | null = null;
  let resolvedAt: Instant | null = null;
  let rows = new Map<Instant, BadWindow>();
  let number = 0;
  const told: string[] = [];
  for (const moment of moments) {
    const now = at(moment);
    if (by.resolvedByPerson === moment && incident) {
      incident = null;
      resolvedAt = now;
      told.push(`${moment} resolved by a person`);
      continue;
    }
    if (by.acknowledged === moment && incident) incident = { ...(incident as OpenIncident), state: "acknowledged" };
    const came = (story.checkIns ?? []).filter((text) => at(by.arrives?.[text] ?? "0:00") <= now);
    const input = inputOf({ ...story, checkIns: came, now: moment });
    const known: Known = {
      policy: { ...POLICY, ...policy },
      incident,
      badWindows: [...rows.values()],
      resolvedAt,
      admittedSince: (since) =>
        (input.decisions ?? []).some((one) => one.outcome === "admitted" && one.via === "scheduler" && one.at > since),
    };
    const outcome = follow(known, judge(input).windows, { now, from: at("0:00") });
    rows = new Map(rows);
    for (const row of outcome.badWindows) rows.set(row.expectedAt, row);
    for (const step of outcome.steps) {
      switch (step.kind) {
        case "opened": {
          number += 1;
          const id = `incident-${number}`;
          for (const window of step.windows) {
            const row = rows.get(window);
            if (row) rows.set(window, { ...row, incidentId: id });
          }
          incident = {
            ...{ id, openedAt: now, state: "open", cause: outcome.cause, reason: outcome.reason, waiting: false },
            ...{ diagnosis: outcome.diagnosis, recovering: [], goodBefore: step.goodBefore },
          };
          told.push(`${moment} opened ${step.windows.map(clock).join("+")}`);
          break;
        }
        case "worsened":
          told.push(`${moment} worsened ${step.windows.map(clock).join("+")}`);
          break;
        case "new_cause":
          told.push(`${moment} new cause ${outcome.cause}`);
          break;
        case "waits_for_scheduler":
          if (incident) incident = { ...(incident as OpenIncident), waiting: true };
          told.push(`${moment} waits for the scheduler`);
          break;
        case "resolved":
          incident = null;
          resolvedAt = now;
          told.push(`${moment} ${step.because}`);
          break;
      }
    }
    if (incident) incident = { ...(incident as OpenIncident), cause: outcome.cause, recovering: outcome.recovering };
  }
  const id = (incident as OpenIncident | null)?.id;
  const listed = [...rows.values()].filter((row) => row.incidentId === id).map((row) => clock(row.expectedAt));
  return {
    told,
    open: incident,
    cause: (incident as OpenIncident | null)?.cause ?? null,
    listed: id === undefined ? [] : listed.sort(),
  };
}

const told = (...args: Parameters<typeof play>): string[] => play(...args).told;

describe("an incident", () => {
  test("There is at most one open of each kind for its subject.", () => {
    expect(told({}, ["1:11", "2:11", "3:11"])).toEqual([
      "1:11 opened 01:00",
      "2:11 worsened 02:00",
      "3:11 worsened 03:00",
    ]);
  });

  test("Bad are missing, failed and overrun; a schedule may add `late` and `double_fire` to them (`alsoBad`), and then bad wins over good.", () => {
    expect(told({ checkIns: ["1:00 fail"] }, ["1:01"])).toEqual(["1:01 opened 01:00"]);
    expect(told({ checkIns: ["1:00 start"], maxRuntimeSeconds: 600 }, ["1:01", "1:11"])).toEqual(["1:11 opened 01:00"]);
    const late = { checkIns: ["1:20 success"] };
    expect(told(late, ["1:21"])).toEqual([]);
    expect(told(late, ["1:21"], { policy: { alsoBad: ["late"] } })).toEqual(["1:21 opened 01:00"]);
  });

  test("A window counts when its verdict turns good or bad, and again whenever it turns from one to the other (missing to failed is no turn); running, excused and blind windows neither count nor break a row; a double fire that is bad counts at once, also while it runs.", () => {
    // Missing to failed: nothing more happens but the cause.
    expect(told({ checkIns: ["1:20 fail"] }, ["1:15", "1:21"])).toEqual(["1:15 opened 01:00", "1:21 new cause failed"]);
    // From bad to good and bad again.
    const turns = { checkIns: ["1:01 fail", "1:20 success a", "1:30 fail b window=1:00"] };
    expect(told(turns, ["1:02", "1:21", "1:31"])).toEqual(["1:02 opened 01:00", "1:21 healed", "1:31 opened 01:00"]);
    // A window that runs stands between two that are missing, and does not break their row.
    const between = { checkIns: ["2:00 start"], maxRuntimeSeconds: 7_200 };
    expect(told(between, ["1:11", "2:11", "3:11"], { policy: { missThreshold: 2 } })).toEqual([
      "3:11 opened 01:00+03:00",
    ]);
    expect(told({ pauses: ["1:50-2:20"] }, ["1:11", "2:11", "3:11"], { policy: { missThreshold: 2 } })).toEqual([
      "3:11 opened 01:00+03:00",
    ]);
    expect(told({ blind: ["1:59-2:02"] }, ["1:11", "2:11", "3:11"], { policy: { missThreshold: 2 } })).toEqual([
      "3:11 opened 01:00+03:00",
    ]);
    const twice = { checkIns: ["1:00 start a", "1:01 start b"] };
    expect(told(twice, ["1:02"], { policy: { alsoBad: ["double_fire"] } })).toEqual(["1:02 opened 01:00"]);
  });

  test("Rows go by `expectedAt`.", () => {
    // The window between turns bad last, and makes the row.
    const story = { checkIns: ["2:00 start", "3:30 fail"], maxRuntimeSeconds: 7_200 };
    expect(told(story, ["1:11", "2:11", "3:11", "3:31"], { policy: { missThreshold: 3 } })).toEqual([
      "3:31 opened 01:00+02:00+03:00",
    ]);
  });

  test("A windows incident opens when a window turns bad and stands in a row of `missThreshold` bad ones (default 1), wherever that row is, and lists that row and every later bad one.", () => {
    expect(told({}, ["1:11", "2:11", "3:11"], { policy: { missThreshold: 3 } })).toEqual([
      "3:11 opened 01:00+02:00+03:00",
    ]);
    const good = { checkIns: ["2:00 success"] };
    expect(told(good, ["1:11", "2:11", "3:11"], { policy: { missThreshold: 2 } })).toEqual([]);
    // Late evidence makes an older row long enough; a later bad window is listed too.
    const older = { checkIns: ["2:00 success", "3:00 success a", "4:00 fail", "3:20 fail b window=2:00"] };
    const late = { arrives: { "3:20 fail b window=2:00": "4:30" }, policy: { missThreshold: 2 } };
    expect(told(older, ["1:11", "2:11", "3:11", "4:11", "4:30"], late)).toEqual(["4:30 opened 01:00+02:00+04:00"]);
  });

  test("It is resolved by `recoverThreshold` good windows in a row (default 1) that are later than every bad window it lists and turned good after it opened; by anything that leaves it no bad window (late evidence, a retry, an excuse), at once and with that explanation; or by a person, with a note.", () => {
    const story = { checkIns: ["2:00 success", "3:00 success"] };
    expect(told(story, ["1:11", "2:01"])).toEqual(["1:11 opened 01:00", "2:01 recovered"]);
    expect(told(story, ["1:11", "2:01", "3:01"], { policy: { recoverThreshold: 2 } })).toEqual([
      "1:11 opened 01:00",
      "3:01 recovered",
    ]);
    // A bad one in between begins the row anew.
    const broken = { checkIns: ["2:00 success", "3:00 fail", "4:00 success", "5:00 success"] };
    expect(told(broken, ["1:11", "2:01", "3:01", "4:01", "5:01"], { policy: { recoverThreshold: 2 } })).toEqual([
      ...["1:11 opened 01:00", "3:01 worsened 03:00", "3:01 new cause failed", "5:01 recovered"],
    ]);
    // Late evidence, a retry, an excuse.
    expect(told({ checkIns: ["1:05 success"] }, ["1:11", "1:30"], { arrives: { "1:05 success": "1:30" } })).toEqual([
      ...["1:11 opened 01:00", "1:30 healed"],
    ]);
    expect(told({ checkIns: ["1:00 fail", "1:20 success"] }, ["1:01", "1:21"])).toEqual([
      "1:01 opened 01:00",
      "1:21 healed",
    ]);
    expect(play({}, ["1:11", "1:20"], { resolvedByPerson: "1:20" }).open).toBeNull();
    // One that was good before it opened recovers nothing.
    const before = { checkIns: ["2:00 success", "1:20 fail window=1:00"] };
    expect(told(before, ["2:05"], { arrives: { "1:20 fail window=1:00": "2:05" } })).toEqual(["2:05 opened 01:00"]);
  });

  test("a retry under way heals nothing yet", () => {
    expect(told({ checkIns: ["1:00 fail", "1:20 start"] }, ["1:01", "1:21"])).toEqual(["1:01 opened 01:00"]);
  });

  test("But one whose cause is `rejected` waits, whatever came in by the manual door, until the scheduler itself is admitted, unless a person resolves it; it says what it waits for.", () => {
    const story = {
      decisions: ["1:01 rejected", "2:00 admitted manual", "3:00 admitted"],
      checkIns: ["2:00 success", "3:00 success"],
    };
    expect(told(story, ["1:11", "2:01", "2:05", "3:01"])).toEqual([
      ...["1:11 opened 01:00", "2:01 waits for the scheduler", "3:01 recovered"],
    ]);
    expect(told(story, ["1:11", "2:01", "2:30"], { resolvedByPerson: "2:30" }).at(-1)).toBe(
      "2:30 resolved by a person",
    );
  });

  test("After any resolution only windows that turn later count.", () => {
    const two = { policy: { missThreshold: 2 } };
    expect(told({}, ["1:11", "2:11", "2:20", "3:11", "4:11"], { ...two, resolvedByPerson: "2:20" })).toEqual([
      ...["2:11 opened 01:00+02:00", "2:20 resolved by a person", "4:11 opened 03:00+04:00"],
    ]);
    // Judged again, what it listed stays where it was.
    expect(told({}, ["1:11", "1:20", "1:30", "1:40"], { resolvedByPerson: "1:20" })).toEqual([
      ...["1:11 opened 01:00", "1:20 resolved by a person"],
    ]);
  });

  test("a new cause in the same incident speaks up again (a probe's finding that completes a cause is not a new one).", () => {
    const story = { checkIns: ["2:00 fail"] };
    expect(told(story, ["1:11", "1:20", "2:01", "3:11"], { acknowledged: "1:20" })).toEqual([
      ...[
        "1:11 opened 01:00",
        "2:01 worsened 02:00",
        "2:01 new cause failed",
        "3:11 worsened 03:00",
        "3:11 new cause silent",
      ],
    ]);
  });
});

const MOMENTS = Array.from({ length: 24 }, (_, i) => `${1 + Math.floor(i / 4)}:${["01", "11", "31", "51"][i % 4]}`);
const someCheckIns = fc.array(
  fc
    .tuple(
      fc.integer({ min: 55, max: 400 }),
      fc.constantFrom("start", "success", "fail"),
      fc.constantFrom("", " a", " b"),
    )
    .map(([minute, kind, rid]) => `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, "0")} ${kind}${rid}`),
  { maxLength: 12 },
);

describe("whatever comes", () => {
  const some = fc.tuple(
    someCheckIns,
    fc.record({ missThreshold: fc.integer({ min: 1, max: 3 }), recoverThreshold: fc.integer({ min: 1, max: 2 }) }),
    fc.subarray(MOMENTS),
  );

  test("no incident opens while one is open, and none resolves twice", () => {
    fc.assert(
      fc.property(some, ([checkIns, policy, moments]) => {
        let open = false;
        for (const line of told({ checkIns, maxRuntimeSeconds: 1_800 }, moments, { policy })) {
          const opens = line.includes("opened");
          const ends = /recovered|healed/.test(line);
          if (opens) expect(open).toBe(false);
          if (ends) expect(open).toBe(true);
          open = opens || (open && !ends);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("judging again at the same moment changes nothing", () => {
    fc.assert(
      fc.property(some, ([checkIns, policy, moments]) => {
        const story = { checkIns, maxRuntimeSeconds: 1_800 };
        const twice = moments.flatMap((moment) => [moment, moment, moment]);
        expect(told(story, twice, { policy })).toEqual(told(story, moments, { policy }));
      }),
      { numRuns: 500 },
    );
  });

  test("an open incident lists a bad window, and says why", () => {
    fc.assert(
      fc.property(some, ([checkIns, policy, moments]) => {
        const { open, listed, cause } = play({ checkIns, maxRuntimeSeconds: 1_800 }, moments, { policy });
        expect(listed.length > 0).toBe(open !== null);
        expect(cause !== null).toBe(open !== null);
      }),
      { numRuns: 500 },
    );
  });
});
