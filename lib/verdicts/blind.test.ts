import { describe, expect, test } from "vitest";
import { at, judgedOf, rolling, type Story, stretch, tellVerdicts, verdictOf, windowOf } from "#lib/testing/rules.ts";
import { touches } from "./blind.ts";

/** Expected at 1:00, open from 0:55 to 1:10: a tenth is 90 s. */
const window = { expectedAt: at("1:00"), opensAt: at("0:55"), dueBy: at("1:10") };
const touched = (text: string) => touches(stretch(text), window);

describe("a blind span", () => {
  test("A blind span touches a window when it holds `expectedAt`, meets the first minute after it (what of it lies before `dueBy`), or takes up, by itself, a tenth or more of [`opensAt`, `dueBy`].", () => {
    expect(touched("0:59:59-1:00:01")).toBe(true);
    expect(touched("1:00:59.999-1:01:30")).toBe(true);
    expect(touched("1:01-1:02:29.999")).toBe(false);
    expect(touched("1:01-1:02:30")).toBe(true);
    expect(touched("0:55-0:56:29")).toBe(false);
    expect(touched("0:50-0:56:30")).toBe(true);
    // It ends where the minute begins; and a minute is cut by the grace.
    expect(touched("0:59-1:00")).toBe(false);
    expect(touches(stretch("1:00:20-1:00:50"), { ...window, opensAt: at("0:00"), dueBy: at("1:00:20") })).toBe(false);
  });

  test("It touches a run under way when it takes up a tenth or more of its maximum run time: such a run is blind, not overrun, when its limit passes, and overrun when as long again has passed without its finish.", () => {
    const story: Story = { checkIns: ["1:00 start"], maxRuntimeSeconds: 600, blind: ["1:05-1:06"], now: "1:10" };
    expect(verdictOf(story, "1:00")).toBe("running");
    expect(verdictOf({ ...story, now: "1:10:00.001" }, "1:00")).toBe("blind");
    expect(verdictOf({ ...story, now: "1:20" }, "1:00")).toBe("blind");
    expect(verdictOf({ ...story, now: "1:20:00.001" }, "1:00")).toBe("overrun");
    expect(verdictOf({ ...story, blind: ["1:05-1:05:59"], now: "1:10:00.001" }, "1:00")).toBe("overrun");
  });

  test("A blind window excuses silence once, not for ever: until a run comes in a later window, only the blind spans that touched the first blind window excuse; a window that others alone touch is missing.", () => {
    const twice: Story = { blind: ["0:59-1:02", "1:59-2:02"], now: "2:30" };
    expect(tellVerdicts(twice)).toBe("01:00 blind, 02:00 missing");
    // The same span touches both.
    expect(tellVerdicts({ ...twice, blind: ["0:59-2:02"] })).toBe("01:00 blind, 02:00 blind");
    // A run came in between.
    const three: Story = { blind: ["0:59-1:02", "2:59-3:02"], now: "3:30" };
    expect(tellVerdicts(three)).toBe("01:00 blind, 02:00 missing, 03:00 missing");
    expect(tellVerdicts({ ...three, checkIns: ["2:01 success"] })).toBe("01:00 blind, 02:00 on_time, 03:00 blind");
  });

  test("(A blind window with a run in it excuses nothing, and counts as a run that came.)", () => {
    const story: Story = {
      checkIns: ["1:00 start"],
      maxRuntimeSeconds: 600,
      blind: ["1:02-1:05", "1:59-2:02"],
      now: "2:15",
    };
    expect(tellVerdicts({ ...story, now: "1:15" })).toBe("01:00 blind");
    expect(verdictOf(story, "2:00")).toBe("blind");
  });

  test("Clients that retry, or send what they spooled with its own timestamp, fill blind windows in afterwards.", () => {
    expect(verdictOf({ blind: ["0:59-1:05"], now: "2:00" }, "1:00")).toBe("blind");
    expect(verdictOf({ blind: ["0:59-1:05"], checkIns: ["1:01 success"], now: "2:00" }, "1:00")).toBe("on_time");
  });

  test("Rollcall's own dispatcher is a driver whose history covers its own blind spans: what it did not fire was not fired.", () => {
    const covered = windowOf({ blind: ["0:50-1:20"], covered: ["0:00-3:00"], now: "2:00" }, "1:00");
    expect([covered.verdict, covered.cause]).toEqual(["missing", "not_fired"]);
  });
});

describe("a rolling window", () => {
  const story: Story = { spec: rolling(3_600), graceSeconds: 600, now: "1:10" };

  test("A rolling window opens with the start that closed the one before it, the first with creation.", () => {
    expect(tellVerdicts({ ...story, checkIns: ["0:40 success"], now: "1:00" })).toBe("01:00 on_time, 01:40 due");
    expect(verdictOf({ ...story, now: "1:10:00.001" }, "1:00")).toBe("missing");
  });

  test("rolling: at most 6 h after the last run", () => {
    const six: Story = {
      spec: rolling(21_600),
      graceSeconds: 600,
      checkIns: ["2:00 start a", "3:30 success a"],
      now: "8:10",
    };
    // From the start of the run before, however long it took.
    expect(tellVerdicts(six)).toBe("06:00 on_time, 08:00 due");
    expect(tellVerdicts({ ...six, now: "8:10:00.001" })).toBe("06:00 on_time, 08:00 missing");
  });

  test("rolling: last start + every; one open window at a time", () => {
    for (const now of ["0:59", "1:00", "1:11", "9:00", "30:00"]) {
      const { windows } = judgedOf({ ...story, checkIns: ["0:40 success", "1:10 success"], now });
      expect(windows.filter(({ runs }) => runs.length === 0)).toHaveLength(1);
    }
    expect(tellVerdicts({ ...story, checkIns: ["0:40 success", "1:10 success"], now: "1:11" })).toBe(
      "01:00 on_time, 01:40 on_time, 02:10 due",
    );
  });

  test("`expectedAt` is `opensAt` plus `every`.", () => {
    const opened = windowOf({ ...story, checkIns: ["0:40 success"] }, "1:40");
    expect([opened.opensAt, opened.dueBy]).toEqual([at("0:40"), at("1:50")]);
  });

  test("A pause, a maintenance or a change of the spec that comes before `dueBy` moves it to its own end plus `every`; so does, once until a run comes, a blind span that takes up a tenth or more of [`opensAt`, `dueBy`]; a rolling window is never blind.", () => {
    expect(verdictOf({ ...story, pauses: ["1:05-1:30"], now: "2:40" }, "2:30")).toBe("due");
    expect(verdictOf({ ...story, pauses: ["1:05-1:30"], now: "2:41" }, "2:30")).toBe("missing");
    expect(verdictOf({ ...story, blind: ["0:10-0:20"], now: "1:20" }, "1:20")).toBe("due");
    expect(verdictOf({ ...story, blind: ["0:10-0:16"], now: "1:15" }, "1:00")).toBe("missing");
    // Once until a run comes.
    expect(verdictOf({ ...story, blind: ["0:10-0:20", "1:00-1:15"], now: "1:31" }, "1:20")).toBe("missing");
    const changed = { from: "0:30", change: { spec: rolling(7_200) } };
    expect(verdictOf({ ...story, edits: [changed], now: "2:00" }, "2:30")).toBe("due");
  });

  test("Nothing moves a window that is already missing.", () => {
    expect(verdictOf({ ...story, pauses: ["1:10:00.001-1:30"], now: "1:40" }, "1:00")).toBe("missing");
    expect(verdictOf({ ...story, blind: ["1:11-1:30"], now: "1:40" }, "1:00")).toBe("missing");
  });

  test("The next start closes it (on time or late) and opens another; a run belongs to the window that its start closes, and a rolling window owns the time after its `opensAt`, up to and including that start.", () => {
    expect(tellVerdicts({ ...story, checkIns: ["1:30 success", "1:40 fail"], now: "2:00" })).toBe(
      "01:00 late, 02:30 failed, 02:40 due",
    );
    // Starts of one moment close one window.
    const both = { ...story, checkIns: ["0:30 success a", "0:30 fail b"], now: "0:40" };
    expect(tellVerdicts(both)).toBe("01:00 failed, 01:30 due");
    expect(windowOf(both, "1:00").runs).toHaveLength(2);
    // The very check-in that made the schedule.
    expect(tellVerdicts({ ...story, checkIns: ["0:00 fail"], now: "0:10" })).toBe("00:59:59.999 failed, 01:00 due");
  });

  test("It knows no early tolerance, no retries and no unscheduled runs.", () => {
    expect(tellVerdicts({ ...story, checkIns: ["0:30 fail", "0:31 success"], now: "0:40" })).toBe(
      "01:00 failed, 01:30 on_time, 01:31 due",
    );
  });

  test("While no start comes, a bad rolling window counts once more towards thresholds for every further `every`.", () => {
    const weight = (now: string) => windowOf({ ...story, now }, "1:00").weight;
    expect([weight("1:11"), weight("2:09"), weight("2:10"), weight("5:10")]).toEqual([1, 1, 2, 5]);
  });

  test("what is learnt later of a pause or of blindness leaves a closed window where it was", () => {
    const closed: Story = { ...story, checkIns: ["0:30 fail"], now: "3:00" };
    expect(verdictOf({ ...closed, pauses: ["0:20-"] }, "1:29:59.999")).toBe("failed");
    expect(verdictOf({ ...closed, pauses: ["0:20-2:00"] }, "1:29:59.999")).toBe("failed");
    expect(verdictOf({ ...closed, blind: ["0:10-0:50"] }, "1:00")).toBe("failed");
    expect(verdictOf({ ...closed, blind: ["0:10-0:20"] }, "1:20")).toBe("failed");
  });

  test("a shorter `every` puts no window on the moment of one that was closed early", () => {
    const shortened: Story = {
      ...{ ...story, spec: rolling(6 * 3_600), checkIns: ["1:00 fail"] },
      edits: [{ from: "2:00", change: { spec: rolling(4 * 3_600) } }],
      now: "6:11",
    };
    expect(tellVerdicts(shortened)).toBe("06:00 failed, 06:00:0.001 missing");
  });
});
