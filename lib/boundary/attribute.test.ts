import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { givenDecision } from "#lib/testing/decisions.ts";
import { at, historyOf, rolling } from "#lib/testing/rules.ts";
import { type Instant, instant } from "#lib/time/instant.ts";
import "#lib/testing/seed.ts";
import { type Attributed, attribute, type Candidate, candidates, type OpenWindow, openAt } from "./attribute.ts";
import type { ReportedDecision } from "./decision.ts";

type Guarded = Partial<Candidate> & { readonly open?: readonly { readonly at: string; readonly ran?: boolean }[] };

/** What becomes of a decision at 10:00:03 of a route with these schedules. */
function given(
  schedules: Readonly<Record<string, Guarded>>,
  decision: Partial<ReportedDecision>,
  routePath: string | null = null,
): Attributed {
  const open = new Map<string, OpenWindow[]>();
  const all = Object.entries(schedules).map(([slug, one]): Candidate => {
    open.set(
      slug,
      (one.open ?? []).map((window) => ({ expectedAt: at(window.at), ran: window.ran ?? false })),
    );
    return { id: slug, slug, path: null, expression: null, ...one };
  });
  return attribute(givenDecision({ at: at("10:00:03"), ...decision }), candidates(all), {
    routePath,
    open: ({ id }) => open.get(id) ?? [],
  });
}

const NOTHING = { presented: { headers: ["accept", "user-agent"] }, reason: "missing_credentials" } as const;
const HINT = {
  presented: {
    headers: ["user-agent"],
    hints: [{ of: "vercel-cron", platform: "Vercel Cron", words: "its user agent" }],
  },
  reason: "hint_without_proof",
} as const;

describe("A decision is the scheduler's when it satisfies the contract, or presents a proof or hint of some known contract on the route's path within [`opensAt`, `dueBy`] of one of its schedules; a person's when the manual contract is satisfied; else a stranger's.", () => {
  const open = { a: { open: [{ at: "10:00" }] } };
  const via = (
    decision: Partial<ReportedDecision>,
    schedules: Readonly<Record<string, Guarded>> = open,
    path?: string,
  ) => given(schedules, decision, path).via;
  test("it satisfies the contract, whenever it comes", () => {
    expect(via({ outcome: "admitted" }, {})).toBe("scheduler");
    expect(via({ outcome: "admitted", reason: "admitted_previous_key", via: "stranger" })).toBe("scheduler");
  });
  test("a proof or hint within a window", () => {
    expect(via({})).toBe("scheduler");
    expect(via(HINT)).toBe("scheduler");
    expect(via({ ...NOTHING, contractResembled: "qstash" })).toBe("scheduler");
    expect(via({ ...HINT, via: "stranger" })).toBe("scheduler");
  });
  test("nothing presented, another time, another path: a stranger's", () => {
    expect(via(NOTHING)).toBe("stranger");
    expect(via({ ...NOTHING, via: "stranger" })).toBe("stranger");
    expect(via(HINT, { a: {} })).toBe("stranger");
    expect(via({ ...HINT, path: "/wp-login.php" }, open, "/api/cron")).toBe("stranger");
    expect(via({ ...HINT, path: "/api/cron/" }, open, "/api/cron")).toBe("scheduler");
    expect(via({ ...HINT, path: "/b" }, { a: { open: [{ at: "10:00" }] }, b: { path: "/b" } }, "/api/cron")).toBe(
      "scheduler",
    );
  });
  test("a person's, and Rollcall's own probes", () => {
    expect(via({ outcome: "admitted", reason: "admitted_manual" })).toBe("manual");
    expect(via({ outcome: "rejected", via: "manual", ...NOTHING })).toBe("stranger");
    expect(via({ outcome: "admitted", via: "probe" })).toBe("probe");
    expect(via({ reason: "verification_probe" })).toBe("probe");
    const marked = { headers: ["authorization", "rollcall-probe"], scheme: "Bearer" };
    expect(via({ outcome: "admitted", via: "scheduler", presented: marked })).toBe("probe");
  });
});

describe("It belongs to the schedule that it names, else to the one whose path it has, else to the one whose expression the platform's header quotes, else to the one expected nearest among those with a window open and no run; a tie belongs to all of them, marked ambiguous.", () => {
  const of = (schedules: Readonly<Record<string, Guarded>>, decision: Partial<ReportedDecision> = {}) => {
    const { schedules: ids, ambiguous } = given(schedules, { outcome: "admitted", ...decision });
    expect(ambiguous).toBe(ids.length > 1);
    return ids;
  };
  const nearby = (path: string | null = null, expression: string | null = null): Guarded => ({
    path,
    expression,
    open: [{ at: "10:00" }],
  });
  test("the schedule that it names", () => {
    expect(of({ a: nearby("/a"), b: {} }, { schedule: "b", path: "/a" })).toEqual(["b"]);
    expect(of({ a: nearby("/a"), b: nearby("/b") }, { schedule: "gone", path: "/a" })).toEqual(["a"]);
  });
  test("else the one whose path it has; never one that has another", () => {
    expect(of({ a: nearby("/a"), b: nearby("/b"), c: nearby() }, { path: "/b/" })).toEqual(["b"]);
    expect(of({ a: nearby("/a"), b: nearby("/b") }, { path: "/c" })).toEqual([]);
    expect(of({ a: nearby("/a"), c: nearby() }, { path: "/c" })).toEqual(["c"]);
  });
  test("else the one whose expression the platform's header quotes", () => {
    const two = { a: nearby(null, "0 5 * * *"), b: nearby(null, "0  6 * * mon") };
    expect(of(two, { expression: "0 6 * * MON" })).toEqual(["b"]);
    expect(of(two, { expression: "0 7 * * *" })).toEqual(["a", "b"]);
    expect(
      of({ a: nearby("/x", "0 5 * * *"), b: nearby("/x", "0 6 * * *") }, { path: "/x", expression: "0 5 * * *" }),
    ).toEqual(["a"]);
  });
  test("else the one expected nearest among those with a window open and no run", () => {
    expect(of({ a: { open: [{ at: "9:58" }] }, b: { open: [{ at: "10:01" }] } })).toEqual(["b"]);
    expect(of({ a: { open: [{ at: "9:58" }] }, b: { open: [{ at: "10:00", ran: true }] } })).toEqual(["a"]);
    expect(of({ a: { open: [{ at: "10:00", ran: true }] }, b: { open: [{ at: "10:00", ran: true }] } })).toEqual([]);
    expect(of({ a: {}, b: {} })).toEqual([]);
  });
  test("a tie belongs to all of them", () => {
    expect(of({ a: nearby(), b: nearby(), c: { open: [{ at: "9:50" }] } })).toEqual(["a", "b"]);
  });
  test("a single one needs no choosing", () => {
    expect(of({ a: {} })).toEqual(["a"]);
    expect(of({ a: { open: [{ at: "10:00", ran: true }] } })).toEqual(["a"]);
    expect(of({})).toEqual([]);
  });
});

describe("at random", () => {
  const names = ["a", "b", "c", "d"];
  const candidate = fc.record({
    path: fc.constantFrom(null, "/a", "/b"),
    expression: fc.constantFrom(null, "0 5 * * *", "0 6 * * *"),
    open: fc.array(
      fc.record({
        expectedAt: fc.integer({ min: -3, max: 3 }).map((n) => instant(at("10:00:03") + n * 30_000)),
        ran: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
  });
  const decision = fc.record({
    outcome: fc.constantFrom("admitted" as const, "rejected" as const),
    path: fc.constantFrom(null, "/a", "/b", "/c"),
    expression: fc.constantFrom(null, "0 5 * * *", "1 1 * * *"),
    schedule: fc.constantFrom(null, "a", "z"),
  });
  const parts = fc.tuple(fc.array(candidate, { maxLength: 4 }), decision);
  const ask = (
    all: readonly (Candidate & { readonly open: readonly OpenWindow[] })[],
    asked: Partial<ReportedDecision>,
  ) =>
    attribute(givenDecision({ at: at("10:00:03"), ...asked }), candidates(all), {
      routePath: null,
      open: (one) => all.find((other) => other.id === one.id)?.open ?? [],
    });
  const named = (list: readonly Omit<Candidate & { readonly open: readonly OpenWindow[] }, "id" | "slug">[]) =>
    list.map((one, i) => ({ ...one, id: names[i] ?? "", slug: names[i] ?? "" }));

  test("the order of the schedules says nothing, and what has another path is never meant", () => {
    fc.assert(
      fc.property(parts, ([list, asked]) => {
        const all = named(list);
        const one = ask(all, asked);
        const other = ask([...all].reverse(), asked);
        expect({ ...other, schedules: [...other.schedules].sort() }).toEqual({
          ...one,
          schedules: [...one.schedules].sort(),
        });
        expect(one.ambiguous).toBe(one.schedules.length > 1);
        for (const id of one.schedules) {
          const its = all.find((candidate_) => candidate_.id === id);
          if (asked.schedule !== id)
            expect(its?.path === null || asked.path === null || its?.path === asked.path).toBe(true);
        }
      }),
    );
  });
  test("what a tie belongs to lies equally near, and nothing open without a run lies nearer", () => {
    fc.assert(
      fc.property(parts, ([list, asked]) => {
        const all = named(list).map((one) => ({ ...one, path: null, expression: null }));
        const { schedules } = ask(all, { ...asked, schedule: null });
        if (all.length < 2) return;
        const distance = (one: (typeof all)[number]): number =>
          Math.min(
            ...one.open.filter(({ ran }) => !ran).map(({ expectedAt }) => Math.abs(at("10:00:03") - expectedAt)),
          );
        const least = Math.min(...all.map(distance));
        const nearest = all.filter((one) => distance(one) === least && least < Number.POSITIVE_INFINITY);
        expect([...schedules].sort()).toEqual(nearest.map(({ id }) => id).sort());
      }),
    );
  });
});

describe("windows open at a moment", () => {
  const tell = (moment: string, story: Parameters<typeof historyOf>[0] = {}, lastStart: Instant | null = null) =>
    openAt(historyOf(story), at(moment), lastStart).map(({ expectedAt }) => expectedAt);
  test("from `opensAt` to `dueBy`, both included", () => {
    expect(tell("9:54:59")).toEqual([]);
    expect(tell("9:55")).toEqual([at("10:00")]);
    expect(tell("10:10")).toEqual([at("10:00")]);
    expect(tell("10:10:00.001")).toEqual([]);
  });
  test("a long grace leaves several open, the newest first", () => {
    expect(tell("10:00:03", { every: 300, graceSeconds: 600 })).toEqual([at("10:00"), at("9:55")]);
  });
  test("a rolling window is open from the last start on", () => {
    expect(tell("10:30", { spec: rolling() }, at("10:00"))).toEqual([at("11:00")]);
    expect(tell("11:10:01", { spec: rolling() }, at("10:00"))).toEqual([]);
    expect(tell("0:30", { spec: rolling() })).toEqual([at("1:00")]);
  });
});
