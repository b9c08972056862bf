import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { instant } from "#lib/time/instant.ts";
import { BOUNDS, forgottenBefore, type Kept, KINDS, shortened, withDefaults, wrongWith } from "./retention.ts";

const days = (kind: keyof typeof BOUNDS) => fc.integer({ min: BOUNDS[kind].least - 3, max: BOUNDS[kind].most + 3 });
const kept: fc.Arbitrary<Kept> = fc.record({
  runs: days("runs"),
  logs: days("logs"),
  decisions: days("decisions"),
  attempts: days("attempts"),
  rollups: days("rollups"),
  audit: fc.option(days("audit")),
  messages: days("messages"),
});

describe("how long things are kept", () => {
  test("whatever the environment says, the defaults are right; a short one is raised to what late words may answer", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_650 }), (retentionDays) => {
        expect(wrongWith(withDefaults({}, { retentionDays }))).toEqual([]);
      }),
    );
    expect(withDefaults({}, { retentionDays: 1 })).toEqual({
      ...{ runs: 8, logs: 8, decisions: 8, attempts: 8, rollups: 731, audit: null, messages: 30 },
    });
    expect(withDefaults({ runs: 1_000 }, { retentionDays: 90 })).toMatchObject({ decisions: 1_000, rollups: 1_000 });
  });

  test("what is allowed never drops evidence of a window before its runs, nor what late words may still answer", () => {
    fc.assert(
      fc.property(kept, (one) => {
        if (wrongWith(one).length > 0) return;
        expect(one.runs).toBeGreaterThanOrEqual(8);
        expect(Math.min(one.decisions, one.attempts, one.rollups)).toBeGreaterThanOrEqual(one.runs);
        expect(one.logs).toBeLessThanOrEqual(one.runs);
        if (one.audit !== null) expect(one.audit).toBeGreaterThanOrEqual(365);
      }),
    );
  });

  test("what is wrong is said of the kind that it is wrong with", () => {
    const base = withDefaults({}, { retentionDays: 90 });
    const wrong = (change: Partial<Kept>) => wrongWith({ ...base, ...change }).map(({ kind }) => kind);
    expect(wrong({})).toEqual([]);
    expect(wrong({ runs: 7, audit: 30 })).toEqual(["runs", "audit"]);
    expect(wrong({ logs: 91, decisions: 89, attempts: 89, rollups: 40 })).toEqual([
      ...["logs", "decisions", "attempts", "rollups"],
    ]);
    expect(wrong({ runs: 9.5 })).toEqual(["runs"]);
  });

  test("a change drops where something is kept shorter, and for ever is the longest", () => {
    const base = withDefaults({}, { retentionDays: 90 });
    expect(shortened(base, base)).toEqual([]);
    expect(shortened(base, { ...base, logs: 30, audit: 400 })).toEqual(["logs", "audit"]);
    expect(shortened({ ...base, audit: 400 }, base)).toEqual([]);
    fc.assert(
      fc.property(kept, kept, (before, after) => {
        const now = instant(Date.UTC(2027, 0, 12));
        const cut = (one: Kept, kind: (typeof KINDS)[number]) =>
          forgottenBefore(one, kind, now) ?? Number.NEGATIVE_INFINITY;
        for (const kind of KINDS) {
          expect(shortened(before, after).includes(kind)).toBe(cut(after, kind) > cut(before, kind));
        }
      }),
    );
  });
});
