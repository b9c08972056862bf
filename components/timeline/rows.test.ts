import { describe, expect, it } from "vitest";
import { csvCell, csvOf } from "./csv.ts";
import type { LaneHead, WindowModel } from "./model.ts";
import { inFrozenOrder, OWN_GROUP, rowsOf } from "./rows.ts";

const head = (slug: string, more: Partial<LaneHead> = {}): LaneHead => ({
  ...{ slug, name: slug, cadence: "Every hour", status: "on_time", nextExpectedAt: null, tags: [] },
  ...{ environment: "production", owner: null, route: null, driver: "external", openIncidentId: null },
  ...more,
});
const own = head("rollcall-retention", { tags: ["rollcall"], status: "missing" });

describe("the rows of the timeline", () => {
  it("leaves the order as it came, with Rollcall's own last and quiet", () => {
    const rows = rowsOf([own, head("b"), head("a")], { group: null, collapsed: new Set() });
    expect(rows.map(({ key }) => key)).toEqual(["b", "a", "rollcall-retention"]);
    expect(rows.map((row) => row.kind === "lane" && row.own)).toEqual([false, false, true]);
  });

  it("puts lanes under the heads of their groups, those without one after them, Rollcall's own last", () => {
    const lanes = [head("a", { owner: "data" }), head("b"), head("c", { owner: "billing", status: "failed" }), own];
    const rows = rowsOf(lanes, { group: "owner", collapsed: new Set() });
    expect(rows.map((row) => (row.kind === "group" ? `# ${row.name}` : row.key))).toEqual([
      ...["# billing", "c", "# data", "a", "# No owner", "b", `# ${OWN_GROUP}`, "rollcall-retention"],
    ]);
    expect(rows[0]).toMatchObject({ lanes: 1, bad: 1, worst: "failed", open: true });
  });

  it("shows only the head of a group that is closed, with what is wrong in it", () => {
    const lanes = [head("a", { tags: ["x"], status: "missing" }), head("b", { tags: ["x"] })];
    const rows = rowsOf(lanes, { group: "tag", collapsed: new Set(["x"]) });
    expect(rows).toEqual([
      { kind: "group", key: "group x", name: "x", lanes: 2, bad: 1, worst: "missing", open: false },
    ]);
  });

  it("keeps a frozen order, with what is new at its end", () => {
    const lanes = [head("new"), head("b"), head("a")];
    expect(inFrozenOrder(lanes, ["a", "b", "gone"]).map(({ slug }) => slug)).toEqual(["a", "b", "new"]);
  });
});

describe("a file for spreadsheets", () => {
  it("quotes what holds a comma, a quote or a line, as RFC 4180 has it", () => {
    expect(["plain", 'say "no"', "a,b", "a\r\nb", 7, null].map(csvCell)).toEqual([
      ...["plain", '"say ""no"""', '"a,b"', '"a\r\nb"', "7", ""],
    ]);
  });

  it("lets no text become a formula", () => {
    expect(['=HYPERLINK("http://x")', "+1", "-1", "@SUM(A1)", "\tx"].map(csvCell)).toEqual([
      ...[`"'=HYPERLINK(""http://x"")"`, "'+1", "'-1", "'@SUM(A1)", "'\tx"],
    ]);
  });

  it("has a line a window of the span, with its head, and ends each with CR LF", () => {
    const at = Date.parse("2026-11-24T02:00:00Z");
    const window = {
      ...{ opensAt: at, expectedAt: at, dueBy: at + 60_000, mark: "missing", runs: [], attempts: [], refusals: [] },
      ...{ limitAt: null, told: { cause: "silent" } },
    } as unknown as WindowModel;
    const facts = { shades: [], bands: [], notches: [], windows: [window], unscheduled: [], buckets: [] };
    const text = csvOf([{ slug: "a", name: "=A", facts }], { from: at, to: at + 1 });
    const [first, second, rest] = text.split("\r\n");
    expect(first).toMatch(/^schedule,name,expected_at/);
    expect(second).toMatch(/^a,'=A,2026-11-24T02:00:00.000Z,.*,Missing,/);
    expect(rest).toBe("");
    expect(csvOf([{ slug: "a", name: "a", facts }], { from: at + 1, to: at + 2 }).split("\r\n")).toHaveLength(2);
  });
});
