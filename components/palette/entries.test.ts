import { describe, expect, it } from "vitest";
import { actions, type Entry, fits, type Known, pages, readVerb } from "./entries.ts";
import { foundEntries, verbEntries } from "./found.ts";

const known = (role: "viewer" | "responder" | "operator" | "admin"): Known => ({
  me: {
    mayRespond: role !== "viewer",
    mayOperate: role === "operator" || role === "admin",
    mayAdminister: role === "admin",
  },
  open: [
    { id: "i4", number: 4, sentence: "nightly: a run is missing.", state: "open" },
    { id: "i3", number: 3, sentence: "hourly: a run failed.", state: "acknowledged" },
  ],
  zone: { utc: false, browserZone: "America/New_York" },
});
const titles = (entries: readonly Entry[]) => entries.map(({ title }) => title);

describe("what the palette offers", () => {
  it("is what one's role may, and nothing that would be refused", () => {
    expect(titles(actions(known("viewer")))).toEqual([
      "Switch between light and dark",
      "Show times in UTC",
      "Sign out",
    ]);
    expect(titles(actions(known("responder")))[0]).toBe("Acknowledge incident 4");
    expect(titles(actions(known("responder")))).not.toContain("Pause a schedule…");
    expect(titles(actions(known("operator")))).toContain("Pause a schedule…");
    expect(titles(actions(known("operator")))).not.toContain("New schedule");
    expect(titles(actions(known("admin")))).toContain("New schedule");
    expect(titles(pages(known("operator")))).not.toContain("API keys");
    expect(titles(pages(known("admin")))).toContain("API keys");
  });

  it("has an id of its own each", () => {
    const ids = [...actions(known("admin")), ...pages(known("admin"))].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("is found by the beginnings of its words, in any order", () => {
    const fitting = (q: string) => titles([...actions(known("admin")), ...pages(known("admin"))].filter((one) => fits(one, q))); // biome-ignore format: one thing
    expect(fitting("ack")).toEqual(["Acknowledge incident 4"]);
    expect(fitting("pau")).toEqual(["Pause a schedule…"]);
    expect(fitting("schedule")).not.toContain("Pause a schedule…");
    expect(fitting("log aud")).toEqual(["Audit log"]);
    expect(fitting("PASSWORD")).toEqual(["Your account"]);
    expect(fitting("ack 4")).toEqual(["Acknowledge incident 4"]);
    // What changes something is not met by a name or number.
    expect(fitting("4")).toEqual([]);
    expect(fitting("incident")).not.toContain("Acknowledge incident 4");
    expect(fitting("ccount")).toEqual([]);
  });
});

describe("what the server found", () => {
  const nightly = { kind: "schedule", slug: "nightly", name: "Nightly", environment: "staging" } as const;
  const on = { ...nightly, paused: false, archived: false };
  const off = { ...nightly, slug: "off", name: "Off", paused: true, archived: false };
  const gone = { ...nightly, slug: "gone", paused: true, archived: true };

  it("leads to its page, where there is one", () => {
    const found = [on, { kind: "route", name: "a b" }] as const;
    expect(foundEntries(found, new Set(["schedule"]))).toMatchObject([
      { title: "Nightly", note: "nightly · staging", does: { kind: "go", href: "/schedules/nightly" } },
    ]);
    expect(foundEntries(found, new Set(["route"]))).toMatchObject([{ does: { href: "/boundary/a%20b" } }]);
  });

  it("is paused or resumed by a verb before its name, where that means something", () => {
    expect(readVerb(" Pause  night ly ")).toEqual({ verb: "pause", rest: "night ly" });
    for (const q of ["pause", "pauseless", "nightly"]) expect(readVerb(q)).toEqual({ verb: null, rest: q });
    expect(new Set(verbEntries([on, off, gone], "pause").map(({ does }) => "slug" in does && does.slug))).toEqual(new Set(["nightly"])); // biome-ignore format: one thing
    expect(titles(verbEntries([on, off, gone], "resume"))).toEqual(["Resume Off"]);
  });
});
