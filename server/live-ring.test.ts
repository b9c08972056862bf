import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { frame, keysOf, makeRing } from "./live-ring.ts";

const ring = (most = 5, longest = 10_000) => makeRing({ epoch: "e1", most, longest });
const idOf = (told: string | null): string => /^id: (.+)$/m.exec(told ?? "")?.[1] ?? "";

describe("what went stale", () => {
  it("is named once, however many say so, and not beside its whole name", () => {
    expect(keysOf(["schedules/a", "schedules/a", "schedules/b"])).toEqual([
      ["timeline"],
      ["lanes"],
      ["overview"],
      ["schedules"],
      ["tiles", "a"],
      ["schedule", "a"],
      ["windows", "a"],
      ["tiles", "b"],
      ["schedule", "b"],
      ["windows", "b"],
    ]);
    expect(keysOf(["schedules/a", "schedules"]).filter(([name]) => name === "schedule")).toEqual([["schedule"]]);
    expect(keysOf(["nonsense"])).toEqual([]);
  });

  it("is bounded: many keys of a name become the name", () => {
    const many = Array.from({ length: 400 }, (_, n) => `schedules/job-${n}`);
    expect(keysOf(many)).toEqual([
      ["timeline"],
      ["lanes"],
      ["overview"],
      ["schedules"],
      ["tiles"],
      ["schedule"],
      ["windows"],
    ]);
  });
});

describe("a reader that comes back", () => {
  it("gets what it missed, and nothing twice", () => {
    const told = ring();
    const first = told.stale(["changes"]);
    const second = told.stale(["webhooks"]);
    expect(told.since(idOf(first))).toEqual({ kind: "resumed", text: second });
    expect(told.since(idOf(second))).toEqual({ kind: "resumed", text: "" });
    expect(told.stale(["nonsense"])).toBeNull();
  });

  it("reads everything again where nobody knows what it missed: too much, another process, or no id at all", () => {
    const told = ring(2);
    const first = told.stale(["changes"]);
    for (let i = 0; i < 3; i++) told.stale(["webhooks"]);
    const reset = { kind: "reset", frame: frame("reset", {}, "e1.4") };
    for (const id of [idOf(first), "e2.4", "e1.5", "e1.", "4", "", null]) expect(told.since(id)).toEqual(reset);
    expect(ring(5, 10).since("e1.0").kind).toBe("resumed");
    const long = ring(5, 10);
    long.stale(["changes"]);
    expect(long.since("e1.0").kind).toBe("reset");
  });

  it("resumes without a gap, wherever it was cut off", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 30 }), fc.nat(30), (most, count, cut) => {
        const told = makeRing({ epoch: "e", most, longest: 1e9 });
        const all: string[] = [];
        for (let i = 0; i < count; i++) all.push(told.stale([`incidents/${i}`]) ?? "");
        const at = Math.min(cut, count);
        const missed = told.since(`e.${at}`);
        if (missed.kind === "resumed") expect(missed.text).toBe(all.slice(at).join(""));
        else expect(count - at).toBeGreaterThan(most);
      }),
    );
  });
});
