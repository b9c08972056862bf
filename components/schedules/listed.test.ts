import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Schedule } from "#components/api/shapes.ts";
import { between, ordered, SORTS, sortOf } from "./listed.ts";

const run = (startedAt: string) => ({ startedAt }) as Schedule["lastRun"];
const some = (slug: string, more: Partial<Schedule> = {}) => ({
  ...{ slug, name: slug, tags: [], status: "on_time" as const, owner: null, nextExpectedAt: null, lastRun: null },
  openIncidentId: null,
  ...more,
});

const list = [
  some("rollcall-backup", { tags: ["rollcall"], status: "missing" }),
  some("b", { status: "late", owner: "Otto", nextExpectedAt: "2026-11-24T10:00:00Z" }),
  some("a", { lastRun: run("2026-11-24T09:00:00Z"), nextExpectedAt: "2026-11-24T11:00:00Z" }),
  some("c", { status: "missing", owner: "Ada", lastRun: run("2026-11-24T08:00:00Z") }),
];
const slugs = (all: readonly { slug: string }[]) => all.map(({ slug }) => slug);

describe("the list of schedules", () => {
  it("puts what is wrong first, and Rollcall's own jobs last, though they are wrong", () => {
    expect(slugs(ordered(list, "wrong"))).toEqual(["c", "b", "a", "rollcall-backup"]);
  });

  it("keeps one with an open incident among what is wrong while its next window is due", () => {
    const due = some("z", { status: "due", openIncidentId: "an incident" });
    expect(slugs(ordered([...list, due], "wrong"))).toEqual(["z", "c", "b", "a", "rollcall-backup"]);
  });

  it("puts those without a time or an owner behind those that have one", () => {
    expect(slugs(ordered(list, "next"))).toEqual(["b", "a", "c", "rollcall-backup"]);
    expect(slugs(ordered(list, "last"))).toEqual(["c", "a", "b", "rollcall-backup"]);
    expect(slugs(ordered(list, "owner"))).toEqual(["c", "b", "a", "rollcall-backup"]);
  });

  it("loses nobody, and answers the same for any order that it is given", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(list, { minLength: 4 }), fc.constantFrom(...SORTS), (shuffled, sort) => {
        expect(slugs(ordered(shuffled, sort))).toEqual(slugs(ordered(list, sort)));
      }),
    );
    expect(sortOf("nonsense")).toBe("wrong");
  });

  it("takes all between two, whichever was pressed first", () => {
    const all = ["a", "b", "c", "d"];
    expect(between(all, "b", "d")).toEqual(["b", "c", "d"]);
    expect(between(all, "d", "b")).toEqual(["b", "c", "d"]);
    expect(between(all, "gone", "b")).toEqual(["b"]);
  });
});
